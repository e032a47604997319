import Foundation
import GodHandCore

/// A turn of Gemini, whole or as its pieces arrive.
struct GeminiTurn: Sendable {
    /// The most parts that are kept.
    private static let mostParts = 10_000

    /// The parts of the turn. Pieces of one text are joined.
    private(set) var parts: [JSONValue] = []
    private(set) var finish: String?
    private(set) var usage: JSONValue?

    /// Takes an event of a stream; true if the turn is complete now.
    ///
    /// - Throws: `GodHandError` for an event that is none, or tells of an error.
    mutating func take(
        _ event: ServerSentEvents.Event, call: ProviderCall, progress: (ModelProgress) -> Void
    ) throws -> Bool {
        let value: JSONValue
        do { value = try JSONDecoder().decode(JSONValue.self, from: Data(event.data)) } catch {
            throw call.nonsense("an event that is not JSON", event.data)
        }
        return try add(value, call: call, progress: progress)
    }

    /// Takes a piece, or the whole.
    mutating func add(_ value: JSONValue, call: ProviderCall, progress: (ModelProgress) -> Void) throws -> Bool {
        if let error = value["error"], error != .null {
            throw call.failure(in: ServerSentEvents.Event(data: Array(value.line.utf8)))
        }
        usage = value["usageMetadata"] ?? usage
        if let reason = value["promptFeedback"]?["blockReason"]?.string {
            let said = ProviderText.shown(reason, without: call.secrets)
            throw GodHandError(
                .modelRefused, "Gemini declines to read the conversation: \(said).",
                hint: "Look at what the screen showed last.")
        }
        guard let candidate = value["candidates"]?.array?.first else {
            guard value["usageMetadata"] != nil else {
                throw call.nonsense("no turn", Array(value.line.utf8.prefix(1024)))
            }
            return false
        }
        for part in candidate["content"]?["parts"]?.array ?? [] {
            guard parts.count < Self.mostParts else { throw call.nonsense("too many parts", []) }
            append(part.withoutNulls, progress)
        }
        finish = candidate["finishReason"]?.string ?? finish
        return finish != nil
    }

    private mutating func append(_ part: JSONValue, _ progress: (ModelProgress) -> Void) {
        guard let text = part["text"]?.string else {
            parts.append(part)
            return
        }
        let isThought = part["thought"]?.bool == true
        if !text.isEmpty { progress(isThought ? .reasoning(text) : .text(text)) }
        // A signature belongs to the very part that it came with, so such a part ends what is joined.
        if case .object(var last) = parts.last, let before = last["text"]?.string, last["thoughtSignature"] == nil,
            (last["thought"]?.bool == true) == isThought, case .object(let piece) = part
        {
            last.merge(piece) { $1 }
            last["text"] = .string(before + text)
            parts[parts.count - 1] = .object(last)
        } else {
            parts.append(part)
        }
    }
}
