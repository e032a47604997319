import GodHandCore

/// Reads a call of one of the provider's own functions.
enum GeminiAction {
    /// How far `scroll_document` goes, in clicks of the wheel.
    private static let page = 8

    /// The actions that a call stands for: more than one where it clicks and types.
    ///
    /// - Throws: ``MalformedInput`` for a name that is unknown or excluded, or a call that lacks something.
    static func read(_ call: GeminiCall, settings: GeminiModel.Settings, scaling: ScreenScaling) throws -> [Action] {
        guard !settings.excludedFunctions.contains(call.name) else {
            throw MalformedInput("The function \(call.name.shortened(to: 60)) is not available here.")
        }
        let arguments = try Arguments(of: call.name, call.input, space: scaling)
        return try pointer(call.name, arguments) ?? keyboard(call.name, arguments) ?? other(call.name, arguments)
    }

    private static func pointer(_ name: String, _ arguments: Arguments) throws -> [Action]? {
        switch name {
        case "click", "click_at": return [.input(.click(at: try arguments.point()))]
        case "double_click": return [.input(.click(at: try arguments.point(), count: 2))]
        case "triple_click": return [.input(.click(at: try arguments.point(), count: 3))]
        case "middle_click": return [.input(.click(at: try arguments.point(), button: .middle))]
        case "right_click": return [.input(.click(at: try arguments.point(), button: .right))]
        case "move", "hover_at": return [.input(.move(to: try arguments.point()))]
        case "mouse_down": return [.input(.move(to: try arguments.point())), .input(.press(button: .left))]
        case "mouse_up": return [.input(.move(to: try arguments.point())), .input(.release(button: .left))]
        case "drag_and_drop":
            let isOld = arguments.has("destination_x")
            let start = try isOld ? arguments.point() : arguments.point("start_x", "start_y")
            let end = try isOld ? arguments.point("destination_x", "destination_y") : arguments.point("end_x", "end_y")
            return [.input(.drag(path: [start, end]))]
        case "scroll": return [try scroll(arguments, by: arguments.number(ifAny: "magnitude_in_pixels") ?? 300)]
        case "scroll_at": return [try scroll(arguments, by: arguments.number(ifAny: "magnitude") ?? 800)]
        case "scroll_document":
            let (dx, dy) = try Wheel.toward(try arguments.words("direction"), clicks: page)
            return [.input(.scroll(at: nil, dx: dx, dy: dy))]
        default: return nil
        }
    }

    /// Distances count from 0 to 999 as points do.
    private static func scroll(_ arguments: Arguments, by magnitude: Double) throws -> Action {
        let direction = try arguments.words("direction")
        let isUpright = ["up", "down"].contains(direction.lowercased())
        let pixels = isUpright ? arguments.space.distance(y: magnitude) : arguments.space.distance(x: magnitude)
        let (dx, dy) = try Wheel.toward(direction, clicks: Wheel.clicks(pixels))
        return .input(.scroll(at: try arguments.optionalPoint(), dx: dx, dy: dy))
    }

    private static func keyboard(_ name: String, _ arguments: Arguments) throws -> [Action]? {
        switch name {
        case "type":
            let end = arguments.flag("press_enter") ? "\n" : ""
            return [.input(.type(try arguments.text("text") + end))]
        case "type_text_at":
            // Both are true where the model does not say.
            let end = arguments.flag("press_enter", or: true) ? "\n" : ""
            let text = try arguments.text("text") + end
            let clear: [Action] =
                arguments.flag("clear_before_typing", or: true)
                ? [.input(.key("ctrl+a")), .input(.key("BackSpace"))] : []
            return [.input(.click(at: try arguments.point()))] + clear + [.input(.type(text))]
        case "press_key": return [.input(.key(KeyChord(try arguments.words("key"))))]
        case "key_combination", "hotkey":
            guard let keys = arguments.list(ifAny: "keys"), !keys.isEmpty else {
                throw MalformedInput("\(name) needs keys.")
            }
            return [.input(.key(KeyChord(keys: keys.flatMap { KeyChord($0).keys })))]
        case "go_back": return [.input(.key("alt+Left"))]
        case "go_forward": return [.input(.key("alt+Right"))]
        default: return nil
        }
    }

    private static func other(_ name: String, _ arguments: Arguments) throws -> [Action] {
        switch name {
        case "navigate": return [.open(try address(arguments.words("url")))]
        case "wait": return [.wait(try arguments.seconds("seconds", or: 1))]
        case "wait_5_seconds": return [.wait(.seconds(5))]
        case "take_screenshot": return [.look]
        default: throw MalformedInput("There is no function \(name.shortened(to: 60)).")
        }
    }

    /// With a scheme: without one it would be taken for a program.
    private static func address(_ text: String) -> String { text.contains("://") ? text : "https://" + text }
}
