import Foundation
import Testing

@testable import GodHandSandbox

#if os(Linux)
    /// Commands through the port, with the guest's real programs on both of its sides.
    @Suite(.timeLimit(.minutes(2))) struct PortChannelTests {
        /// A guest whose process 1 calls through the port.
        private final class Guest {
            let program: PortProgram
            let channel: GuestChannel
            private let initial: Int32

            init() async throws {
                program = try await PortProgram()
                let directory = program.directory
                let session = directory.file("session")
                try "#!/bin/sh\necho up >&$GODHAND_READY_FD\nexec sleep 1000\n".write(
                    toFile: session, atomically: true, encoding: .utf8)
                chmod(session, 0o755)
                initial = try LocalCommand.spawn(
                    Command([try GuestPrograms.initial.get()]),
                    environment: [
                        "GODHAND_DIR": directory.path, "GODHAND_SESSION": session, "HOME": directory.path,
                        "XDG_RUNTIME_DIR": directory.path,
                    ], standardStreams: [FileHandle.nullDevice])
                channel = GuestChannel(GuestPort(program.host), patience: .seconds(60))
                try await channel.waitUntilReady()
            }

            deinit {
                channel.close()
                kill(initial, SIGTERM)
                waitpid(initial, nil, 0)
            }
        }

        private static func output(_ shell: any Shell, _ arguments: [String]) async throws -> String {
            try await LocalShell().collect(shell.start(Command(arguments)))
        }

        @Test func `commands run, many at once`() async throws {
            let guest = try await Guest()
            #expect(try await Self.output(guest.channel, ["echo", "hello"]) == "hello\n")
            let shell = guest.channel
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let text = try await Self.output(shell, ["sh", "-c", "sleep 0.05; echo \(number)"])
                        #expect(text == "\(number)\n")
                    }
                }
                try await group.waitForAll()
            }
        }

        @Test func `one whose output nobody reads holds up no other`() async throws {
            let guest = try await Guest()
            let stalled = try await guest.channel.start(Command(["cat", "/dev/zero"]))
            #expect(
                try await Self.output(guest.channel, ["sh", "-c", "head -c 3000000 /dev/zero | wc -c"]) == "3000000\n")
            let much = try await Self.output(guest.channel, ["head", "-c", "3000000", "/dev/zero"])
            #expect(much.utf8.count == 3_000_000)
            await stalled.abandon()
        }

        @Test func `input arrives whole`() async throws {
            let guest = try await Guest()
            var command = Command(["sha256sum"])
            command.takesInput = true
            let running = try await guest.channel.start(command)
            let bytes = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
            try await running.write(bytes)
            try await running.closeInput()
            let file = guest.program.directory.file("copy")
            try Data(bytes).write(to: URL(fileURLWithPath: file))
            let expected = try await LocalShell().run(["sha256sum", file]).prefix(64)
            #expect(try await LocalShell().collect(running).prefix(64) == expected)
        }

        @Test func `letting a command go ends it, even one that is stuck in its output`() async throws {
            let guest = try await Guest()
            let running = try await guest.channel.start(Command(["sh", "-c", "echo $$; exec cat /dev/zero"]))
            guard case .output(let text) = try await running.next() else { Issue.record("no output"); return }
            let line = String(decoding: text.prefix { $0 != 10 }, as: UTF8.self)
            let identifier = try #require(Int32(line))
            #expect(kill(identifier, 0) == 0)
            await running.abandon()
            while kill(identifier, 0) == 0 { await Task.yield() }
        }

        @Test func `after the guest's program was killed the next command finds the new one`() async throws {
            let guest = try await Guest()
            let running = try await guest.channel.start(Command(["sleep", "1000"]))
            guest.program.end()
            try guest.program.startAgain()
            let error = await failure { _ = try await running.next() }
            #expect(error?.code == .guestUnresponsive)
            #expect(try await Self.output(guest.channel, ["echo", "again"]) == "again\n")
        }
    }
#endif
