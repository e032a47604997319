import Foundation
import GodHandTesting
import Testing

@testable import GodHandCore

struct SandboxExecTests {
    func withSandbox(_ body: (Sandbox) async throws -> Void) async throws {
        try await withTemporaryDirectory { root in
            try await SimulatedBackend().withSandbox(.desktop, ledger: try OwnerLedger(in: root)) { try await body($0) }
        }
    }

    @Test("Requests that make no sense are refused before anything starts", arguments: [[], [""], ["echo", "a\u{0}"]])
    func refused(_ arguments: [String]) async throws {
        try await withSandbox { sandbox in
            let error = await #expect(throws: GodHandError.self) { _ = try await sandbox.exec(arguments) }
            #expect(error?.code == .invalidRequest)
        }
    }

    @Test("Output beyond the limit is counted, not kept")
    func limit() async throws {
        try await withSandbox { sandbox in
            let result = try await sandbox.exec(["head", "-c", "100000", "/dev/zero"], outputLimit: 10)
            #expect(result.standardOutput.count == 10)
            #expect(result.droppedBytes == 99_990)
            let nothing = try await sandbox.exec(["echo", "x"], outputLimit: -5)
            #expect(nothing.droppedBytes == 2)
        }
    }

    @Test("An error of the input's sequence comes out, and the command is gone")
    func inputFails() async throws {
        try await withSandbox { sandbox in
            let input = AsyncThrowingStream<[UInt8], any Error> { $0.finish(throwing: PlannedFailure()) }
            await #expect(throws: PlannedFailure.self) {
                _ = try await sandbox.exec(["cat"], input: .stream(input))
            }
            let search = try await sandbox.exec(["pgrep", "-f", "cat"])
            #expect(search.status == .exited(1))
        }
    }

    @Test("Input without end is no longer asked for when the command has ended", .timeLimit(.minutes(1)))
    func endlessInput() async throws {
        struct Endless: AsyncSequence, AsyncIteratorProtocol, Sendable {
            func makeAsyncIterator() -> Endless { self }
            // Of those that do not care whether anybody still wants them.
            mutating func next() async throws -> [UInt8]? { [1] }
        }
        try await withSandbox { sandbox in
            let result = try await sandbox.exec(["true"], input: .stream(Endless()))
            #expect(result.isSuccess)
        }
    }

    @Test("A lent command can be talked to")
    func talk() async throws {
        try await withSandbox { sandbox in
            let status = try await sandbox.withExec(["cat"], takesInput: true) { process in
                var output = process.output.makeAsyncIterator()
                for word in ["one", "two"] {
                    try await process.write(Array(word.utf8))
                    #expect(try await output.next() == .output(Array(word.utf8)))
                }
                try await process.finishInput()
                #expect(try await output.next() == nil)
                #expect(try await output.next() == nil)
                return try await process.status()
            }
            #expect(status.isSuccess)
        }
    }

    @Test("A lent command that is signalled says so")
    func signalled() async throws {
        try await withSandbox { sandbox in
            try await sandbox.withExec(["sleep", "1"]) { process in
                try await process.signal(15)
                #expect(try await process.status() == .signalled(15))
                await #expect(throws: GodHandError.self) { try await process.write([1]) }
            }
        }
    }

    @Test("Paths must be absolute and name something", arguments: ["relative", "", "/", "/a/..", "/x\u{0}"])
    func paths(_ path: String) async throws {
        try await withSandbox { sandbox in
            let error = await #expect(throws: GodHandError.self) { _ = try await sandbox.readFile(path) }
            #expect(error?.code == .invalidRequest)
            await #expect(throws: GodHandError.self) { try await sandbox.writeFile(path, "x") }
        }
    }
}
