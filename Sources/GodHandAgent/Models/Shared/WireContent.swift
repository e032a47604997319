import Foundation
import GodHandCore

/// Parts of a provider's body that several providers write in the same way.
enum WireContent {
    /// The picture as an address that holds its data.
    static func dataURL(_ image: ModelImage) -> String { "data:image/png;base64," + image.png.base64EncodedString() }

    /// The text of something that is no picture; data is marked as such.
    static func text(_ content: ModelContent) -> String? {
        switch content {
        case .text(let text): text
        case .untrusted(let text): UntrustedText.marked(text)
        case .image: nil
        }
    }

    /// What a turn says that another adapter made, in words: its own form means nothing to this provider.
    static func foreign(_ response: ModelResponse) -> String {
        let lines = response.items.compactMap { item -> String? in
            switch item {
            case .reasoning: nil
            case .text(let text): text
            case .action(let call): "(action) " + call.action.summary
            case .malformed(let call): "(a call that was not understood: \(call.reason))"
            }
        }
        return lines.isEmpty ? "(nothing)" : lines.joined(separator: "\n")
    }
}

extension ActionResult {
    /// What is said besides pictures.
    var words: String {
        let text = content.compactMap(WireContent.text).joined(separator: "\n")
        return isError ? "Error: " + (text.isEmpty ? "it was not done." : text) : text
    }

    /// The pictures, in order.
    var images: [ModelImage] { content.compactMap { if case .image(let image) = $0 { image } else { nil } } }
}

extension JSONValue {
    /// The object without its members that are null, which many providers send and do not take back.
    var withoutNulls: JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.value != .null })
    }

    /// A value as JSON of one line.
    var line: String { (try? written()).map { String(decoding: $0, as: UTF8.self) } ?? "null" }

    /// Reads JSON; nil if it is none.
    init?(reading text: String) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) else { return nil }
        self = value
    }
}
