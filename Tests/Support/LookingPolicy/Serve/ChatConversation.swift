import Foundation
import GodHandCore

/// A conversation as it comes over the wire of chat completions, as far as the policy needs it.
struct ChatConversation {
    /// What is to be done.
    var goal = ""
    /// What the policy did before.
    var past: [PastMove] = []
    /// The newest picture of the whole screen.
    var picture: Data?
    /// What was shown of the screen since, each with its place.
    var parts: [(corner: Point, picture: Data)] = []
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
                takePictures(of: message)
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

    private mutating func takePictures(of message: JSONValue) {
        var corner: Point?
        for piece in message["content"]?.array ?? [] {
            if let text = piece["text"]?.string, let told = Self.corner(in: text) { corner = told }
            guard let address = piece["image_url"]?["url"]?.string, let comma = address.firstIndex(of: ","),
                address.hasPrefix("data:image/png;base64"),
                let picture = Data(base64Encoded: String(address[address.index(after: comma)...]))
            else { continue }
            if let corner {
                parts.append((corner, picture))
            } else {
                self.picture = picture
                parts = []
            }
            corner = nil
        }
    }

    /// Where a part of the screen belongs that is shown next.
    private static func corner(in text: String) -> Point? {
        guard let match = text.firstMatch(of: #/Its pixel \(0, 0\) is \((\d{1,5}), (\d{1,5})\) there/#),
            let x = Int(match.1), let y = Int(match.2)
        else { return nil }
        return Point(x: x, y: y)
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
