public import GodHandCore

/// An answer that says that the request itself was wrong. What goes wrong *in* a tool is a ``ToolResult``, because a model
/// can act on that.
public struct RPCError: Error, Sendable, Hashable {
    /// The number that JSON-RPC or MCP gives to this kind of error.
    public var code: Int
    /// What is wrong, in one sentence.
    public var message: String
    /// More of it, for programs.
    public var data: JSONValue?

    /// Makes one.
    public init(_ code: Int, _ message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// It is no JSON.
    public static func parse(_ message: String) -> RPCError { RPCError(-32700, message) }
    /// It is JSON, but no message, or not at this moment.
    public static func invalidRequest(_ message: String) -> RPCError { RPCError(-32600, message) }
    /// There is no such method.
    public static func noMethod(_ method: String) -> RPCError {
        RPCError(-32601, "There is no method '\(method.prefix(64))' here.")
    }
    /// The method's parameters are not of the form that it takes.
    public static func invalidParameters(_ message: String) -> RPCError { RPCError(-32602, message) }
    /// The server failed.
    public static let server = RPCError(-32603, "The server could not write its answer.")
    /// The headers of an HTTP request say something else than its body.
    public static func headerMismatch(_ message: String) -> RPCError { RPCError(-32020, message) }
    /// The version of the protocol is not spoken here.
    public static func unsupportedVersion(_ requested: String) -> RPCError {
        RPCError(
            -32022, "This version of the protocol is not supported.",
            data: [
                "supported": .array(ProtocolVersion.all.map { .string($0.rawValue) }),
                "requested": .string(String(requested.prefix(64))),
            ])
    }

    /// The whole answer.
    public func response(to id: MessageID?) -> JSONValue {
        var error: [String: JSONValue] = ["code": .integer(code), "message": .string(message)]
        if let data { error["data"] = data }
        return ["jsonrpc": "2.0", "id": id?.json ?? .null, "error": .object(error)]
    }
}
