import Synchronization

/// Idle connections of a guest, and the commands that wait for one, first come first served.
///
/// A connection becomes free in two ways: a command ends, or the guest calls anew. Whoever waits takes either.
final class ConnectionPool: Sendable {
    private typealias Waiter = CheckedContinuation<GuestConnection, any Error>

    private struct State {
        var idle: [GuestConnection] = []
        var waiters: [(id: UInt64, waiter: Waiter)] = []
        var nextID: UInt64 = 0
        var isClosed = false
    }

    /// More than this are let go: the guest keeps some ahead of need anyway.
    private static let mostIdle = 8
    private let state = Mutex(State())

    /// How many commands wait.
    var waiting: Int { state.withLock { $0.waiters.count } }

    /// A connection on which nothing is going on, at once or as soon as there is one.
    ///
    /// - Parameter onWait: Called if there was none: now is the time to look for calls.
    func acquire(onWait: () -> Void) async throws -> GuestConnection {
        while let connection = state.withLock({ $0.idle.popLast() }) {
            if !connection.isStale { return connection }
            connection.close()
        }
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: Waiter) in
                let early: Result<GuestConnection, any Error>? = state.withLock { state in
                    if state.isClosed { return .failure(Self.closed) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if let connection = state.idle.popLast() { return .success(connection) }
                    state.waiters.append((id, waiter))
                    return nil
                }
                if let early { waiter.resume(with: early) } else { onWait() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0).waiter }
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// Gives a free connection to who waits longest, or keeps it.
    func offer(_ connection: GuestConnection) {
        let (waiter, isKept) = state.withLock { state -> (Waiter?, Bool) in
            if !state.waiters.isEmpty { return (state.waiters.removeFirst().waiter, true) }
            guard !state.isClosed, state.idle.count < Self.mostIdle else { return (nil, false) }
            state.idle.append(connection)
            return (nil, true)
        }
        if let waiter { waiter.resume(returning: connection) } else if !isKept { connection.close() }
    }

    /// Lets those that wait now fail.
    func fail(_ error: any Error) {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.waiter.resume(throwing: error) }
    }

    /// Hangs up, for good.
    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for connection in idle { connection.close() }
        fail(Self.closed)
    }

    private static let closed = GodHandError(
        .scopeClosed, "The machine has been destroyed.", hint: "Use a sandbox only inside its scope.")
}
