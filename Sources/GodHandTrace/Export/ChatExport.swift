import Foundation
import GodHandCore

/// Writes `chat.jsonl` for fine-tuning: one line for each decision, in the format of OpenAI's chats.
///
/// A line holds the goal, what was done before in words, the newest screens as pictures, and as its last message the
/// decision. Earlier decisions have the weight 0, so that each is learned once.
struct ChatExport {
    static let file = "chat.jsonl"
    /// How many screens a line has; OpenAI takes ten pictures in an example.
    static let screens = 3

    static func write(_ trace: Trace, to directory: URL) throws -> URL {
        let place = try ExportDirectory(directory)
        let steps = trace.steps
        let goal = trace.header?.goal ?? "Not known"
        return try place.write(lines: steps.indices.map { try line(steps[...$0], goal) }, as: file)
    }

    private static func line(_ steps: ArraySlice<Step>, _ goal: String) throws -> JSONValue {
        var messages: [JSONValue] = [
            ["role": "system", "content": .string(instructions)], ["role": "user", "content": .string(goal)],
        ]
        for (index, step) in steps.enumerated() {
            let isShown = index >= steps.count - screens
            messages.append(["role": "user", "content": [isShown ? picture(step.before.screenshot) : left]])
            var decision = try self.decision(step)
            if index < steps.count - 1 { decision = decision.adding(("weight", 0)) }
            messages.append(decision)
            if index < steps.count - 1 {
                let words =
                    step.verdict.map { "\($0.passed ? "Done" : "Failed"). \($0.claim): \($0.evidence)" } ?? "Done."
                messages.append([
                    "role": "tool", "tool_call_id": .string("step-\(step.index)"), "content": .string(words),
                ])
            }
        }
        return ["messages": .array(messages), "tools": [tool]]
    }

    private static func decision(_ step: Step) throws -> JSONValue {
        let arguments = try JSONValue(encoding: EncodedAction(step.action))
        let words = [step.reasoning, step.intent].compactMap(\.self).joined(separator: "\n")
        return [
            "role": "assistant", "content": .string(words),
            "tool_calls": [
                [
                    "id": .string("step-\(step.index)"), "type": "function",
                    "function": [
                        "name": "act", "arguments": .string(String(decoding: try arguments.written(), as: UTF8.self)),
                    ],
                ]
            ],
        ]
    }

    private static func picture(_ screenshot: Screenshot) -> JSONValue {
        if screenshot.png.isEmpty { return left }
        return [
            "type": "image_url",
            "image_url": ["url": .string("data:image/png;base64,\(screenshot.png.base64EncodedString())")],
        ]
    }

    private static let left: JSONValue = ["type": "text", "text": "(An earlier screen.)"]
    private static let instructions =
        "You drive a desktop. Each message of the user shows its screen; answer with the next action."

    /// The one function there is. Its arguments are an action as the trace format has it.
    private static let tool: JSONValue = [
        "type": "function",
        "function": [
            "name": "act", "description": "Does one thing on the desktop. Points are [x, y] in pixels of the screen.",
            "parameters": [
                "type": "object", "required": ["kind"], "additionalProperties": true,
                "properties": [
                    "kind": ["type": "string"],
                    "at": ["type": "array", "items": ["type": "integer"]], "text": ["type": "string"],
                    "keys": ["type": "array", "items": ["type": "string"]], "button": ["type": "string"],
                    "count": ["type": "integer"], "arguments": ["type": "array", "items": ["type": "string"]],
                ],
            ],
        ],
    ]
}
