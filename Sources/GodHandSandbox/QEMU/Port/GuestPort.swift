import Synchronization

/// The host's end of a virtual machine's one byte stream, on which the guest's connections arrive.
///
/// What the guest said to another host before, or to this one, is void: the session begins with a reset, which the
/// guest's program answers as soon as it runs. Until then nobody calls.
final class GuestPort: GuestListener {
    private let link: PortLink

    /// Takes over a connected socket of which the machine's port is the other end, and begins a session on it.
    init(_ socket: SocketStream) {
        link = PortLink(socket)
        link.run()
    }

    deinit { link.close() }

    /// Waits until the guest's program has answered, which it does as soon as it runs.
    func waitUntilAnswered() async throws {
        try await link.attempt(.answer) { $0.isJoined ? () : nil }
    }

    /// Makes the guest the machine that a message says, and waits until it is.
    ///
    /// - Throws: `GodHandError` with `guest.unresponsive` if a part of it failed.
    func identify(_ message: [UInt8]) async throws {
        link.update { $0.identify(message) }
        let answer = try await link.attempt(.identity) { $0.identityAnswer }
        guard answer.count > 1 else { return }
        let words = String(decoding: answer.dropFirst().prefix(300), as: UTF8.self)
        throw GodHandError(
            .guestUnresponsive, "The guest could not take an identity of its own: \(words)",
            hint: "The image may be older than this library: make vm builds it anew.")
    }

    /// Lets the desktop's programs stand still, and waits until all do.
    func holdPrograms() async throws {
        link.update { $0.hold() }
        try await link.attempt(.hold) { $0.isHeld ? () : nil }
    }

    /// Lets them go on. Harmless if they do.
    func letProgramsGo() { link.update { $0.go() } }

    func accept() async throws -> PortStream {
        PortStream(try await link.attempt(.arrival) { $0.accept() }, of: link)
    }

    func close() { link.close() }
}

/// A guest's connection that came through its port.
final class PortStream: GuestStream {
    private let key: PortSession.Key
    private let link: PortLink
    private let isClosed = Atomic(false)

    fileprivate init(_ key: PortSession.Key, of link: PortLink) {
        self.key = key
        self.link = link
    }

    deinit { close() }

    func read(upTo count: Int) async throws -> [UInt8] {
        try await link.attempt(.readable(key)) { session in
            try checkOpen()
            return session.read(key, upTo: count)
        }
    }

    func write(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try await link.attempt(.writable(key)) { session in
                try checkOpen()
                return session.write(key, rest)
            }
            guard count > 0 else { throw Self.failure("the guest hung up", 32) }
            rest = rest.dropFirst(count)
        }
    }

    var hasNews: Bool { link.update { $0.hasNews(key) } }

    func close() {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        link.update { $0.close(key) }
    }

    private func checkOpen() throws {
        if isClosed.load(ordering: .relaxed) { throw Self.failure("it was closed on our side", 9) }
    }

    /// The numbers are those that a socket would give: a broken pipe, a bad descriptor.
    private static func failure(_ reason: String, _ number: Int32) -> TransportFailure {
        TransportFailure(reason: reason, errno: number, isBeforeConnection: false, isTimeout: false)
    }
}
