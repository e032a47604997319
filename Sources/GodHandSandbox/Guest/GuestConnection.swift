import Synchronization

/// One connection that a guest's init made to us, as a sequence of frames each way.
final class GuestConnection: Sendable {
    enum Kind: UInt8, Sendable {
        case worker = 0
        case control = 1
    }

    let kind: Kind
    private let stream: any GuestStream
    private let decoder: Mutex<GuestFrameDecoder>
    private let turns = InputTurns()

    private init(kind: Kind, stream: any GuestStream, decoder: GuestFrameDecoder) {
        self.kind = kind
        self.stream = stream
        self.decoder = Mutex(decoder)
    }

    /// Reads the greeting of a new connection.
    ///
    /// - Throws: `GodHandError` with `protocol.violation` if it is not one that we know.
    static func greeted(_ stream: any GuestStream) async throws -> GuestConnection {
        var decoder = GuestFrameDecoder()
        while true {
            if let frame = try decoder.next() {
                guard frame.type == UInt8(ascii: "H"), frame.payload.count == 6, frame.payload[0] == 1,
                    let kind = Kind(rawValue: frame.payload[1])
                else { throw GodHandError(.protocolViolation, "A guest's greeting was not understood.") }
                return GuestConnection(kind: kind, stream: stream, decoder: decoder)
            }
            let bytes = try await stream.read(upTo: 4096)
            guard !bytes.isEmpty else { throw GodHandError(.guestUnresponsive, "A guest hung up before its greeting.") }
            decoder.feed(bytes)
        }
    }

    /// The next frame; nil at the end of the connection. One task at a time may wait.
    func next() async throws -> GuestFrame? {
        while true {
            if let frame = try decoder.withLock({ try $0.next() }) { return frame }
            let bytes = try await stream.read(upTo: 128 << 10)
            guard !bytes.isEmpty else { return nil }
            decoder.withLock { $0.feed(bytes) }
        }
    }

    /// Sends a frame. Several tasks may: each frame goes out whole before the next begins.
    func send(_ frame: GuestFrame) async throws { try await turns.take { try await stream.write(frame.bytes) } }

    /// Whether an idle connection has ended, or spoke out of turn.
    var isStale: Bool { stream.hasNews }

    func close() { stream.close() }
}
