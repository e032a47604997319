import Foundation
import GodHandCore

/// The form in which Qwen-VL answers: `<tool_call>{"name": "computer_use", "arguments": {…}}</tool_call>`.
enum QwenVL {
    /// What the model is told about the form.
    static func guide(scaling: ScreenScaling) -> String {
        let size = scaling.size
        let names = [
            "key", "type", "mouse_move", "left_click", "left_click_drag", "right_click", "middle_click", "double_click",
            "triple_click", "scroll", "hscroll", "wait", "answer", "terminate",
        ]
        let tool: JSONValue = [
            "type": "function",
            "function": [
                "name": "computer_use",
                "description": .string(
                    "Mouse and keyboard of a computer with a screen of \(size.width)x\(size.height)."
                ),
                "parameters": [
                    "type": "object", "required": ["action"],
                    "properties": [
                        "action": ["type": "string", "enum": .array(names.map { .string($0) })],
                        "coordinate": ["type": "array", "description": "[x, y] from the top left corner"],
                        "keys": ["type": "array", "description": "Key names that are pressed together"],
                        "text": ["type": "string", "description": "What is typed or answered"],
                        "pixels": [
                            "type": "number", "description": "How far to scroll: positive is up, negative down",
                        ],
                        "time": ["type": "number", "description": "Seconds to wait"],
                        "status": ["type": "string", "enum": ["success", "failure"]],
                    ],
                ],
            ],
        ]
        return """
            You may call this function:
            <tools>
            \(tool.line)
            </tools>
            Say in a sentence what you do, then call it in this form:
            <tool_call>
            {"name": "computer_use", "arguments": {"action": "left_click", "coordinate": [x, y]}}
            </tool_call>
            """
    }

    /// Reads an answer; whatever is wrong in it comes as ``MalformedInput`` when its actions are asked for.
    static func read(_ text: String, scaling: ScreenScaling) -> LocalAnswer.Reading {
        let opening = text.range(of: "<tool_call>")
        let said = String(text[..<(opening?.lowerBound ?? text.endIndex)])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let objects = text.components(separatedBy: "<tool_call>").dropFirst().prefix(LocalAnswer.mostActions + 1).map {
            JSONExtraction.object(in: $0.components(separatedBy: "</tool_call>")[0], with: ["arguments"])
        }
        // Smaller models forget the marks.
        let loose = objects.isEmpty ? JSONExtraction.object(in: text, with: ["arguments", "action"]) : nil
        return LocalAnswer.Reading(text: said) {
            if let loose { return try actions(loose["arguments"] ?? loose, scaling) }
            var result: [Action] = []
            for object in objects {
                guard let object else { throw MalformedInput("A <tool_call> does not hold JSON with arguments.") }
                guard object["name"]?.string ?? "computer_use" == "computer_use" else {
                    throw MalformedInput("The only function is computer_use.")
                }
                for action in try actions(object["arguments"] ?? .null, scaling) {
                    // The answer comes before the end, and is the end.
                    if case .done("") = action, case .done = result.last { continue }
                    result.append(action)
                }
            }
            return result
        }
    }

    private static func actions(_ value: JSONValue, _ scaling: ScreenScaling) throws -> [Action] {
        guard let name = value["action"]?.string else { throw MalformedInput("computer_use needs action.") }
        let arguments = try Arguments(of: name, value, space: scaling)
        let point = try arguments.pair("coordinate")
        switch name {
        case "key":
            guard let keys = arguments.list(ifAny: "keys") ?? arguments.list(ifAny: "text"), !keys.isEmpty else {
                throw MalformedInput("key needs keys, a list of names.")
            }
            return [.input(.key(KeyChord(keys: keys.flatMap { KeyChord($0).keys })))]
        case "type": return [.input(.type(try arguments.text("text")))]
        case "mouse_move":
            guard let point else { throw MalformedInput("mouse_move needs coordinate.") }
            return [.input(.move(to: point))]
        case "left_click", "click": return [.input(.click(at: point))]
        case "right_click": return [.input(.click(at: point, button: .right))]
        case "middle_click": return [.input(.click(at: point, button: .middle))]
        case "double_click": return [.input(.click(at: point, count: 2))]
        case "triple_click": return [.input(.click(at: point, count: 3))]
        case "left_click_drag":
            guard let point else { throw MalformedInput("left_click_drag needs coordinate.") }
            if let start = try arguments.pair("start_coordinate") { return [.input(.drag(path: [start, point]))] }
            // From where the pointer is.
            return [.input(.press(button: .left)), .input(.move(to: point)), .input(.release(button: .left))]
        case "scroll", "hscroll":
            let clicks = Wheel.clicks(scaling.distance(y: try arguments.number("pixels")))
            let isUpright = name == "scroll"
            return [.input(.scroll(at: point, dx: isUpright ? 0 : clicks, dy: isUpright ? -clicks : 0))]
        case "wait": return [.wait(try arguments.seconds("time", or: 2))]
        case "answer": return [.done(try arguments.text("text"))]
        case "terminate":
            let text = arguments.text(ifAny: "text") ?? ""
            return [arguments.text(ifAny: "status") == "failure" ? .fail(text) : .done(text)]
        case "screenshot": return [.look]
        default: throw MalformedInput("There is no action \(name.shortened(to: 60)).")
        }
    }
}
