import Foundation
import GodHandCore
import GodHandSandbox
import Testing

/// One after the other: many machines at once on a small host take so long to start that what is tested is the host.
@Suite(.serialized) enum Live {}

extension Trait where Self == ConditionTrait {
    /// Needs an engine with the desktop image, and the protocol's own client.
    static var live: Self {
        .enabled("No engine answers, or GODHAND_MCP_PYTHON is not set: run make test.") {
            guard ServerProcess.interpreter != nil else { return false }
            if ProcessInfo.processInfo.environment["GODHAND_REQUIRE_ENGINE"] != nil { return true }
            return (try? await DockerBackend().engineDescription()) != nil
        }
    }
}

extension Live {
    @Suite("The protocol's own client", .live, .timeLimit(.minutes(6)))
    struct ClientTests {
        @Test("owns desktops over standard input and output", arguments: ["legacy", "2026-07-28"])
        func standardStreams(_ mode: String) async throws {
            let ledgers = Ledgers()
            defer { ledgers.remove() }
            let run = try ServerProcess.python(
                "owns_desktops.py", [mode, "stdio", ServerProcess.program], home: ledgers.home)
            #expect(run.status == 0, "\(run.output)")
            let owners = ledgers.owners
            #expect(owners.count == 1)
            // The client kills a server that has not ended two seconds after its input; then a sweep has to do the rest.
            try await ledgers.sweep()
            #expect(try await ledgers.machines(of: owners).isEmpty)
        }

        @Test("owns desktops over HTTP", arguments: ["legacy", "2026-07-28"])
        func http(_ mode: String) async throws {
            let ledgers = Ledgers()
            defer { ledgers.remove() }
            let server = try ServerProcess("--http", "--port", "0", home: ledgers.home)
            let url = "http://127.0.0.1:\(try server.port())/mcp"
            let run = try ServerProcess.python(
                "owns_desktops.py", [mode, "http", url, ServerProcess.token], home: ledgers.home)
            #expect(run.status == 0, "\(run.output)")
            let owners = ledgers.owners
            #expect(owners.count == 1)
            #expect(server.end(SIGTERM) == 0)
            #expect(try await ledgers.machines(of: owners).isEmpty)
        }

        @Test("what no client sends is refused")
        func abuse() async throws {
            let ledgers = Ledgers()
            defer { ledgers.remove() }
            let server = try ServerProcess("--http", "--port", "0", "--sessions", "4", home: ledgers.home)
            let run = try ServerProcess.python(
                "abuses_http.py", ["\(try server.port())", ServerProcess.token], home: ledgers.home)
            #expect(run.status == 0, "\(run.output)")
            #expect(server.end(SIGTERM) == 0)
        }
    }
}
