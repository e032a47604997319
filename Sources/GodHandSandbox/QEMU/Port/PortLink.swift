import Synchronization

/// The session on a port together with its socket, and those who wait for something to happen in it.
final class PortLink: Sendable {
    private typealias Waiter = CheckedContinuation<Void, any Error>

    private struct State {
        var session = PortSession()
        var decoder = PortDecoder()
        var waiters: [PortSession.Interest: [UInt64: Waiter]] = [:]
        var nextID: UInt64 = 0
        /// Counts changes, so that none is missed between looking and waiting.
        var version: UInt64 = 0
        var failure: (any Error)?
    }

    private let socket: SocketStream
    private let state = Mutex(State())

    init(_ socket: SocketStream) { self.socket = socket }

    /// Begins to read and write, until the socket ends or ``close()``.
    func run() {
        change { Self.reset(&$0) }
        // Closing the socket ends both.
        Task { await ending { try await self.readAll() } }
        Task { await ending { try await self.writeAll() } }
    }

    /// Does something with the session as soon as it can be done.
    ///
    /// - Parameter body: Called again after each change of that kind, until it gives something else than nil.
    func attempt<Result>(
        _ interest: PortSession.Interest, _ body: (inout PortSession) throws -> Result?
    ) async throws -> Result {
        while true {
            let (result, version) = try change { state in
                if let result = try body(&state.session) { return (result, state.version) as (Result?, UInt64) }
                if let failure = state.failure { throw failure }
                return (nil, state.version)
            }
            if let result { return result }
            try await wait(for: interest, unlessAfter: version)
        }
    }

    /// Does something with the session now.
    func update<Result>(_ body: (inout PortSession) throws -> Result) rethrows -> Result {
        try change { try body(&$0.session) }
    }

    /// Ends everything. Harmless when closed.
    func close() {
        fail(
            GodHandError(
                .scopeClosed, "The machine has been destroyed.", hint: "Use a sandbox only inside its scope."))
    }

    // MARK: Input and output

    private func readAll() async throws {
        while true {
            let bytes = try await socket.read(upTo: 64 << 10)
            guard !bytes.isEmpty else {
                throw GodHandError(
                    .guestUnresponsive, "The machine's port has ended.",
                    hint: "The process that runs the machine may have ended.")
            }
            try change { state in
                state.decoder.feed(bytes)
                while let frame = try Self.nextFrame(&state.decoder) {
                    // The guest's program is a new one, and knows nothing of what was open.
                    if frame.kind == .renewal { Self.reset(&state) } else { try state.session.receive(frame) }
                }
            }
        }
    }

    private func writeAll() async throws {
        while true { try await socket.write(attempt(.output) { $0.takeOutput() }) }
    }

    private func ending(_ body: () async throws -> Void) async {
        do { try await body() } catch { fail(error) }
    }

    /// A program that was killed in the middle of a frame is known by that frame already.
    private static func nextFrame(_ decoder: inout PortDecoder) throws -> PortFrame? {
        do { return try decoder.next() } catch {
            guard decoder.isCutShort else { throw error }
            return PortFrame(kind: .renewal)
        }
    }

    private static func reset(_ state: inout State) {
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<PortFrame.nonceSize).map { _ in UInt8.random(in: 0...255, using: &generator) }
        state.decoder.discard(until: nonce)
        state.session.reset(nonce)
    }

    private func fail(_ error: any Error) {
        change { state in
            if state.failure == nil { state.failure = error }
            state.session.end()
        }
        let waiters = state.withLock { state in
            defer { state.waiters = [:] }
            return state.waiters.values.flatMap(\.values)
        }
        for waiter in waiters { waiter.resume() }
        socket.close()
    }

    // MARK: Waiting

    /// Changes the state and wakes those whom it concerns.
    private func change<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        var woken: [Waiter] = []
        defer { for waiter in woken { waiter.resume() } }
        return try state.withLock { state in
            defer {
                for interest in state.session.takeChanges() {
                    state.version += 1
                    if let waiters = state.waiters.removeValue(forKey: interest) { woken += waiters.values }
                }
            }
            return try body(&state)
        }
    }

    private func wait(for interest: PortSession.Interest, unlessAfter version: UInt64) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: Waiter) in
                let early: Result<Void, any Error>? = state.withLock { state in
                    // Cancelling sets this before it calls the handler, which then finds the waiter or is seen here.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    guard state.version == version, state.failure == nil else { return .success(()) }
                    state.waiters[interest, default: [:]][id] = waiter
                    return nil
                }
                if let early { waiter.resume(with: early) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiters[interest]?.removeValue(forKey: id)
                if state.waiters[interest]?.isEmpty == true { state.waiters[interest] = nil }
                return waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }
}
