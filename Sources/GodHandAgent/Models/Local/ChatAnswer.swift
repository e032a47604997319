import Foundation
import GodHandCore

/// An answer of a chat completions server, whole or as it arrives.
struct ChatAnswer: Sendable {
    /// The most function calls that are kept.
    private static let mostCalls = 64

    /// A function that the model called by the server's own means.
    struct Call: Sendable, Hashable {
        var name = ""
        var arguments = ""
    }

    private(set) var text = ""
    private(set) var reasoning = ""
    private(set) var calls: [Call] = []
    private(set) var finish: String?
    private(set) var usage = TokenUsage()
    private var hasUsage = false

    init() {}

    /// Reads an answer that came in one piece.
    ///
    /// - Throws: `GodHandError` if it is none, or an error.
    init(whole answer: JSONValue, call: ProviderCall) throws {
        if let error = answer["error"], error != .null { throw Self.failure(answer, call) }
        guard let choice = answer["choices"]?.array?.first, let message = choice["message"] else {
            throw call.nonsense("no turn", Array(answer.line.utf8.prefix(1024)))
        }
        add(message) { _ in }
        finish = choice["finish_reason"]?.string ?? "stop"
        readUsage(answer["usage"])
    }

    /// Takes an event of a stream; true if the answer is complete now.
    ///
    /// - Throws: `GodHandError` for an event that is none, or tells of an error.
    mutating func take(
        _ event: ServerSentEvents.Event, call: ProviderCall, progress: (ModelProgress) -> Void
    ) throws -> Bool {
        if event.data.elementsEqual("[DONE]".utf8) { return true }
        let chunk: JSONValue
        do { chunk = try JSONDecoder().decode(JSONValue.self, from: Data(event.data)) } catch {
            throw call.nonsense("an event that is not JSON", event.data)
        }
        if event.name == "error" { throw call.failure(in: event) }
        if let error = chunk["error"], error != .null { throw Self.failure(chunk, call) }
        readUsage(chunk["usage"])
        if let choice = chunk["choices"]?.array?.first {
            if let delta = choice["delta"] { add(delta, progress) }
            if let reason = choice["finish_reason"]?.string { finish = reason }
        }
        // Some servers close without saying that they are done.
        return finish != nil && hasUsage
    }

    private mutating func add(_ message: JSONValue, _ progress: (ModelProgress) -> Void) {
        if let piece = (message["reasoning_content"] ?? message["reasoning"])?.string, !piece.isEmpty {
            reasoning += piece
            progress(.reasoning(piece))
        }
        if let piece = message["content"]?.string, !piece.isEmpty {
            text += piece
            progress(.text(piece))
        }
        for (place, call) in (message["tool_calls"]?.array ?? []).enumerated() {
            let index = call["index"]?.integer ?? place
            guard (0..<Self.mostCalls).contains(index) else { continue }
            while calls.count <= index { calls.append(Call()) }
            calls[index].name += call["function"]?["name"]?.string ?? ""
            // Some servers give an object where the others give text.
            let arguments = call["function"]?["arguments"]
            calls[index].arguments += arguments?.string ?? (arguments.map { $0 == .null ? "" : $0.line } ?? "")
        }
    }

    private mutating func readUsage(_ value: JSONValue?) {
        guard let value, value != .null else { return }
        func count(_ value: JSONValue?) -> Int { min(max(value?.integer ?? 0, 0), 1 << 40) }
        hasUsage = true
        usage.cachedInput = count(value["prompt_tokens_details"]?["cached_tokens"])
        usage.input = max(0, count(value["prompt_tokens"]) - usage.cachedInput)
        usage.output = count(value["completion_tokens"])
    }

    private static func failure(_ value: JSONValue, _ call: ProviderCall) -> GodHandError {
        call.failure(in: ServerSentEvents.Event(data: Array(value.line.utf8)))
    }
}
