import Foundation
import GodHandCore

/// A block of a turn of Claude's: what it began as, and what has been added since.
struct ClaudeBlock: Sendable {
    private let start: JSONValue
    private(set) var isComplete = false
    private var text = ""
    private var signature = ""
    private var input = ""
    private var citations: [JSONValue] = []
    private var parsed: JSONValue?

    init(_ start: JSONValue) {
        self.start = start
        text = start[textName]?.string ?? ""
        signature = start["signature"]?.string ?? ""
        citations = start["citations"]?.array ?? []
    }

    /// A block that came whole.
    init(whole: JSONValue) {
        self.init(whole)
        complete()
    }

    private var kind: String { start["type"]?.string ?? "" }

    /// Where the block keeps its text.
    private var textName: String {
        switch kind {
        case "thinking": "thinking"
        case "compaction": "content"
        default: "text"
        }
    }

    mutating func add(_ delta: JSONValue, progress: (ModelProgress) -> Void) {
        switch delta["type"]?.string {
        case "text_delta":
            guard let piece = delta["text"]?.string, kind == "text" else { return }
            text += piece
            progress(.text(piece))
        case "thinking_delta":
            guard let piece = delta["thinking"]?.string, kind == "thinking" else { return }
            text += piece
            progress(.reasoning(piece))
        case "compaction_delta": text += delta["content"]?.string ?? ""
        case "signature_delta": signature += delta["signature"]?.string ?? ""
        case "input_json_delta": input += delta["partial_json"]?.string ?? ""
        case "citations_delta": if let citation = delta["citation"] { citations.append(citation) }
        default: break
        }
    }

    mutating func complete() {
        isComplete = true
        guard kind.hasSuffix("tool_use") else { return }
        // A tool without arguments sends no pieces, and what the block began with holds.
        let value = input.isEmpty ? start["input"] : try? JSONDecoder().decode(JSONValue.self, from: Data(input.utf8))
        if case .object? = value { parsed = value }
    }

    /// Tells what there is, where it came whole.
    func tell(_ progress: (ModelProgress) -> Void) {
        guard !text.isEmpty else { return }
        if kind == "text" { progress(.text(text)) }
        if kind == "thinking" { progress(.reasoning(text)) }
    }

    /// The block as it goes back; nil for one that the provider would refuse.
    var native: JSONValue? {
        guard case .object(var members) = start else { return nil }
        switch kind {
        case "text":
            if text.allSatisfy(\.isWhitespace) { return nil }
            members["text"] = .string(text)
            if !citations.isEmpty { members["citations"] = .array(citations) }
        case "thinking":
            // Cut off before its signature came.
            if signature.isEmpty { return nil }
            members["thinking"] = .string(text)
            members["signature"] = .string(signature)
        case "compaction": members["content"] = .string(text)
        case _ where kind.hasSuffix("tool_use"): members["input"] = parsed ?? .object([:])
        default: break
        }
        return .object(members)
    }

    /// What the block says in our words; nil if that is nothing.
    func item(by reader: ClaudeActions) -> ModelItem? {
        switch kind {
        case "text": text.isEmpty ? nil : .text(text)
        case "thinking": text.isEmpty ? nil : .reasoning(text)
        case "tool_use":
            reader.item(
                id: start["id"]?.string ?? "", name: start["name"]?.string ?? "",
                isToolset: start["toolset_name"]?.string != nil, input: parsed)
        default: nil
        }
    }
}
