import Foundation
import GodHandCore

/// The form in which UI-TARS answers: `Thought: …` and `Action: click(start_box='(x,y)')`.
enum UITARS {
    /// How long its `wait()` takes.
    private static let wait = Duration.seconds(5)
    /// How far its `scroll` goes, in clicks of the wheel.
    private static let scroll = 5

    /// What the model is told about the form.
    static let guide = """
        You see the newest screenshot. Answer in exactly this form:
        Thought: what you see and what you do next
        Action: one of the actions below

        click(start_box='(x,y)')
        left_double(start_box='(x,y)')
        right_single(start_box='(x,y)')
        drag(start_box='(x1,y1)', end_box='(x2,y2)')
        hotkey(key='ctrl c')
        type(content='text') with \\n at the end to submit
        scroll(start_box='(x,y)', direction='down or up or right or left')
        wait()
        finished(content='the answer')
        call_user()
        """

    /// Reads an answer; whatever is wrong in it comes as ``MalformedInput`` when its actions are asked for.
    static func read(_ text: String, scaling: ScreenScaling) -> LocalAnswer.Reading {
        let parts = split(text)
        return LocalAnswer.Reading(thought: parts.thought) {
            var actions: [Action] = []
            for call in try UITARSCall.calls(in: parts.action) { actions.append(try action(call, scaling)) }
            return actions
        }
    }

    private static func split(_ text: String) -> (thought: String, action: String) {
        guard let mark = text.range(of: "Action:", options: .backwards) else { return (trimmed(text), "") }
        var thought = String(text[..<mark.lowerBound])
        if let start = thought.range(of: "Thought:") { thought = String(thought[start.upperBound...]) }
        return (trimmed(thought), trimmed(String(text[mark.upperBound...])))
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

    private static func action(_ call: UITARSCall, _ scaling: ScreenScaling) throws -> Action {
        func start() throws -> Point { try call.point("start_box", "point", "start_point", in: scaling) }
        switch call.name {
        case "click", "left_single": return .input(.click(at: try start()))
        case "left_double", "double_click": return .input(.click(at: try start(), count: 2))
        case "right_single", "right_click": return .input(.click(at: try start(), button: .right))
        case "middle_click": return .input(.click(at: try start(), button: .middle))
        case "hover", "mouse_move": return .input(.move(to: try start()))
        case "drag", "select":
            let end = try call.point("end_box", "end_point", in: scaling)
            return .input(.drag(path: [try start(), end]))
        case "hotkey", "press":
            guard let keys = call.arguments["key"] ?? call.arguments["keys"], !keys.isEmpty else {
                throw MalformedInput("\(call.name) needs key.")
            }
            // Names are parted by spaces; a plus stands for itself only alone.
            let names = keys.split(whereSeparator: \.isWhitespace).flatMap { KeyChord(String($0)).keys }
            return .input(.key(KeyChord(keys: names)))
        case "type":
            guard let content = call.arguments["content"] else { throw MalformedInput("type needs content.") }
            return .input(.type(content))
        case "scroll":
            let place = try call.hasPoint("start_box", "point", "start_point") ? start() : nil
            let (dx, dy) = try Wheel.toward(call.arguments["direction"] ?? "down", clicks: scroll)
            return .input(.scroll(at: place, dx: dx, dy: dy))
        case "wait": return .wait(wait)
        case "finished": return .done(call.arguments["content"] ?? "")
        case "call_user":
            return .ask(call.arguments["content"] ?? "The model asks for your help with what is on the screen.")
        default: throw MalformedInput("There is no action \(call.name.shortened(to: 60)).")
        }
    }
}
