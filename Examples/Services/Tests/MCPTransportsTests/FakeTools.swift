import GodHandCore
import MCPServer

/// Tools that need no machine, for tests of what carries their calls.
struct FakeTools: ToolBox {
    private let events: AsyncStream<String>
    private let sink: AsyncStream<String>.Continuation

    init() { (events, sink) = AsyncStream.makeStream() }

    /// What happens next to a call of `wait`.
    func event() async -> String? {
        var iterator = events.makeAsyncIterator()
        return await iterator.next()
    }

    let definitions = ["echo", "wait", "fail", "trip", "large"].map {
        ToolDefinition($0, title: $0, description: $0, effect: .changes, input: ["type": "object"])
    }

    func call(_ name: String, _ arguments: JSONValue) async throws -> ToolResult {
        switch name {
        case "echo": return ToolResult([.text(arguments["text"]?.string ?? "")])
        case "large": return ToolResult([.text(String(repeating: "x", count: arguments["bytes"]?.integer ?? 0))])
        case "fail": throw GodHandError(.notFound, "It is not there.", hint: "Look elsewhere.")
        case "trip": throw Trip()
        default:
            sink.yield("began")
            defer { sink.yield("over") }
            try await Task.sleep(for: .seconds(3600))
            return ToolResult([])
        }
    }

    struct Trip: Error { let secret = "hunter2" }

    var blank: ServerSession {
        ServerSession(
            server: ServerDescription(name: "fake", title: "Fake", version: "1", instructions: ""), tools: definitions)
    }
}
