import Foundation
import Synchronization
import Testing

@testable import GodHandSandbox

/// What a guest that is broken or hostile can do to us: cost one connection, and nothing more.
@Suite(.timeLimit(.minutes(1))) struct GuestChannelTests {
    /// A guest of the test's own making: it dials as init does and then says what it likes.
    private struct Guest {
        let directory: TemporaryDirectory
        let channel: GuestChannel

        init(patience: Duration = .seconds(20)) throws {
            directory = try TemporaryDirectory()
            channel = try GuestChannel(listeningAt: directory.file("agent.sock"), patience: patience)
        }

        func dial(_ greeting: [UInt8]) async throws -> SocketStream {
            let stream = try SocketStream.connect(toUnixSocket: directory.file("agent.sock"))
            try await stream.write(greeting)
            return stream
        }

        /// A worker that reads one request and answers with these bytes.
        func answer(_ bytes: [UInt8], thenHangUp: Bool = true) async throws {
            let stream = try await dial(Self.worker)
            while !(try await stream.read(upTo: 1)).isEmpty {
                try await stream.write(bytes)
                if thenHangUp { return stream.close() }
                while !(try await stream.read(upTo: 65_536)).isEmpty {}
                return
            }
        }

        static let worker = GuestFrame("H", [1, 0, 0, 0, 0, 1]).bytes
        static let control = GuestFrame("H", [1, 1, 0, 0, 0, 1]).bytes
    }

    /// A peer that takes each message in two parts, and lets others come in between.
    private final class SlowStream: GuestStream {
        let taken = Mutex<[UInt8]>([])
        let hasNews = false

        func read(upTo count: Int) async throws -> [UInt8] { GuestFrame("H", [1, 0, 0, 0, 0, 1]).bytes }
        func write(_ bytes: [UInt8]) async throws {
            let middle = bytes.count / 2
            taken.withLock { $0 += bytes[..<middle] }
            for _ in 0..<10 { await Task.yield() }
            taken.withLock { $0 += bytes[middle...] }
        }
        func close() {}
    }

    @Test func `messages of several tasks do not get into each other`() async throws {
        let stream = SlowStream()
        let connection = try await GuestConnection.greeted(stream)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in UInt8(0)..<50 {
                group.addTask { try await connection.send(GuestFrame("I", [UInt8](repeating: index, count: 100))) }
            }
            try await group.waitForAll()
        }
        var decoder = GuestFrameDecoder()
        decoder.feed(stream.taken.withLock { $0 })
        var seen: Set<UInt8> = []
        while let frame = try decoder.next() {
            #expect(frame.type == UInt8(ascii: "I") && frame.payload.count == 100 && Set(frame.payload).count == 1)
            seen.formUnion(frame.payload)
        }
        #expect(seen.count == 50)
    }

    private static let started = GuestFrame("S", [0, 0, 0, 9]).bytes
    private static func ended(_ code: UInt8) -> [UInt8] { GuestFrame("Q", [0, 0, 0, code, 0, 0, 0, 0]).bytes }

    private func failure(answering bytes: [UInt8]) async throws -> GodHandError? {
        let guest = try Guest()
        async let answering: Void? = try? guest.answer(bytes)
        let error = await GodHandSandboxTests.failure {
            let command = try await guest.channel.start(Command(["true"]))
            while true { if case .ended = try await command.next() { break } }
        }
        _ = await answering
        guest.channel.close()
        return error
    }

    @Test(arguments: [
        ("nothing", [], GodHandError.Code.guestUnresponsive),
        ("an unknown message", GuestFrame("Z").bytes, .protocolViolation),
        ("an end before the start", Self.ended(0), .protocolViolation),
        ("output before the start", GuestFrame("O", [1]).bytes, .protocolViolation),
        ("a start, then nothing", Self.started, .guestUnresponsive),
        ("half a frame", Self.started + [0x4F, 0, 0], .guestUnresponsive),
        ("an end of three bytes", Self.started + GuestFrame("Q", [0, 0, 0]).bytes, .protocolViolation),
        ("a payload of four gigabytes", Self.started + [0x4F, 0xFF, 0xFF, 0xFF, 0xFF], .protocolViolation),
        ("a payload one byte too long", [0x53, 0, 1, 0, 1] + [UInt8](repeating: 0, count: 65_537), .protocolViolation),
        ("a second greeting", Guest.worker, .protocolViolation),
        ("a refusal without a reason", GuestFrame("F").bytes, .execFailed),
    ])
    func `an answer that makes no sense`(name: String, bytes: [UInt8], code: GodHandError.Code) async throws {
        #expect(try await failure(answering: bytes)?.code == code, "\(name)")
    }

    @Test(
        arguments: [
            [0x48, 0, 0, 0, 6, 2, 0, 0, 0, 0, 1], [0x48, 0, 0, 0, 6, 1, 7, 0, 0, 0, 1], [0x48, 0, 0, 0, 0],
            [0x48, 0xFF, 0xFF, 0xFF, 0xFF], Array("GET / HTTP/1.1\r\n\r\n".utf8),
        ] as [[UInt8]])
    func `a greeting that is not understood`(greeting: [UInt8]) async throws {
        let guest = try Guest()
        let stream = try await guest.dial(greeting)
        let error = await GodHandSandboxTests.failure { _ = try await guest.channel.start(Command(["true"])) }
        #expect(error?.code == .protocolViolation)
        // The connection was dropped.
        #expect(try await stream.read(upTo: 1).isEmpty)
        guest.channel.close()
    }

    @Test func `one who hangs up at once does not spoil it for the next`() async throws {
        let guest = try Guest()
        for _ in 0..<5 { try await guest.dial([]).close() }
        async let answering: Void = guest.answer(Self.started + GuestFrame("O", [7]).bytes + Self.ended(3))
        let command = try await guest.channel.start(Command(["true"]))
        #expect(try await command.next() == .output([7]))
        #expect(try await command.next() == .ended(.exited(3)))
        #expect(try await command.next() == .ended(.exited(3)))
        try await answering
        guest.channel.close()
    }

    @Test func `a frame may come byte by byte`() async throws {
        let guest = try Guest()
        async let answering: Void = {
            let stream = try await guest.dial([])
            for byte in Guest.worker { try await stream.write([byte]) }
            _ = try await stream.read(upTo: 65_536)
            for byte in Self.started + GuestFrame("E", Array("oops".utf8)).bytes + Self.ended(0) {
                try await stream.write([byte])
            }
        }()
        let command = try await guest.channel.start(Command(["true"]))
        #expect(try await command.next() == .error(Array("oops".utf8)))
        #expect(try await command.next() == .ended(.exited(0)))
        try await answering
        guest.channel.close()
    }

    @Test func `a guest that never calls costs the patience and no more`() async throws {
        let guest = try Guest(patience: .milliseconds(30))
        let error = await GodHandSandboxTests.failure { _ = try await guest.channel.start(Command(["true"])) }
        #expect(error?.code == .deadlineExceeded)
        guest.channel.close()
    }

    @Test func `closing wakes whoever waits`() async throws {
        let guest = try Guest()
        let stream = try await guest.dial(Guest.worker)
        let waiting = Task { try await guest.channel.start(Command(["true"])) }
        // It has asked by now, and nobody answers.
        _ = try await stream.read(upTo: 1)
        let another = Task { try await guest.channel.start(Command(["true"])) }
        guest.channel.close()
        stream.close()
        let first = await GodHandSandboxTests.failure { _ = try await waiting.value }
        let second = await GodHandSandboxTests.failure { _ = try await another.value }
        #expect(first?.code == .guestUnresponsive)
        #expect(second?.code == .scopeClosed || second?.code == .guestUnresponsive)
    }

    @Test func `a command that is let go hangs up, which is what kills it`() async throws {
        let guest = try Guest()
        async let answering: Void = guest.answer(Self.started, thenHangUp: false)
        let command = try await guest.channel.start(Command(["sleep", "1000"]))
        await command.abandon()
        // The guest's side ends only when it sees the hang-up.
        try await answering
        guest.channel.close()
    }

    @Test func `a cancelled wait for output hangs up`() async throws {
        let guest = try Guest()
        async let answering: Void = guest.answer(Self.started, thenHangUp: false)
        let command = try await guest.channel.start(Command(["sleep", "1000"]))
        let waiting = Task { try await command.next() }
        waiting.cancel()
        let result = await waiting.result
        #expect(throws: CancellationError.self) { try result.get() }
        try await answering
        guest.channel.close()
    }

    @Test func `random bytes never do more than end the connection`() async throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var decoder = GuestFrameDecoder()
            var kept = 0
            do {
                for _ in 0..<20 {
                    let count = Int.random(in: 0...40, using: &generator)
                    decoder.feed((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) & 0x0F })
                    while let frame = try decoder.next() { kept += frame.payload.count }
                }
            } catch let error as GodHandError { #expect(error.code == .protocolViolation) }
            #expect(kept <= 800)
        }
    }

    @Test func `requests are written as the protocol says`() throws {
        var command = Command(["a", "ü"])
        command.environment = ["B": "2", "A": "1"]
        command.workingDirectory = "/x"
        command.takesInput = true
        let payload: [UInt8] =
            [1] + [0, 0, 0, 2] + Array("/x".utf8) + [0, 2] + [0, 0, 0, 3] + Array("A=1".utf8) + [0, 0, 0, 3]
            + Array("B=2".utf8) + [0, 2] + [0, 0, 0, 1] + Array("a".utf8) + [0, 0, 0, 2] + Array("ü".utf8)
        #expect(try GuestFrame.execute(command) == GuestFrame("X", payload))
        #expect(throws: GodHandError.self) {
            try GuestFrame.execute(Command([String(repeating: "x", count: 1 << 20)]))
        }
        #expect(throws: GodHandError.self) { try GuestFrame.execute(Command(Array(repeating: "x", count: 70_000))) }
    }
}
