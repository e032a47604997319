public import Foundation
public import GodHandCore

/// What a client says: one message of JSON-RPC.
public enum Message: Sendable, Hashable {
    /// It wants an answer.
    case request(MessageID, method: String, parameters: JSONValue)
    /// It does not.
    case notification(method: String, parameters: JSONValue)
    /// It answers, although nothing was asked: servers of this kind never ask.
    case response

    /// Bounds on what is read.
    public enum Limits {
        /// How deeply lists and objects may be nested. Nothing that a tool takes comes near.
        public static let depth = 32
        /// The longest name of a method, in bytes of UTF-8.
        public static let method = 128
    }

    /// Reads a message.
    ///
    /// - Throws: A ``Refusal`` with what to answer, if that can be told with the id that the message has.
    public init(reading bytes: some DataProtocol) throws(Refusal) {
        guard JSONDepth.isWithin(Limits.depth, bytes) else {
            throw Refusal(id: nil, .parse("The message is nested too deeply, or its brackets do not match."))
        }
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else {
            throw Refusal(id: nil, .parse("The message is not valid JSON."))
        }
        guard case .object(let members) = value else {
            let what =
                value.array == nil ? "The message is not a JSON object." : "Batches of messages are not supported."
            throw Refusal(id: nil, .invalidRequest(what))
        }
        let id = MessageID(members["id"])
        guard members["jsonrpc"] == "2.0" else {
            throw Refusal(id: id, .invalidRequest("The message does not say that it is of JSON-RPC 2.0."))
        }
        guard let named = members["method"] else {
            guard members["result"] != nil || members["error"] != nil else {
                throw Refusal(id: id, .invalidRequest("The message has no method."))
            }
            self = .response
            return
        }
        guard let method = named.string, method.utf8.count <= Limits.method else {
            throw Refusal(id: id, .invalidRequest("The method is not a text of at most \(Limits.method) bytes."))
        }
        let parameters = members["params"] ?? [:]
        guard case .object = parameters else {
            throw Refusal(id: id, .invalidParameters("The parameters are not an object."))
        }
        if members.keys.contains("id") {
            guard let id else {
                throw Refusal(
                    id: nil,
                    .invalidRequest("The id is not a whole number or a text of at most \(MessageID.longest) bytes."))
            }
            self = .request(id, method: method, parameters: parameters)
        } else {
            self = .notification(method: method, parameters: parameters)
        }
    }

    /// Why something is no message, and to which request that can be said.
    public struct Refusal: Error, Sendable, Hashable {
        /// The id that it has, if that could be read.
        public var id: MessageID?
        /// What is wrong.
        public var error: RPCError

        /// Makes one.
        public init(id: MessageID?, _ error: RPCError) {
            self.id = id
            self.error = error
        }
    }
}

extension JSONValue {
    /// As JSON of one line.
    public var line: Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Only a number that is not finite cannot be written, and none is made here.
        return (try? encoder.encode(self))
            ?? Data(#"{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":""}}"#.utf8)
    }
}
