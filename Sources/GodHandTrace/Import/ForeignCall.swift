import GodHandCore

/// Calls of tools as the agents of other projects make them.
enum ForeignCall {
    private static let shells: Set<String> = [
        "bash", "bash_command", "exec", "exec_command", "execute_bash", "run_command", "run_shell_command", "shell",
        "terminal",
    ]
    private static let ends: Set<String> = ["done", "finish", "mark_task_complete", "submit", "task_complete"]

    /// The action that a call means; nil if it is none on a desktop.
    static func action(_ name: String, _ arguments: JSONValue) -> Action? {
        let own = arguments.adding(("kind", .string(name)))
        if let action = try? own.decoded(as: EncodedAction.self).action() { return action }
        let name = name.lowercased()
        if shells.contains(name) {
            let words = ["command", "cmd", "keystrokes", "script"].lazy.compactMap { arguments[$0] }.first
            if let list = words?.array { return .exec(list.compactMap(\.string)) }
            return words?.string.map { .exec(["sh", "-c", $0]) }
        }
        if ends.contains(name) {
            return .done(
                ["answer", "message", "text", "summary"].lazy.compactMap { arguments[$0]?.string }.first ?? "")
        }
        return name.hasPrefix("computer") ? computer(arguments) : nil
    }

    /// The tool of Anthropic's models, by its own names of actions.
    private static func computer(_ arguments: JSONValue) -> Action? {
        let place = arguments["coordinate"].flatMap(point)
        let text = arguments["text"]?.string
        func click(_ button: MouseButton, _ count: Int) -> Action {
            .input(.click(at: place, button: button, count: count))
        }
        switch arguments["action"]?.string {
        case "left_click": return click(.left, 1)
        case "right_click": return click(.right, 1)
        case "middle_click": return click(.middle, 1)
        case "double_click": return click(.left, 2)
        case "triple_click": return click(.left, 3)
        case "mouse_move": return place.map { .input(.move(to: $0)) }
        case "left_click_drag":
            guard let start = arguments["start_coordinate"].flatMap(point), let place else { return nil }
            return .input(.drag(path: InputAction.path(from: start, to: place)))
        case "type": return text.map { .input(.type($0)) }
        case "key": return text.map { .input(.key(KeyChord($0))) }
        case "scroll": return scroll(arguments, at: place)
        case "wait":
            return arguments["duration"]?.double.flatMap { (0...86_400).contains($0) ? .wait(.seconds($0)) : nil }
        case "screenshot", "cursor_position": return .look
        default: return nil
        }
    }

    private static func scroll(_ arguments: JSONValue, at place: Point?) -> Action? {
        let amount = min(max(0, arguments["scroll_amount"]?.integer ?? 0), 1_000)
        switch arguments["scroll_direction"]?.string {
        case "up": return .input(.scroll(at: place, dx: 0, dy: -amount))
        case "down": return .input(.scroll(at: place, dx: 0, dy: amount))
        case "left": return .input(.scroll(at: place, dx: -amount, dy: 0))
        case "right": return .input(.scroll(at: place, dx: amount, dy: 0))
        default: return nil
        }
    }

    /// `[x, y]`.
    static func point(_ value: JSONValue) -> Point? { point(value.array ?? []) }

    static func point(_ numbers: [JSONValue]) -> Point? {
        let values = numbers.compactMap(\.double).filter { (-100_000...100_000).contains($0) }
        return values.count == 2 ? Point(x: Int(values[0].rounded()), y: Int(values[1].rounded())) : nil
    }
}
