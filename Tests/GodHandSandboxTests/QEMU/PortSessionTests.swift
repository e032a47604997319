import Foundation
import TestSupport
import Testing

@testable import GodHandSandbox

/// What a guest that is broken or hostile can do to us by its port: lose it, and nothing more.
@Suite(.timeLimit(.minutes(1))) struct PortSessionTests {
    private static let nonce = [UInt8](1...16)

    /// A session that expectations can change.
    private final class Played {
        private var session = PortSession()
        func reset(_ nonce: [UInt8]) { session.reset(nonce) }
        func receive(_ frame: PortFrame) throws { try session.receive(frame) }
        func identify(_ message: [UInt8]) { session.identify(message) }
        func hold() { session.hold() }
        func go() { session.go() }
        var isHeld: Bool { session.isHeld }
        var identityAnswer: [UInt8]? { session.identityAnswer }
        func takeOutput() -> [UInt8]? { session.takeOutput() }
        func accept() -> PortSession.Key? { session.accept() }
        func read(_ key: PortSession.Key, upTo count: Int) -> [UInt8]? { session.read(key, upTo: count) }
        func write(_ key: PortSession.Key, _ bytes: ArraySlice<UInt8>) -> Int? { session.write(key, bytes) }
        func close(_ key: PortSession.Key) { session.close(key) }
        func end() { session.end() }
    }

    /// A session that has begun, with this many streams.
    private static func joined(streams: UInt32 = 0) throws -> Played {
        let session = Played()
        session.reset(nonce)
        _ = session.takeOutput()
        try session.receive(PortFrame(kind: .answer, payload: nonce))
        for number in 1..<(streams + 1) { try session.receive(PortFrame(kind: .open, stream: number)) }
        return session
    }

    private static func data(_ count: Int, on stream: UInt32 = 1) -> PortFrame {
        PortFrame(kind: .data, stream: stream, payload: [UInt8](repeating: 7, count: count))
    }

    @Test(arguments: [
        ("data on a stream that is not", [data(1, on: 2)]),
        ("empty data", [PortFrame(kind: .data, stream: 1)]),
        ("more data than was granted", (0..<17).map { _ in data(16_384) }),
        ("data after the end", [PortFrame(kind: .close, stream: 1), data(1)]),
        ("a second end", [PortFrame(kind: .close, stream: 1), PortFrame(kind: .close, stream: 1)]),
        ("the same stream again", [PortFrame(kind: .open, stream: 1)]),
        ("a number left out", [PortFrame(kind: .open, stream: 3)]),
        ("the number of none", [PortFrame(kind: .open, stream: 0)]),
        ("an opening with something in it", [PortFrame(kind: .open, stream: 2, payload: [1])]),
        ("more streams than may be", (2..<66).map { PortFrame(kind: .open, stream: $0) }),
        ("a grant of more than there is", [PortFrame(kind: .window, stream: 1, payload: [0, 0, 0, 1])]),
        ("a grant of three bytes", [PortFrame(kind: .window, stream: 1, payload: [0, 0, 1])]),
        ("a reset by the guest", [PortFrame(kind: .reset, payload: nonce)]),
        ("an answer that nobody asked for", [PortFrame(kind: .answer, payload: nonce)]),
    ])
    func `a message against the rules`(name: String, frames: [PortFrame]) throws {
        let session = try Self.joined(streams: 1)
        #expect(session.accept() != nil)
        for frame in frames.dropLast() { try session.receive(frame) }
        #expect(throws: GodHandError.self, "\(name)") { try session.receive(frames[frames.count - 1]) }
    }

    @Test func `what is granted anew can be sent, and not a byte more`() throws {
        let session = try Self.joined(streams: 1)
        let key = try #require(session.accept())
        for _ in 0..<16 { try session.receive(Self.data(16_384)) }
        #expect(session.read(key, upTo: 131_071)?.count == 131_071)
        #expect(session.takeOutput() == nil)
        #expect(session.read(key, upTo: 1)?.count == 1)
        #expect(
            session.takeOutput() == PortFrame(kind: .window, stream: 1, payload: [0, 2, 0, 0]).bytes)
        for _ in 0..<8 { try session.receive(Self.data(16_384)) }
        #expect(throws: GodHandError.self) { try session.receive(Self.data(1)) }
    }

    @Test func `we send no more than was granted`() throws {
        let session = try Self.joined(streams: 1)
        let key = try #require(session.accept())
        var sent = 0
        var decoder = PortDecoder()
        for _ in 0..<100 {
            _ = session.write(key, [UInt8](repeating: 1, count: 30_000)[...])
            while let output = session.takeOutput() { decoder.feed(output) }
            while let frame = try decoder.next() { sent += frame.payload.count }
        }
        #expect(sent == PortSession.window)
        #expect(session.write(key, [1]) == nil)
        try session.receive(PortFrame(kind: .window, stream: 1, payload: [0, 0, 0, 2]))
        #expect(session.takeOutput() == PortFrame(kind: .data, stream: 1, payload: [1, 1]).bytes)
    }

    @Test func `who the guest is to be is said again after each reset, until it has answered`() throws {
        let session = Played()
        let demand = PortFrame(kind: .identity, payload: [1, 2, 3]).bytes
        session.reset(Self.nonce)
        session.identify([1, 2, 3])
        #expect(session.takeOutput() == PortFrame.fresh(Self.nonce) + demand)
        session.reset(Self.nonce)
        #expect(session.takeOutput() == PortFrame.fresh(Self.nonce) + demand)
        try session.receive(PortFrame(kind: .answer, payload: Self.nonce))
        #expect(session.identityAnswer == nil)
        try session.receive(PortFrame(kind: .identity, payload: [10]))
        // It was asked twice, so it may answer twice.
        try session.receive(PortFrame(kind: .identity, payload: [10, 65]))
        #expect(session.identityAnswer == [10])
        session.reset(Self.nonce)
        #expect(session.takeOutput() == PortFrame.fresh(Self.nonce))
    }

    @Test func `programs are held from the guest's word until they are let go`() throws {
        let session = try Self.joined()
        session.hold()
        #expect(session.takeOutput() == PortFrame(kind: .hold).bytes)
        #expect(!session.isHeld)
        try session.receive(PortFrame(kind: .hold))
        #expect(session.isHeld)
        session.go()
        #expect(session.takeOutput() == PortFrame(kind: .go).bytes)
        session.hold()
        #expect(!session.isHeld)
        #expect(throws: GodHandError.self) { try session.receive(PortFrame(kind: .go)) }
    }

    @Test func `those that come and go unseen leave nothing`() throws {
        let session = try Self.joined()
        for number in 1..<UInt32(10_000) {
            try session.receive(PortFrame(kind: .open, stream: number))
            try session.receive(Self.data(16_384, on: number))
            try session.receive(PortFrame(kind: .close, stream: number))
            #expect(session.takeOutput() == PortFrame(kind: .close, stream: number).bytes)
        }
        #expect(session.accept() == nil)
    }

    @Test func `a stream of the session before is none of this one`() throws {
        let session = try Self.joined(streams: 1)
        let old = try #require(session.accept())
        try session.receive(Self.data(3))
        session.reset(Self.nonce)
        _ = session.takeOutput()
        try session.receive(PortFrame(kind: .answer, payload: Self.nonce))
        try session.receive(PortFrame(kind: .open, stream: 1))
        let new = try #require(session.accept())
        try session.receive(Self.data(5))
        #expect(session.read(old, upTo: 10)?.count == 3)
        #expect(session.read(old, upTo: 10) == [])
        #expect(session.write(old, [1]) == 0)
        session.close(old)
        #expect(session.takeOutput() == nil)
        #expect(session.read(new, upTo: 10)?.count == 5)
    }

    @Test func `a session begins at whatever byte one starts to listen`() throws {
        let before =
            PortFrame(kind: .answer, payload: Array(2...17)).bytes + PortFrame(kind: .open, stream: 1).bytes
            + PortFrame(
                kind: .data, stream: 1, payload: Array("AAAA".utf8) + [0, 0, 0, 0, 0, 16] + Self.nonce.dropLast()
            ).bytes
        let after = PortFrame(kind: .answer, payload: Self.nonce).bytes + PortFrame(kind: .open, stream: 1).bytes
        for start in 0...before.count {
            for end in start...before.count {
                var decoder = PortDecoder()
                decoder.discard(until: Self.nonce)
                // In two pieces, cut where it may hurt.
                let bytes = Array(before[start..<end]) + after
                let cut = (start * 7 + end) % bytes.count
                decoder.feed(Array(bytes[..<cut]))
                var frames: [PortFrame] = []
                while let frame = try decoder.next() { frames.append(frame) }
                decoder.feed(Array(bytes[cut...]))
                while let frame = try decoder.next() { frames.append(frame) }
                #expect(
                    frames == [
                        PortFrame(kind: .answer, payload: Self.nonce), PortFrame(kind: .open, stream: 1),
                    ], "from \(start) to \(end)")
            }
        }
    }

    @Test(arguments: [
        ("an unknown type", [0x51, 0, 0, 0, 1, 0, 0, 0xA5]), ("no end", [0x4F, 0, 0, 0, 1, 0, 0, 0]),
        ("a payload one byte too long", [0x44, 0, 0, 0, 1, 0x40, 0x01]),
    ])
    func `bytes that are no frame`(name: String, bytes: [UInt8]) {
        var decoder = PortDecoder()
        decoder.feed(bytes)
        #expect(throws: GodHandError.self, "\(name)") { try decoder.next() }
    }

    @Test func `a guest that breaks the rules loses its port`() async throws {
        let (port, guest) = try Self.pair()
        try await RawGuest(guest).answer()
        try await guest.write(PortFrame(kind: .open, stream: 1).bytes + Self.data(3).bytes)
        let stream = try await port.accept()
        let accepting = Task { try await port.accept() }
        try await guest.write(PortFrame(kind: .open, stream: 7).bytes)
        let error = await failure { _ = try await accepting.value }
        #expect(error?.code == .protocolViolation)
        #expect(try await stream.read(upTo: 10) == [7, 7, 7])
        #expect(try await stream.read(upTo: 10).isEmpty)
        #expect(try await guest.readToEnd().isEmpty)
    }

    @Test func `a program that was killed inside a frame is replaced, wherever the frame was cut`() async throws {
        let frame = Self.data(40).bytes
        for cut in 1..<frame.count {
            let (port, guest) = try Self.pair()
            let raw = RawGuest(guest)
            try await raw.answer()
            try await guest.write(PortFrame(kind: .open, stream: 1).bytes + Self.data(3).bytes)
            let old = try await port.accept()
            let zeros = [UInt8](repeating: 0, count: PortFrame.sizeLimit)
            try await guest.write(frame[..<cut] + zeros + PortFrame(kind: .renewal).bytes)
            #expect(try await old.readToEnd() == [7, 7, 7], "cut at \(cut)")
            // The frame says already that the first program is gone; what the second one says of it is passed over.
            try await raw.answer()
            try await port.waitUntilAnswered()
            try await guest.write(PortFrame(kind: .open, stream: 1).bytes + Self.data(2).bytes)
            #expect(try await port.accept().read(upTo: 10) == [7, 7], "cut at \(cut)")
            port.close()
        }
    }

    @Test func `a port that has failed is not taken for one that answers`() async throws {
        let (port, guest) = try Self.pair()
        try await RawGuest(guest).answer()
        try await port.waitUntilAnswered()
        try await guest.write([0x51, 0, 0, 0, 1, 0, 0, 0xA5])
        #expect(try await guest.readToEnd().isEmpty)
        let error = await failure { try await port.waitUntilAnswered() }
        #expect(error?.code == .protocolViolation)
    }

    @Test func `random messages never do more than end the session`() async throws {
        var ended = 0
        for seed in 0..<400 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let session = try Self.joined(streams: 3)
            var keys = (0..<3).compactMap { _ in session.accept() }
            do {
                for _ in 0..<200 {
                    let kinds: [PortFrame.Kind] = [.open, .data, .data, .data, .window, .close]
                    let kind = kinds.randomElement(using: &generator) ?? .data
                    let number = UInt32.random(in: 1...6, using: &generator)
                    let sizes: [PortFrame.Kind: Int] = [
                        .data: Int.random(in: 1...16_384, using: &generator), .window: 4,
                    ]
                    let payload = [UInt8](repeating: 0, count: sizes[kind] ?? 0)
                    try session.receive(PortFrame(kind: kind, stream: number, payload: payload))
                    if let key = keys.randomElement(using: &generator) {
                        switch Int.random(in: 0..<5, using: &generator) {
                        case 0: session.close(key)
                        case 1: _ = session.write(key, payload[...])
                        default: _ = session.read(key, upTo: 20_000)
                        }
                    }
                    if let key = session.accept() { keys.append(key) }
                    _ = session.takeOutput()
                }
            } catch let error as GodHandError {
                #expect(error.code == .protocolViolation)
                ended += 1
            }
            session.end()
            for key in keys { while let bytes = session.read(key, upTo: 65_536), !bytes.isEmpty {} }
        }
        #expect(ended > 100)
    }

    private static func pair() throws -> (GuestPort, SocketStream) {
        let ends = PrivatePipe()
        let port = GuestPort(SocketStream(descriptor: ends.fileHandleForReading.privateCopy()))
        return (port, SocketStream(descriptor: ends.fileHandleForWriting.privateCopy()))
    }

    /// A guest of the test's own making.
    private struct RawGuest {
        let stream: SocketStream
        init(_ stream: SocketStream) { self.stream = stream }

        func answer() async throws {
            let bytes = try await stream.read(exactly: PortFrame.fresh(nonce).count)
            try await stream.write(PortFrame(kind: .answer, payload: Array(bytes.suffix(17).dropLast())).bytes)
        }
    }
}
