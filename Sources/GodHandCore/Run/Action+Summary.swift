extension Action {
    /// The action in words, for people: "Click at (640, 400)". It shows what is typed, so it belongs in traces and
    /// reports, not in logs.
    public var summary: String {
        switch self {
        case .input(let input): input.summary
        case .exec(let arguments): "Run \(arguments.map(Self.quoted).joined(separator: " "))"
        case .open(let target): "Open \(target)"
        case .look: "Look"
        case .zoom(let region): "Look closer at \(region.width)x\(region.height) pixels at (\(region.x), \(region.y))"
        case .cursorPosition: "Tell where the cursor is"
        case .element(let target, let gesture): gesture.summary(of: target.summary)
        case .wait(let duration): "Wait \(Self.words(duration))"
        case .waitFor(let condition, let duration): "Wait for \(condition.summary), at most \(Self.words(duration))"
        case .done(let answer): answer.isEmpty ? "Done" : "Done: \(answer)"
        case .fail(let reason): reason.isEmpty ? "Give up" : "Give up: \(reason)"
        case .ask(let question): "Ask: \(question)"
        }
    }

    /// As one would write the argument for a shell to read.
    private static func quoted(_ argument: String) -> String {
        let plain = argument.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "-_./:=,+@%".unicodeScalars.contains(scalar)
        }
        return plain && !argument.isEmpty
            ? argument
            : "'\(argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }

    fileprivate static func words(_ duration: Duration) -> String {
        let parts = duration.components
        let milliseconds = parts.attoseconds / 1_000_000_000_000_000
        if parts.seconds == 0 { return "\(milliseconds) ms" }
        let tenths = abs(milliseconds) / 100
        return tenths == 0 ? "\(parts.seconds) s" : "\(parts.seconds).\(tenths) s"
    }
}

extension ElementTarget {
    /// The element in words: “Save” (push button), or element 7.
    public var summary: String {
        switch self {
        case .mark(let number): "element \(number)"
        case .named(nil, let name): "“\(name)”"
        case .named(let role?, let name): "“\(name)” (\(role))"
        }
    }
}

extension ElementGesture {
    fileprivate func summary(of element: String) -> String {
        switch self {
        case .click(let button, let count):
            InputAction.click(at: nil, button: button, count: count).summary + " on \(element)"
        case .hover: "Point at \(element)"
        case .type(let text, let replacing):
            InputAction.type(text).summary + (replacing ? " instead of what is in \(element)" : " into \(element)")
        }
    }
}

extension WaitCondition {
    /// The condition in words, as the object of "wait for".
    public var summary: String {
        switch self {
        case .text(let text): "the text “\(text)”"
        case .window(let title): "a window “\(title)”"
        case .element(let role, let name): ElementTarget.named(role: role, name: name).summary
        case .stillScreen: "a still screen"
        }
    }
}

extension InputAction {
    /// The action in words, for people. It shows what is typed.
    public var summary: String {
        switch self {
        case .move(let point): "Move the pointer to \(Self.place(point))"
        case .click(let point, let button, let count, let modifiers):
            Self.held(modifiers) + Self.clicking(button, count) + (point.map { " at \(Self.place($0))" } ?? "")
        case .press(let button): "Press the \(button.rawValue) button"
        case .release(let button): "Let the \(button.rawValue) button go"
        case .drag(let path, let button, let modifiers): Self.dragging(path, button, modifiers)
        case .scroll(let point, let dx, let dy, let modifiers):
            Self.held(modifiers) + "Scroll " + Self.distance(dx, dy) + (point.map { " at \(Self.place($0))" } ?? "")
        case .key(let chord, let count): "Press \(chord)" + (count == 1 ? "" : " \(count) times")
        case .hold(let chord, let duration): "Hold \(chord) for \(Action.words(duration))"
        case .type(let text): "Type “\(Self.visible(text))”"
        }
    }

    /// On one line, with signs for the keys that line feeds and tabs stand for.
    private static func visible(_ text: String) -> String {
        String(text.map { $0.isNewline ? "⏎" : $0 == "\t" ? "⇥" : $0 })
    }

    private static func place(_ point: Point) -> String { "(\(point.x), \(point.y))" }

    private static func held(_ modifiers: KeyChord) -> String { modifiers == .none ? "" : "\(modifiers) + " }

    private static func clicking(_ button: MouseButton, _ count: Int) -> String {
        let name = button == .left ? "" : "\(button.rawValue) "
        let verb =
            switch count {
            case 1: "click"
            case 2: "double \(name)click"
            case 3: "triple \(name)click"
            default: "\(count) \(name)clicks"
            }
        let text = count == 1 ? name + verb : verb
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    private static func dragging(_ path: [Point], _ button: MouseButton, _ modifiers: KeyChord) -> String {
        guard let first = path.first, let last = path.last else { return "Drag nothing" }
        let name = button == .left ? "" : " with the \(button.rawValue) button"
        return held(modifiers) + "Drag from \(place(first)) to \(place(last))\(name)"
    }

    private static func distance(_ dx: Int, _ dy: Int) -> String {
        var parts: [String] = []
        if dy != 0 { parts.append("\(dy.magnitude) \(dy > 0 ? "down" : "up")") }
        if dx != 0 { parts.append("\(dx.magnitude) \(dx > 0 ? "right" : "left")") }
        return parts.isEmpty ? "nowhere" : parts.joined(separator: " and ")
    }
}
