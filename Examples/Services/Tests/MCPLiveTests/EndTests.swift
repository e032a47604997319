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

        @Test("over HTTP, nothing while the server goes on", arguments: ["deletes", "silent", "hangs-up", "nameless"])
        func left(_ way: String) async throws {
            let ledgers = Ledgers()
            defer { ledgers.remove() }
            // Where the client says that it goes, silence has nothing to do with it.
            let silence = way == "deletes" ? "900" : "2"
            let server = try ServerProcess("--http", "--port", "0", "--silence", silence, home: ledgers.home)
            let arguments = [way, "\(try server.port())", ServerProcess.token]
            let run = try ServerProcess.python("leaves.py", arguments, home: ledgers.home)
            #expect(run.status == 0, "\(run.output)")
            let owners = ledgers.owners
            #expect(owners.count == 1)
            // The time limit of the suite ends this if it never comes.
            while try await !ledgers.machines(of: owners).isEmpty { await Task.yield() }
            #expect(server.process.isRunning)
            #expect(server.end(SIGTERM) == 0)
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
