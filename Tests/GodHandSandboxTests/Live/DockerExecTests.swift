import Foundation
import Synchronization
import Testing

@testable import GodHandSandbox

extension Live {
    /// Commands in a real container, on both ways into it.
    @Suite(.liveDesktop, .timeLimit(.minutes(3))) struct DockerExecTests {
        /// The two ways. Naming a user other than the machine's own leads through the engine.
        enum Way: String, CaseIterable, CustomTestStringConvertible {
            case channel, engine

            var user: String? { self == .engine ? "user" : nil }
            var testDescription: String { rawValue }
        }

        private func withSandbox(_ body: (Sandbox) async throws -> Void) async throws {
            try await DockerBackend().withSandbox(.desktop) { try await body($0) }
        }

        @Test(arguments: Way.allCases)
        func `arguments, environment and directory arrive as they are`(way: Way) async throws {
            try await withSandbox { sandbox in
                let words = ["", " ", "a b", "'\"$HOME`id`\\", "*", "--", "ünï\u{1F600}", "line\nfeed", "%s"]
                let result = try await sandbox.exec(
                    ["printf", "%s\\0"] + words, environment: ["A_B": "x=y z"], workingDirectory: "/usr/share",
                    user: way.user)
                #expect(result.standardOutput == words.flatMap { Array($0.utf8) + [0] })
                let environment = try await sandbox.exec(
                    ["sh", "-c", "echo \"$A_B|$PWD|$(id -u)\"; echo oops >&2; exit 7"], environment: ["A_B": "x=y z"],
                    workingDirectory: "/usr/share", user: way.user)
                #expect(environment.output == "x=y z|/usr/share|1000\n")
                #expect(environment.errorOutput == "oops\n")
                #expect(environment.status == .exited(7))
            }
        }

        @Test(arguments: Way.allCases)
        func `a program that does not exist is an error, one that fails is a value`(way: Way) async throws {
            try await withSandbox { sandbox in
                let error = await failure {
                    _ = try await sandbox.exec(["no-such-program"], user: way.user)
                }
                #expect(error?.code == .execFailed)
                #expect(error?.message.contains("no-such-program") == true)
                let failed = try await sandbox.exec(["false"], user: way.user)
                #expect(failed.status == .exited(1))
                let killed = try await sandbox.exec(["sh", "-c", "kill -9 $$"], user: way.user)
                #expect(killed.status.code == 137)
            }
        }

        @Test(arguments: Way.allCases)
        func `input goes in while output comes out`(way: Way) async throws {
            try await withSandbox { sandbox in
                // More than all buffers together: without reading at the same time this would stand still for ever.
                let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let result = try await sandbox.exec(["cat"], user: way.user, input: .bytes(bytes), outputLimit: 4 << 20)
                #expect(result.standardOutput == bytes)
                #expect(try await sandbox.exec(["cat"], user: way.user).standardOutput.isEmpty)
                // A command that does not want its input ends all the same, and the next one is not disturbed.
                #expect(try await sandbox.exec(["true"], user: way.user, input: .bytes(bytes)).isSuccess)
                #expect(try await sandbox.exec(["echo", "next"], user: way.user).output == "next\n")
            }
        }

        @Test(arguments: Way.allCases)
        func `a gigabyte of output passes with flat memory`(way: Way) async throws {
            try await withSandbox { sandbox in
                let total = 1 << 30
                var growth = 0
                // Another test of this process may have taken memory meanwhile, but hardly each time.
                for _ in 0..<3 {
                    let before = try Self.residentBytes()
                    let result = try await sandbox.exec(
                        ["head", "-c", "\(total)", "/dev/zero"], user: way.user, timeout: .seconds(120),
                        outputLimit: 1000)
                    #expect(result.standardOutput.count == 1000)
                    #expect(result.droppedBytes == total - 1000)
                    growth = try Self.residentBytes() - before
                    if growth < 128 << 20 { break }
                }
                #expect(growth < 128 << 20)
            }
        }

        @Test(arguments: Way.allCases)
        func `a slow reader holds the command back`(way: Way) async throws {
            try await withSandbox { sandbox in
                try await sandbox.withExec(
                    ["sh", "-c", "head -c 50000000 /dev/zero; echo done > /tmp/finished"], user: way.user
                ) { process in
                    var pieces = process.output.makeAsyncIterator()
                    _ = try await pieces.next()
                    // What nobody reads waits in pipes and sockets, which hold far less than 50 MB.
                    #expect(try await sandbox.exec(["test", "-e", "/tmp/finished"]).status == .exited(1))
                    var count = 0
                    while let piece = try await pieces.next() {
                        if case .output(let bytes) = piece { count += bytes.count }
                    }
                    #expect(count > 49_000_000)
                }
                #expect(try await sandbox.exec(["test", "-e", "/tmp/finished"]).isSuccess)
            }
        }

        @Test(arguments: Way.allCases)
        func `a deadline kills the whole process group`(way: Way) async throws {
            try await withSandbox { sandbox in
                let error = await failure {
                    _ = try await sandbox.exec(
                        ["sh", "-c", "sleep 1234 & sleep 1234"], user: way.user, timeout: .milliseconds(300))
                }
                #expect(error?.code == .deadlineExceeded)
                let isClean = try await Self.noneLeft("sleep 1234", in: sandbox)
                #expect(isClean)
            }
        }

        @Test(arguments: Way.allCases)
        func `cancelling kills the whole process group`(way: Way) async throws {
            try await withSandbox { sandbox in
                let task = Task {
                    try await sandbox.withExec(
                        ["sh", "-c", "trap '' TERM INT; echo on; sleep 1235 & sleep 1235"], user: way.user
                    ) { process in
                        for try await _ in process.output { withUnsafeCurrentTask { $0?.cancel() } }
                    }
                }
                let result = await task.result
                #expect(throws: CancellationError.self) { try result.get() }
                let isClean = try await Self.noneLeft("sleep 1235", in: sandbox)
                #expect(isClean)
            }
        }

        @Test func `forty commands at once`() async throws {
            try await withSandbox { sandbox in
                let outputs = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                    for index in 0..<40 {
                        group.addTask { (index, try await sandbox.exec(["sh", "-c", "echo \(index)"]).output) }
                    }
                    return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                #expect(outputs == Dictionary(uniqueKeysWithValues: (0..<40).map { ($0, "\($0)\n") }))
            }
        }

        @Test func `a program left in the background does not hold the command`() async throws {
            try await withSandbox { sandbox in
                let result = try await sandbox.exec(["sh", "-c", "sleep 1236 & echo started"], timeout: .seconds(20))
                #expect(result.output == "started\n")
                #expect(try await sandbox.exec(["pgrep", "-f", "sleep 1236"]).isSuccess)
            }
        }

        @Test func `files and directories go in and out unchanged`() async throws {
            let directory = try TemporaryDirectory()
            try FileManager.default.createDirectory(
                atPath: directory.file("tree/deep"), withIntermediateDirectories: true)
            let bytes = Data((0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            try bytes.write(to: URL(fileURLWithPath: directory.file("tree/deep/big ünï.bin")))
            try Data("x".utf8).write(to: URL(fileURLWithPath: directory.file("tree/small")))
            try await withSandbox { sandbox in
                try await sandbox.copyIn(from: directory.file("tree"), to: "/tmp/copied")
                #expect(try await sandbox.exec(["cat", "/tmp/copied/small"]).output == "x")
                try await sandbox.copyOut(from: "/tmp/copied", to: directory.file("back"))
                #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file("back/deep/big ünï.bin"))) == bytes)
                try await sandbox.writeFile("/tmp/note", "hello")
                #expect(try await sandbox.readFile("/tmp/note") == Array("hello".utf8))
            }
        }

        private static func noneLeft(_ command: String, in sandbox: Sandbox) async throws -> Bool {
            // The signal is sent before the call returns; the kernel may take a moment to bury the dead.
            for _ in 0..<50 where try await sandbox.exec(["pgrep", "-f", "^\(command)"]).isSuccess {
                await Task.yield()
            }
            return try await !sandbox.exec(["pgrep", "-f", "^\(command)"]).isSuccess
        }

        private static func residentBytes() throws -> Int {
            #if os(Linux)
                let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
                return (Int(fields[1]) ?? 0) * 4096
            #else
                return 0
            #endif
        }
    }
}
