import GodHandCore

/// Reads an action of the computer tool.
enum OpenAIAction {
    /// How long the tool's own `wait` takes: it has no argument.
    private static let wait = Duration.seconds(2)

    /// - Throws: ``MalformedInput`` for an unknown action, or one that lacks something.
    static func read(_ value: JSONValue, scaling: ScreenScaling) throws -> Action {
        guard let type = value["type"]?.string else { throw MalformedInput("an action needs a type") }
        let arguments = try Arguments(of: type, value, space: scaling)
        switch type {
        case "click":
            return .input(
                .click(
                    at: try arguments.point(), button: try arguments.button(), count: 1,
                    modifiers: try keys(arguments, mayBeNone: true)))
        case "double_click":
            let modifiers = try keys(arguments, mayBeNone: true)
            return .input(.click(at: try arguments.point(), count: 2, modifiers: modifiers))
        case "drag":
            return .input(.drag(path: try path(arguments), modifiers: try keys(arguments, mayBeNone: true)))
        case "keypress": return .input(.key(try keys(arguments, mayBeNone: false)))
        case "move": return .input(.move(to: try arguments.point()))
        case "screenshot": return .look
        case "scroll":
            let dx = Wheel.clicks(scaling.distance(x: try arguments.number(ifAny: "scroll_x") ?? 0))
            let dy = Wheel.clicks(scaling.distance(y: try arguments.number(ifAny: "scroll_y") ?? 0))
            let modifiers = try keys(arguments, mayBeNone: true)
            return .input(.scroll(at: try arguments.optionalPoint(), dx: dx, dy: dy, modifiers: modifiers))
        case "type": return .input(.type(try arguments.text("text")))
        case "wait": return .wait(wait)
        default: throw MalformedInput("there is no action \(type.shortened(to: 60))")
        }
    }

    private static func keys(_ arguments: Arguments, mayBeNone: Bool) throws -> KeyChord {
        guard arguments.has("keys") else {
            if mayBeNone { return .none }
            throw MalformedInput("\(arguments.name) needs keys")
        }
        guard let keys = arguments.list(ifAny: "keys"), mayBeNone || !keys.isEmpty else {
            throw MalformedInput("keys of \(arguments.name) must be a list of names")
        }
        return KeyChord(keys: keys)
    }

    private static func path(_ arguments: Arguments) throws -> [Point] {
        guard let points = arguments.values["path"]?.array, points.count >= 2 else {
            throw MalformedInput("drag needs path, a list of at least two points")
        }
        guard points.count <= InputLimits.path else { throw MalformedInput("the path of a drag is too long") }
        return try points.map { try Arguments(of: "drag", $0, space: arguments.space).point() }
    }
}
