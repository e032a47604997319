/// Idle connections of a guest, and the commands that wait for one, first come first served.
///
/// A connection becomes free in two ways: a command ends, or the guest calls anew. Whoever waits takes either.
final class ConnectionPool: Sendable {
    private struct State {
        var idle: [GuestConnection] = []
        var isClosed = false
    }

    /// More than this are let go: the guest keeps some ahead of need anyway.
    private static let mostIdle = 8
    private let connections = WaitList<State, Void, GuestConnection>(State())

    /// How many commands wait.
    var waiting: Int { connections.update { _, waiters in waiters.count } }

    /// A connection on which nothing is going on, at once or as soon as there is one.
    ///
    /// - Parameter onWait: Called if there was none: now is the time to look for calls.
    func acquire(onWait: () -> Void) async throws -> GuestConnection {
        while let connection = connections.update({ state, _ in state.idle.popLast() }) {
            if !connection.isStale { return connection }
            connection.close()
        }
        return try await connections.wait(
            (),
            unless: { state in
                if state.isClosed { return .failure(Self.closed) }
                return state.idle.popLast().map { .success($0) }
            }, onWait: onWait)
    }

    /// Gives a free connection to who waits longest, or keeps it.
    func offer(_ connection: GuestConnection) {
        let isKept = connections.update { state, waiters in
            if waiters.resumeFirst(with: .success(connection)) { return true }
            guard !state.isClosed, state.idle.count < Self.mostIdle else { return false }
            state.idle.append(connection)
            return true
        }
        if !isKept { connection.close() }
    }

    /// Lets those that wait now fail.
    func fail(_ error: any Error) {
        connections.update { _, waiters in waiters.resume(with: .failure(error)) }
    }

    /// Hangs up, for good.
    func close() {
        let idle = connections.update { state, waiters in
            state.isClosed = true
            waiters.resume(with: .failure(Self.closed))
            defer { state.idle = [] }
            return state.idle
        }
        for connection in idle { connection.close() }
    }

    private static let closed = GodHandError(
        .scopeClosed, "The machine has been destroyed.", hint: "Use a sandbox only inside its scope.")
}
