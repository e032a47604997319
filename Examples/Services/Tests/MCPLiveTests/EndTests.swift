import Foundation
import GodHandCore
import GodHandSandbox
import Testing

extension Live {
    @Suite("What is left of a session", .live, .timeLimit(.minutes(3)))
    struct EndTests {
        /// How a session ends.
        enum End: String, CaseIterable { case closed, terminated, interrupted, hungUp, outputClosed }

        @Test("nothing, however it ends", arguments: End.allCases)
        func nothing(_ end: End) async throws {
            let ledgers = Ledgers()
            defer { ledgers.remove() }
            let server = try ServerProcess(home: ledgers.home)
            try server.makeDesktop()
            let owners = ledgers.owners
            #expect(try await ledgers.machines(of: owners).count == 1)
            switch end {
            case .closed:
                try server.input.fileHandleForWriting.close()
                server.process.waitUntilExit()
                #expect(server.process.terminationStatus == 0)
            case .terminated: #expect(server.end(SIGTERM) == 0)
            case .interrupted: #expect(server.end(SIGINT) == 0)
            case .hungUp: #expect(server.end(SIGHUP) == 0)
            case .outputClosed:
                try server.closeOutput()
                try server.say(["jsonrpc": "2.0", "id": 3, "method": "ping"])
                server.process.waitUntilExit()
                #expect(server.process.terminationStatus == 0)
            }
            #expect(try await ledgers.machines(of: owners).isEmpty)
        }

        @Test("after a kill, what the next sweep removes")
        func killed() async throws {
            let ledgers = Ledgers()
            defer { ledgers.remove() }
            let server = try ServerProcess(home: ledgers.home)
            try server.makeDesktop()
            let owners = ledgers.owners
            _ = server.end(SIGKILL)
            #expect(try await ledgers.machines(of: owners).count == 1)
            try await ledgers.sweep()
            #expect(try await ledgers.machines(of: owners).isEmpty)
        }
    }
}
