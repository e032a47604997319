import Foundation
import GodHandCore
import MCPServer

/// The client's side of a session, for tests: it says things and keeps what it is told.
struct Client {
    static let tool = ToolDefinition(
        "work", title: "Work", description: "Works.", effect: .changes,
        input: ["type": "object", "properties": [:], "additionalProperties": false])

    var session = ServerSession(
        server: ServerDescription(name: "test", title: "Test", version: "1", instructions: "Do."), tools: [tool])

    /// Says something, as it would come over a wire.
    mutating func say(_ json: JSONValue) -> [ServerSession.Effect] { say(json.line) }

    mutating func say(_ bytes: Data) -> [ServerSession.Effect] {
        do { return session.receive(try Message(reading: bytes)) } catch { return session.receive(error) }
    }

    mutating func request(_ id: JSONValue, _ method: String, _ parameters: JSONValue = [:]) -> [ServerSession.Effect] {
        say(["jsonrpc": "2.0", "id": id, "method": .string(method), "params": parameters])
    }

    mutating func open(_ version: String = "2025-11-25") -> [ServerSession.Effect] {
        request("open", "initialize", ["protocolVersion": .string(version), "capabilities": [:], "clientInfo": [:]])
    }

    /// What a request of the kind without sessions says of itself.
    static func meta(_ version: String = "2026-07-28") -> JSONValue {
        [
            "io.modelcontextprotocol/protocolVersion": .string(version),
            "io.modelcontextprotocol/clientCapabilities": [:],
        ]
    }
}

extension [ServerSession.Effect] {
    /// The one message that is to be sent.
    var sent: JSONValue? {
        guard count == 1, case .send(let message, _, _) = self[0] else { return nil }
        return message
    }

    var result: JSONValue? { sent?["result"] }
    var code: Int? { sent?["error"]?["code"]?.integer }
}
