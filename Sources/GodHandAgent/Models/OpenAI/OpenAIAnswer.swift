import Foundation
import GodHandCore

/// Reads a complete response of the Responses API.
struct OpenAIAnswer {
    /// The most actions of one call that are taken.
    private static let mostActions = 64

    let call: ProviderCall
    let request: ModelRequest
    let scaling: ScreenScaling

    /// - Throws: `GodHandError` of the `model.` family for a response that failed, or is none.
    func read(_ answer: JSONValue) throws -> ModelResponse {
        let status = answer["status"]?.string
        guard status != "failed", status != "cancelled" else { throw failure(answer) }
        guard let output = answer["output"]?.array else { throw call.nonsense("no turn", Array(answer.line.utf8)) }
        let items = output.flatMap(items)
        let isRefused = output.contains { item in
            (item["content"]?.array ?? []).contains { $0["type"]?.string == "refusal" }
        }
        return ModelResponse(
            items: items, stop: stop(answer, items, isRefused: isRefused), usage: Self.usage(answer["usage"]),
            native: ["openai": .array(output.map(\.withoutNulls))])
    }

    private func stop(_ answer: JSONValue, _ items: [ModelItem], isRefused: Bool) -> ModelResponse.Stop {
        if answer["status"]?.string == "incomplete" {
            switch answer["incomplete_details"]?["reason"]?.string {
            case "content_filter": return .refused
            case "steered": return .paused
            default: return .length
            }
        }
        let asks = items.contains { item in
            switch item {
            case .action, .malformed: true
            case .text, .reasoning: false
            }
        }
        return asks ? .actions : isRefused ? .refused : .end
    }

    private func failure(_ answer: JSONValue) -> GodHandError {
        let code = answer["error"]?["code"]?.string ?? ""
        if ["bio_policy", "misalignment_policy_violation", "image_content_policy_violation"].contains(code) {
            let said = ProviderText.shown(answer["error"]?["message"]?.string ?? code, without: call.secrets)
            return GodHandError(.modelRefused, "OpenAI declines: \(said)")
        }
        let error: JSONValue = ["error": answer["error"] ?? "the response failed"]
        return call.failure(in: ServerSentEvents.Event(data: Array(error.line.utf8)))
    }

    // MARK: Items

    private func items(of item: JSONValue) -> [ModelItem] {
        switch item["type"]?.string {
        case "reasoning":
            let parts = (item["summary"]?.array ?? []) + (item["content"]?.array ?? [])
            return parts.compactMap { $0["text"]?.string }.map { .reasoning($0) }
        case "message":
            return (item["content"]?.array ?? []).compactMap { part in
                (part["text"] ?? part["refusal"])?.string.map { .text($0) }
            }
        case "computer_call": return computer(item)
        case "function_call": return function(item)
        default: return []
        }
    }

    private func computer(_ item: JSONValue) -> [ModelItem] {
        guard let known = OpenAICall(item) else { return [] }
        let actions = item["actions"]?.array ?? item["action"].map { [$0] } ?? []
        return ModelItem.calls(id: known.id, for: request, checks: known.checks) {
            guard request.abilities.contains(.input) else { throw MalformedInput("there is no computer to use here") }
            guard !actions.isEmpty else { throw MalformedInput("the call has no actions") }
            guard actions.count <= Self.mostActions else { throw MalformedInput("too many actions in one call") }
            return try actions.map { try OpenAIAction.read($0, scaling: scaling) }
        }
    }

    private func function(_ item: JSONValue) -> [ModelItem] {
        guard let id = item["call_id"]?.string else { return [] }
        let name = item["name"]?.string ?? ""
        let text = item["arguments"]?.string ?? ""
        let values = text.isEmpty ? .object([:]) : JSONValue(reading: text)
        return FunctionCall(id: id, name: name, input: values).items(for: request, scaling: scaling)
    }

    /// What the provider counts as input includes what came from its cache and what went there.
    private static func usage(_ value: JSONValue?) -> TokenUsage {
        var usage = TokenUsage()
        let details = value?["input_tokens_details"]
        func count(_ value: JSONValue?) -> Int { min(max(value?.integer ?? 0, 0), 1 << 40) }
        usage.cachedInput = count(details?["cached_tokens"])
        usage.cacheWrite = count(details?["cache_write_tokens"])
        usage.input = max(0, count(value?["input_tokens"]) - usage.cachedInput - usage.cacheWrite)
        usage.output = count(value?["output_tokens"])
        return usage
    }
}
