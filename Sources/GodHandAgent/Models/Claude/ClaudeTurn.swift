import Foundation
import GodHandCore

/// A turn of Claude's while it arrives, as events or as one message.
struct ClaudeTurn: Sendable {
    /// Under what name the turn's own form is kept.
    static let nativeName = "claude"

    private(set) var blocks: [ClaudeBlock] = []
    private var hasStarted = false
    private var stopReason: String?
    private var usage = TokenUsage()

    init() {}

    /// Takes an event.
    ///
    /// - Returns: Whether the turn is complete.
    mutating func take(
        _ event: ServerSentEvents.Event, of call: ProviderCall, progress: (ModelProgress) -> Void
    ) throws -> Bool {
        let json: JSONValue
        do { json = try JSONDecoder().decode(JSONValue.self, from: Data(event.data)) } catch {
            throw call.nonsense("an event that is not JSON", event.data)
        }
        switch json["type"]?.string {
        case "message_start":
            guard !hasStarted else { throw call.nonsense("two turns in one", []) }
            hasStarted = true
            count(json["message"]?["usage"])
        case "content_block_start":
            guard hasStarted, json["index"]?.integer == blocks.count, let block = json["content_block"],
                blocks.last?.isComplete != false
            else { throw call.nonsense("a block at the wrong place", event.data) }
            blocks.append(ClaudeBlock(block))
        case "content_block_delta":
            guard let delta = json["delta"], isOpen(json["index"]) else {
                throw call.nonsense("a piece of no block", event.data)
            }
            blocks[blocks.count - 1].add(delta, progress: progress)
        case "content_block_stop":
            guard isOpen(json["index"]) else { throw call.nonsense("the end of no block", event.data) }
            blocks[blocks.count - 1].complete()
        case "message_delta":
            guard hasStarted else { throw call.nonsense("an end without a beginning", event.data) }
            if let reason = json["delta"]?["stop_reason"]?.string { stopReason = reason }
            count(json["usage"])
        case "message_stop":
            guard hasStarted, stopReason != nil, blocks.allSatisfy(\.isComplete) else {
                throw call.nonsense("a turn that is not whole", event.data)
            }
            return true
        case "error": throw call.failure(in: event)
        // A ping, or a kind that is newer than this.
        default: break
        }
        return false
    }

    /// Reads a message that came whole.
    init(message: JSONValue, of call: ProviderCall) throws {
        guard message["type"] == "message", let content = message["content"]?.array,
            let reason = message["stop_reason"]?.string
        else { throw call.nonsense("something else than a message", []) }
        blocks = content.map { ClaudeBlock(whole: $0) }
        stopReason = reason
        count(message["usage"])
    }

    /// The turn in our words.
    ///
    /// - Throws: `GodHandError` with `model.context-full` if the context was full before the turn was complete.
    func response(by reader: ClaudeActions, images: Int) throws -> ModelResponse {
        if stopReason == "model_context_window_exceeded" {
            throw GodHandError(
                .modelContextFull, "Claude's context was full before its turn was complete.",
                hint: "Drop old pictures and turns from the conversation.")
        }
        var items = blocks.compactMap { $0.item(by: reader) }
        if stopReason == "refusal" {
            // Nothing of a turn that was broken off for safety is carried out.
            items.removeAll { if case .action = $0 { true } else { false } }
        }
        var usage = usage
        usage.images = images
        return ModelResponse(
            items: items, stop: stop(items), usage: usage,
            native: [Self.nativeName: .array(blocks.compactMap(\.native))])
    }

    private func stop(_ items: [ModelItem]) -> ModelResponse.Stop {
        switch stopReason {
        case "tool_use": return .actions
        case "max_tokens": return .length
        case "pause_turn", "compaction": return .paused
        case "refusal": return .refused
        default:
            let hasCalls = items.contains {
                switch $0 {
                case .action, .malformed: true
                case .text, .reasoning: false
                }
            }
            return hasCalls ? .actions : .end
        }
    }

    private func isOpen(_ index: JSONValue?) -> Bool {
        index?.integer == blocks.count - 1 && blocks.last?.isComplete == false
    }

    /// The counts of later events are totals, and replace the earlier.
    private mutating func count(_ json: JSONValue?) {
        func set(_ name: String, _ field: WritableKeyPath<TokenUsage, Int>) {
            if let number = json?[name]?.integer, (0...1 << 40).contains(number) { usage[keyPath: field] = number }
        }
        set("input_tokens", \.input)
        set("output_tokens", \.output)
        set("cache_read_input_tokens", \.cachedInput)
        set("cache_creation_input_tokens", \.cacheWrite)
    }
}
