import Foundation
public import GodHandCore

/// What answers requests in the form of chat completions: bytes of a body in, bytes of a body out.
public protocol ChatResponder: Sendable {
    /// The model's message for a request.
    ///
    /// - Throws: `GodHandError` with `request.invalid` for a request that makes no sense.
    func message(for request: JSONValue) throws -> String
}

/// The policy behind the wire: reads the newest picture of the conversation, decides, and answers by the schema.
public struct LookingModel: ChatResponder {
    private let reader: ScreenReader
    private let watch: (@Sendable (Decision) -> Void)?

    /// Makes a model.
    ///
    /// - Parameter watch: Told of each decision.
    public init(reader: ScreenReader = ScreenReader(), watch: (@Sendable (Decision) -> Void)? = nil) {
        self.reader = reader
        self.watch = watch
    }

    /// Looks and decides.
    public func message(for request: JSONValue) throws -> String {
        let conversation = try ChatConversation(request)
        guard let picture = conversation.picture else {
            throw GodHandError(.invalidRequest, "The request shows no picture.")
        }
        var frame = try ScreenReader.frame(of: picture)
        for part in conversation.parts {
            frame = frame.pasting(try ScreenReader.frame(of: part.picture), at: part.corner)
        }
        let seen = reader.look(at: frame)
        let policy = LookingPolicy(
            goal: conversation.goal, past: conversation.past, seen: seen, title: conversation.title)
        let decision = policy.decide()
        if let failure = seen.failure { throw failure }
        watch?(decision)
        let object = ChatAnswer.object(for: decision, parts: policy.partCount)
        return String(decoding: try JSONEncoder().encode(object), as: UTF8.self)
    }
}
