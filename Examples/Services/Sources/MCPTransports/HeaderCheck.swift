import Foundation
import GodHandCore
import MCPServer

/// The headers by which requests of the newer kind repeat what is in their body. Whoever stands between may act on the
/// headers, so both must say the same.
enum HeaderCheck {
    /// What is compared.
    struct Headers: Sendable {
        var version: String?
        var method: String?
        var name: String?
    }

    /// What is wrong with the headers of a message; nil if nothing is, or if the message is not of that kind.
    static func complaint(about headers: Headers, of message: Message) -> RPCError? {
        guard case .request(_, let method, let parameters) = message,
            let version = parameters["_meta"]?["io.modelcontextprotocol/protocolVersion"]?.string
        else { return nil }
        guard headers.version == version else {
            return .headerMismatch("'MCP-Protocol-Version' is missing, or not the version of the body.")
        }
        // Of versions that are not known here, neither are the headers.
        guard ProtocolVersion(rawValue: version)?.hasSessions == false else { return nil }
        guard headers.method == method else {
            return .headerMismatch("'Mcp-Method' is missing, or not the method of the body.")
        }
        if method == "tools/call", headers.name.flatMap(decoded) != parameters["name"]?.string {
            return .headerMismatch("'Mcp-Name' is missing, or not the name of the body.")
        }
        return nil
    }

    /// A value as it was before it was made fit for a header; nil if it cannot have been made so.
    static func decoded(_ value: String) -> String? {
        let (begin, end) = ("=?base64?", "?=")
        guard value.hasPrefix(begin), value.hasSuffix(end), value.count >= begin.count + end.count else { return value }
        return Data(base64Encoded: String(value.dropFirst(begin.count).dropLast(end.count)))
            .flatMap { String(validating: $0, as: UTF8.self) }
    }
}
