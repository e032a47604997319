import Foundation
import GodHandCore

/// A response that arrives as events.
///
/// The last event holds the whole response, so nothing is put together here but what servers leave out of it: its
/// items, which came one by one before.
struct OpenAIStream: Sendable {
    /// The most items that are kept.
    private static let mostItems = 1000

    /// The response, once it is complete.
    private(set) var response: JSONValue = .null
    private var items: [JSONValue] = []

    /// Takes an event; true if the response is complete now.
    ///
    /// - Throws: `GodHandError` for an event that is none, or tells of an error.
    mutating func take(
        _ event: ServerSentEvents.Event, call: ProviderCall, progress: (ModelProgress) -> Void
    ) throws -> Bool {
        if event.data.elementsEqual("[DONE]".utf8) { return false }
        let value: JSONValue
        do { value = try JSONDecoder().decode(JSONValue.self, from: Data(event.data)) } catch {
            throw call.nonsense("an event that is not JSON", event.data)
        }
        switch value["type"]?.string ?? event.name {
        case "response.output_text.delta", "response.refusal.delta":
            if let text = value["delta"]?.string { progress(.text(text)) }
        case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
            if let text = value["delta"]?.string { progress(.reasoning(text)) }
        case "response.output_item.done":
            guard items.count < Self.mostItems else { throw call.nonsense("too many items", []) }
            if let item = value["item"] { items.append(item) }
        case "response.completed", "response.incomplete", "response.failed":
            guard case .object(var members) = value["response"] else {
                throw call.nonsense("an end without a response", event.data)
            }
            if members["output"]?.array?.isEmpty ?? true { members["output"] = .array(items) }
            response = .object(members)
            return true
        case "error": throw failure(value, call)
        default: break
        }
        return false
    }

    /// The error of an `error` event, whose parts stand in the event itself or in a member of it.
    private func failure(_ value: JSONValue, _ call: ProviderCall) -> GodHandError {
        let inner = value["error"].map { $0 == .null ? value : $0 } ?? value
        let error: JSONValue = [
            "error": [
                "code": inner["code"] ?? "", "message": inner["message"] ?? "", "type": value["error"]?["type"] ?? "",
            ]
        ]
        return call.failure(in: ServerSentEvents.Event(data: Array(error.line.utf8)))
    }
}
