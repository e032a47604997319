import Foundation
import GodHandCore

/// A conversation as it comes over the wire of chat completions, as far as the policy needs it.
struct ChatConversation {
    /// What is to be done.
    var goal = ""
    /// What the policy did before.
    var past: [PastMove] = []
    /// The newest picture.
    var picture: Data?
    /// The title of the window in front, if the newest message says it.
    var title: String?

    /// - Throws: `GodHandError` with `request.invalid` if it is no conversation or has no picture.
    init(_ body: JSONValue) throws {
        guard let messages = body["messages"]?.array else {
            throw GodHandError(.invalidRequest, "The request has no messages.")
        }
        for message in messages {
            let texts = Self.texts(of: message)
            switch message["role"]?.string {
            case "assistant":
                if let move = texts.lazy.compactMap(Self.move).first { past.append(move) }
                // Where titles are told, a message without one means that there is no window.
                title = title == nil ? nil : ""
            case "user", "tool":
                if goal.isEmpty { goal = Self.goal(in: texts) }
                if let picture = Self.pictures(of: message).last { self.picture = picture }
                if texts.contains(where: Self.saysFailed), !past.isEmpty { past[past.count - 1].failed = true }
                if let title = texts.compactMap(Self.title).last { self.title = title }
            default: break
            }
        }
        guard picture != nil else { throw GodHandError(.invalidRequest, "The request shows no picture.") }
    }

    private static func texts(of message: JSONValue) -> [String] {
        if let text = message["content"]?.string { return [text] }
        return message["content"]?.array?.compactMap { $0["text"]?.string } ?? []
    }

    private static func pictures(of message: JSONValue) -> [Data] {
        message["content"]?.array?.compactMap { part in
            guard let address = part["image_url"]?["url"]?.string, let comma = address.firstIndex(of: ","),
                address.hasPrefix("data:image/png;base64")
            else { return nil }
            return Data(base64Encoded: String(address[address.index(after: comma)...]))
        } ?? []
    }

    private static func goal(in texts: [String]) -> String {
        for text in texts {
            if let match = text.firstMatch(of: #/(?i)goal:\s*(.+)/#) { return String(match.1) }
        }
        return texts.first ?? ""
    }

    private static func title(in text: String) -> String? {
        guard let match = text.firstMatch(of: #/(?i)title of the window[^:\n]*: *([^\n<]*)/#) else { return nil }
        return String(match.1).trimmingCharacters(in: CharacterSet(charactersIn: " “”\"'."))
    }

    private static func saysFailed(_ text: String) -> Bool {
        let lower = text.lowercased()
        return lower.contains("nothing changed") || lower.contains("no effect")
            || lower.contains("the screen is as it was")
    }

    /// The policy's own answer.
    private static func move(_ text: String) -> PastMove? {
        guard let answer = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)),
            let thought = answer["thought"]?.string, var move = PastMove(thought: thought)
        else { return nil }
        if let x = answer["x"]?.integer, let y = answer["y"]?.integer { move.point = Point(x: x, y: y) }
        return move
    }
}
