/// A connection that a guest made to us, whatever carries it. A cancelled read or write leaves it open.
protocol GuestStream: Sendable {
    /// Reads what is there, waiting until something is; empty at the end of the stream.
    func read(upTo count: Int) async throws -> [UInt8]

    /// Writes all bytes, waiting while the peer does not take them.
    ///
    /// - Throws: `TransportFailure`, with the number of a broken pipe if the guest hung up.
    func write(_ bytes: [UInt8]) async throws

    /// Whether the peer has closed, or sent something that nobody has read.
    var hasNews: Bool { get }

    /// Closes at once, and wakes whoever waits. Harmless when closed.
    func close()
}

/// Where a guest's connections arrive. They wait there until somebody takes them.
protocol GuestListener: Sendable {
    associatedtype Stream: GuestStream

    /// The next call. Waits for one; a cancelled task gives up waiting.
    func accept() async throws -> Stream

    /// Takes no more calls, and wakes whoever waits. Harmless when closed.
    func close()
}

extension SocketStream: GuestStream {}
extension UnixListener: GuestListener {}
