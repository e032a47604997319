import GodHandCore

/// Actions in OSWorld's space `computer_13`, whose keys are those of pyautogui.
enum OSWorldAction {
    /// What to do for an action, in order; never empty.
    static func actions(for action: Action) -> [JSONValue] {
        switch action {
        case .input(let input): return Self.input(input) ?? ["WAIT"]
        case .done: return ["DONE"]
        case .fail, .ask: return ["FAIL"]
        case .exec, .open, .look, .zoom, .cursorPosition, .element, .wait, .waitFor: return ["WAIT"]
        }
    }

    /// Nil for what `computer_13` has no word for.
    private static func input(_ input: InputAction) -> [JSONValue]? {
        switch input {
        case .move(let point): return [make("MOVE_TO", place(point))]
        case .click(let point, let button, let count, let modifiers):
            guard let name = self.button(button), (1...3).contains(count) else { return nil }
            var members = point.map(place) ?? [:]
            members["button"] = name
            members["num_clicks"] = .integer(count)
            return held(modifiers, [make("CLICK", members)])
        case .press(let button): return self.button(button).map { [make("MOUSE_DOWN", ["button": $0])] }
        case .release(let button): return self.button(button).map { [make("MOUSE_UP", ["button": $0])] }
        case .drag(let path, let button, let modifiers):
            guard let first = path.first, let name = self.button(button) else { return nil }
            let moves = path.dropFirst().map { make("MOVE_TO", place($0)) }
            return held(
                modifiers,
                [make("MOVE_TO", place(first)), make("MOUSE_DOWN", ["button": name])] + moves
                    + [make("MOUSE_UP", ["button": name])])
        case .scroll(let point, let dx, let dy, let modifiers):
            // Pyautogui counts up as positive.
            let scroll = make("SCROLL", ["dx": .integer(dx), "dy": .integer(-dy)])
            return held(modifiers, (point.map { [make("MOVE_TO", place($0))] } ?? []) + [scroll])
        case .key(let chord, let count):
            guard let keys = keys(chord), (1...100).contains(count) else { return nil }
            let one = keys.count == 1 ? make("PRESS", ["key": keys[0]]) : make("HOTKEY", ["keys": .array(keys)])
            return Array(repeating: one, count: count)
        case .hold(let chord, _): return held(chord, ["WAIT"])
        case .type(let text): return [make("TYPING", ["text": .string(text)])]
        }
    }

    private static func make(_ type: String, _ parameters: [String: JSONValue]) -> JSONValue {
        ["action_type": .string(type), "parameters": .object(parameters)]
    }

    private static func place(_ point: Point) -> [String: JSONValue] {
        ["x": .integer(point.x), "y": .integer(point.y)]
    }

    private static func held(_ chord: KeyChord, _ actions: [JSONValue]) -> [JSONValue]? {
        guard let keys = keys(chord) else { return nil }
        return keys.map { make("KEY_DOWN", ["key": $0]) } + actions
            + keys.reversed().map { make("KEY_UP", ["key": $0]) }
    }

    private static func button(_ button: MouseButton) -> JSONValue? {
        switch button {
        case .left, .middle, .right: .string(button.rawValue)
        case .back, .forward: nil
        }
    }

    /// Nil if there is a key among them that pyautogui has no name for.
    private static func keys(_ chord: KeyChord) -> [JSONValue]? {
        let names = chord.keys.compactMap(name)
        return names.count == chord.keys.count ? names.map { .string($0) } : nil
    }

    private static let names = [
        "return": "enter", "kp_enter": "enter", "escape": "esc", "page_up": "pageup", "page_down": "pagedown",
        "prior": "pageup", "next": "pagedown", "control": "ctrl", "control_l": "ctrlleft", "control_r": "ctrlright",
        "shift_l": "shiftleft", "shift_r": "shiftright", "alt_l": "altleft", "alt_r": "altright", "meta": "alt",
        "super": "win", "super_l": "winleft", "super_r": "winright", "cmd": "win", "caps_lock": "capslock",
        "num_lock": "numlock", "scroll_lock": "scrolllock", "print": "printscreen", "menu": "apps", "space": " ",
        "minus": "-", "plus": "+", "equal": "=", "comma": ",", "period": ".", "slash": "/", "del": "delete",
    ]
    private static let same: Set<String> = [
        "alt", "backspace", "ctrl", "delete", "down", "end", "enter", "esc", "home", "insert", "left", "pagedown",
        "pageup", "pause", "right", "shift", "tab", "up", "win",
    ]

    /// The name of a key in pyautogui; nil if it has none.
    static func name(_ key: String) -> String? {
        let lower = key.lowercased()
        if let name = names[lower] { return name }
        if same.contains(lower) || lower.firstMatch(of: /^f([1-9]|1[0-9]|2[0-4])$/) != nil { return lower }
        guard key.count == 1, let byte = key.utf8.first, key.utf8.count == 1, (0x21...0x7e).contains(byte) else {
            return nil
        }
        return lower
    }
}
