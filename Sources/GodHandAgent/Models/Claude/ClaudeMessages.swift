import Foundation
import GodHandCore

/// A conversation in Claude's words: messages of alternating roles, where each call is answered at once.
struct ClaudeMessages {
    private struct Message {
        var role: String
        var blocks: [JSONValue]
    }

    /// A call of the newest turn that has no result yet.
    private struct Open {
        var id: String
        var toolset: JSONValue?
        var isCursor: Bool
    }

    private let pictures: ImageScaler
    private let scaling: ScreenScaling
    private var messages: [Message] = []
    private var open: [Open] = []
    private(set) var imageCount = 0

    init(pictures: ImageScaler, scaling: ScreenScaling) {
        self.pictures = pictures
        self.scaling = scaling
    }

    var json: [JSONValue] {
        messages.map { ["role": .string($0.role), "content": .array($0.blocks)] }
    }

    mutating func add(_ turn: ModelTurn) throws {
        switch turn {
        case .user(let content):
            answerOpenCalls()
            append("user", try content.compactMap { try block($0) })
        case .model(let response):
            answerOpenCalls()
            let blocks = Self.blocks(of: response)
            append("assistant", blocks)
            open = blocks.compactMap { block in
                guard block["type"] == "tool_use", let id = block["id"]?.string else { return nil }
                let isCursor = block["name"] == "cursor_position" || block["input"]?["action"] == "cursor_position"
                return Open(id: id, toolset: block["toolset_name"], isCursor: isCursor)
            }
        case .results(let results):
            for result in results { try add(result) }
        }
    }

    /// Ends the conversation: a call without a result would make the provider refuse all of it.
    mutating func finish() {
        answerOpenCalls()
        if messages.isEmpty { append("user", [ClaudeRequest.text("Begin.")]) }
    }

    /// Puts cache breakpoints on the last blocks of the newest user messages. They move on with the conversation; the
    /// older of them are where the last requests' ended, so that these are found in the cache.
    mutating func markNewest(_ count: Int) {
        let newest = messages.indices.reversed().filter { messages[$0].role == "user" }.prefix(count)
        for index in newest {
            guard let last = messages[index].blocks.indices.last else { continue }
            messages[index].blocks[last] = ClaudeRequest.withBreakpoint(messages[index].blocks[last])
        }
    }

    private mutating func append(_ role: String, _ blocks: [JSONValue]) {
        guard !blocks.isEmpty else { return }
        if messages.last?.role == role {
            messages[messages.count - 1].blocks += blocks
        } else {
            messages.append(Message(role: role, blocks: blocks))
        }
    }

    // MARK: Results

    /// In the message after the calls, results must come before all else.
    private mutating func appendResult(_ block: JSONValue) {
        guard messages.last?.role == "user" else { return append("user", [block]) }
        let last = messages.count - 1
        let place = messages[last].blocks.prefix { $0["type"] == "tool_result" }.count
        messages[last].blocks.insert(block, at: place)
    }

    private mutating func add(_ result: ActionResult) throws {
        guard let index = open.firstIndex(where: { $0.id == result.call }) else {
            // A call of another provider's turn, which went in as text; or a second result for one call.
            return append("user", try result.content.compactMap { try block($0) })
        }
        let call = open.remove(at: index)
        var content = try result.content.compactMap { try block($0, isCursor: call.isCursor) }
        if result.isError {
            // An error's content must be text, so pictures come after it.
            let images = content.filter { $0["type"] == "image" }
            content.removeAll { $0["type"] == "image" }
            appendResult(answer(call, content, isError: true))
            append("user", images)
        } else {
            appendResult(answer(call, content, isError: false))
        }
    }

    private func answer(_ call: Open, _ content: [JSONValue], isError: Bool) -> JSONValue {
        let content = content.isEmpty ? [ClaudeRequest.text(isError ? "It failed." : "Done.")] : content
        var members: [String: JSONValue] = [
            "type": "tool_result", "tool_use_id": .string(call.id), "content": .array(content),
        ]
        if isError { members["is_error"] = true }
        members["toolset_name"] = call.toolset
        return .object(members)
    }

    private mutating func answerOpenCalls() {
        let left = open
        open = []
        let words = ClaudeRequest.text("This was not carried out.")
        for call in left { appendResult(answer(call, [words], isError: true)) }
    }

    // MARK: Content

    private mutating func block(_ content: ModelContent, isCursor: Bool = false) throws -> JSONValue? {
        switch content {
        // The provider refuses text without anything to read.
        case .text(let text):
            let text = isCursor ? inModelPixels(text) : text
            // Not by `?:`, where a nil beside JSON is JSON's null.
            guard !text.allSatisfy(\.isWhitespace) else { return nil }
            return ClaudeRequest.text(text)
        case .untrusted(let text): return ClaudeRequest.text(UntrustedText.marked(text))
        case .image(let image):
            imageCount += 1
            let data = try pictures.scaled(image).png.base64EncodedString()
            return [
                "type": "image",
                "source": ["type": "base64", "media_type": "image/png", "data": .string(data)],
            ]
        }
    }

    /// The place of the cursor, told in pixels of the screen, in those of the picture.
    private func inModelPixels(_ text: String) -> String {
        guard let match = text.firstMatch(of: /(\d{1,6}),\s?(?:Y=)?(\d{1,6})/), let x = Int(match.1),
            let y = Int(match.2)
        else { return text }
        let point = scaling.modelPoint(Point(x: x, y: y))
        return "X=\(point.x),Y=\(point.y)"
    }

    // MARK: The model's own turns

    private static func blocks(of response: ModelResponse) -> [JSONValue] {
        if let blocks = response.native?[ClaudeTurn.nativeName]?.array, !blocks.isEmpty { return blocks }
        // Another adapter's turn: its calls cannot be written as Claude's, but what was done can be told.
        let lines = response.items.compactMap { item -> String? in
            switch item {
            case .text(let text): text.isEmpty ? nil : text
            case .action(let call): "[\(call.action.summary)]"
            case .reasoning, .malformed: nil
            }
        }
        return [ClaudeRequest.text(lines.isEmpty ? "[no answer]" : lines.joined(separator: "\n"))]
    }
}
