import Synchronization

/// A state under a lock, and the tasks that wait for something in it, in the order in which they came.
///
/// Each of them is resumed exactly once: by what somebody does in ``update(_:)``, or by its own cancellation.
package final class WaitList<State: Sendable, Note: Sendable, Value: Sendable>: Sendable {
    /// What a wait ends with.
    package typealias Outcome = Result<Value, any Error>

    private struct Inner {
        var state: State
        var waiters = Waiters()
        var nextID: UInt64 = 0
    }

    private let inner: Mutex<Inner>

    package init(_ state: State) { inner = Mutex(Inner(state: state)) }

    /// Looks at the state or changes it, and says who waits no longer; they go on once the lock is free.
    package func update<Result>(_ body: (inout State, inout Waiters) throws -> Result) rethrows -> Result {
        var ended: [(Waiters.Continuation, Outcome)] = []
        defer { for (continuation, outcome) in ended { continuation.resume(with: outcome) } }
        return try inner.withLock { inner in
            defer { swap(&ended, &inner.waiters.ended) }
            return try body(&inner.state, &inner.waiters)
        }
    }

    /// Waits until somebody says that it is over.
    ///
    /// - Parameters:
    ///   - note: What others need to know about this one.
    ///   - outcome: Looks at the state once more, and may change it; nil if there is reason to wait.
    ///   - onWait: Called if there was, without the lock.
    ///   - onCancel: Changes the state when this one gives up waiting.
    /// - Throws: `CancellationError`, and the error with which it was resumed.
    package func wait(
        _ note: Note, unless outcome: (inout State) -> Outcome?, onWait: () -> Void = {},
        onCancel: @escaping @Sendable (inout State) -> Void = { _ in }
    ) async throws -> Value {
        let id = inner.withLock { inner in
            inner.nextID += 1
            return inner.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: Waiters.Continuation) in
                let early = inner.withLock { inner -> Outcome? in
                    // A cancellation before this line finds nobody to resume, but has set the flag before it looks.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if let outcome = outcome(&inner.state) { return outcome }
                    inner.waiters.list.append((id, note, continuation))
                    return nil
                }
                if let early { continuation.resume(with: early) } else { onWait() }
            }
        } onCancel: {
            let continuation = inner.withLock { inner -> Waiters.Continuation? in
                guard let place = inner.waiters.list.firstIndex(where: { $0.id == id }) else { return nil }
                onCancel(&inner.state)
                return inner.waiters.list.remove(at: place).continuation
            }
            continuation?.resume(throwing: CancellationError())
        }
    }

    /// Those who wait, oldest first.
    package struct Waiters {
        fileprivate typealias Continuation = CheckedContinuation<Value, any Error>
        fileprivate var list: [(id: UInt64, note: Note, continuation: Continuation)] = []
        fileprivate var ended: [(Continuation, Outcome)] = []

        package var count: Int { list.count }
        package var isEmpty: Bool { list.isEmpty }
        /// What is noted about each, with a number by which it can be found again.
        package var notes: [(id: UInt64, note: Note)] { list.map { ($0.id, $0.note) } }

        /// Lets the one that waits longest go on; false if there is none.
        package mutating func resumeFirst(with outcome: Outcome) -> Bool {
            guard !list.isEmpty else { return false }
            ended.append((list.removeFirst().continuation, outcome))
            return true
        }

        /// Lets all those go on that a condition names.
        package mutating func resume(with outcome: Outcome, where isMeant: (UInt64, Note) -> Bool = { _, _ in true }) {
            list.removeAll { id, note, continuation in
                guard isMeant(id, note) else { return false }
                ended.append((continuation, outcome))
                return true
            }
        }
    }
}
