import Foundation
import GodHandCore

/// Reads what a local model said, in the form that it answers in.
struct LocalAnswer {
    /// The most text that is read.
    static let longestText = 256 << 10
    /// The most actions of one turn.
    static let mostActions = 32

    let settings: LocalModel.Settings
    let request: ModelRequest

    /// What one form holds. Its actions are asked for last, and may throw what is wrong with them.
    struct Reading {
        /// Why, where the form has a place for it.
        var thought = ""
        /// What stands around the form for the user.
        var text = ""
        var expectation: String?
        var actions: () throws -> [Action]
    }

    func read(_ answer: ChatAnswer) -> ModelResponse {
        let text = String(Self.withCalls(answer).prefix(Self.longestText))
        var (thinking, said) = Self.thinking(in: text)
        if !answer.reasoning.isEmpty { thinking = answer.reasoning }
        var items: [ModelItem] = thinking.isEmpty ? [] : [.reasoning(thinking)]
        let reading = read(said)
        if !reading.thought.isEmpty { items.append(.reasoning(reading.thought)) }
        if !reading.text.isEmpty { items.append(.text(reading.text)) }
        let id = "turn-\(request.turns.count)"
        let calls = ModelItem.calls(id: id, for: request, expectation: reading.expectation) {
            let actions = try reading.actions()
            guard !actions.isEmpty else { throw MalformedInput("There is no action in the answer.") }
            guard actions.count <= Self.mostActions else { throw MalformedInput("Too many actions at once.") }
            return actions
        }
        items += calls
        let stop: ModelResponse.Stop =
            switch answer.finish {
            case "length": .length
            case "content_filter": .refused
            default: .actions
            }
        return ModelResponse(items: items, stop: stop, usage: answer.usage, native: ["local": .string(said)])
    }

    private func read(_ text: String) -> Reading {
        let scaling = settings.scaling(request)
        switch settings.format {
        case .schema: return schema(text, scaling)
        case .uiTARS: return UITARS.read(text, scaling: scaling)
        case .qwenVL: return QwenVL.read(text, scaling: scaling)
        }
    }

    private func schema(_ text: String, _ scaling: ScreenScaling) -> Reading {
        guard let object = JSONExtraction.object(in: text, with: ["action", "done"]) else {
            return Reading {
                throw MalformedInput("The answer must be one JSON object with thought and action, and nothing else.")
            }
        }
        let expectation = object["expect"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        return Reading(thought: object["thought"]?.string ?? "", expectation: expectation) {
            try LocalSchema.actions(object, request: request, scaling: scaling)
        }
    }

    /// The text, with the calls that the server took out of it put back in the form in which models write them.
    private static func withCalls(_ answer: ChatAnswer) -> String {
        answer.calls.reduce(answer.text) { text, call in
            let arguments = JSONValue(reading: call.arguments) ?? .object([:])
            let whole: JSONValue = ["name": .string(call.name), "arguments": arguments]
            return text + "\n<tool_call>\n\(whole.line)\n</tool_call>"
        }
    }

    /// What stands in `<think>` marks, and the rest.
    static func thinking(in text: String) -> (thinking: String, rest: String) {
        guard let end = text.range(of: "</think>") else { return ("", text) }
        var thinking = String(text[..<end.lowerBound])
        if let start = thinking.range(of: "<think>") { thinking = String(thinking[start.upperBound...]) }
        let rest = String(text[end.upperBound...])
        return (thinking.trimmingCharacters(in: .whitespacesAndNewlines), rest)
    }
}
