import Synchronization

/// A value under a lock whose changes can be waited for: what all waiting in this module is built on.
final class Watched<Value: Sendable>: Sendable {
    private struct State {
        var value: Value
        /// Counts changes, so that one between a look and the wait for the next is not missed.
        var changes: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0

        mutating func changed() -> [CheckedContinuation<Void, Never>] {
            changes += 1
            defer { waiters = [:] }
            return Array(waiters.values)
        }
    }
    private let state: Mutex<State>

    init(_ value: Value) { state = Mutex(State(value: value)) }

    /// Looks at the value.
    func read<Result: Sendable>(_ body: (Value) throws -> Result) rethrows -> Result {
        try state.withLock { try body($0.value) }
    }

    /// Changes the value and wakes everybody who waits.
    @discardableResult
    func update<Result: Sendable>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        let (result, waiters) = try state.withLock { state in (try body(&state.value), state.changed()) }
        for waiter in waiters { waiter.resume() }
        return result
    }

    /// Tries something now and after each change, until it gives a result; it may change the value then.
    ///
    /// - Throws: `CancellationError`.
    func wait<Result: Sendable>(_ attempt: (inout Value) throws -> Result?) async throws -> Result {
        while true {
            try Task.checkCancellation()
            let (result, seen, waiters) = try state.withLock { state in
                let result = try attempt(&state.value)
                return (result, state.changes, result == nil ? [] : state.changed())
            }
            for waiter in waiters { waiter.resume() }
            if let result { return result }
            await waitForChange(after: seen)
        }
    }

    private func waitForChange(after seen: UInt64) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // The cancellation handler runs after the flag is set, so under the lock one of both sees the other.
                let isWaiting = state.withLock { state in
                    guard state.changes == seen, !Task.isCancelled else { return false }
                    state.waiters[id] = continuation
                    return true
                }
                if !isWaiting { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
