import Synchronization

/// A value that comes later, once; whoever asks before waits for it.
final class Latch<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var next = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }
    private let state = Mutex(State())

    /// Gives the value. Only the first one counts.
    func set(_ value: Value) {
        let waiters = state.withLock { state in
            if state.value == nil { state.value = value }
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Lets the value go: who holds the latch may be held by the value.
    func forget() { state.withLock { $0.value = nil } }

    /// The value, once it is there.
    ///
    /// - Throws: `CancellationError`.
    func get() async throws -> Value {
        let id = state.withLock { state -> Int in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.value != nil || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
        guard let value = state.withLock(\.value) else { throw CancellationError() }
        return value
    }
}
