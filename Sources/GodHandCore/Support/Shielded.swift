import Synchronization

/// Runs an operation where the caller's cancellation does not reach it, and waits for its end.
///
/// Clean-up needs this: in a cancelled task every call that reacts to cancellation would give up at once.
package func shielded<Success: Sendable, Failure: Error>(
    _ operation: @escaping @Sendable () async throws(Failure) -> Success
) async throws(Failure) -> Success {
    // A task of its own, because cancellation is a property of the task; it keeps priority and task-local values.
    let task = Task { () -> Result<Success, Failure> in
        do throws(Failure) { return .success(try await operation()) } catch { return .failure(error) }
    }
    return try await task.value.get()
}

/// Runs an operation shielded from cancellation and waits for its end, but never longer than a time.
///
/// Unlike ``withDeadline(_:clock:_:fileID:line:_:)`` it returns on time even if the operation ignores its cancellation,
/// which then goes on unobserved: the end of a scope must not hang on a backend that does.
package func shielded(
    atMost duration: Duration, clock: any Clock<Duration> = ContinuousClock(), _ what: String,
    _ operation: @escaping @Sendable () async throws -> Void
) async throws {
    let race = Race()
    let work = Task {
        do {
            try await operation()
            race.finish(.success(()))
        } catch { race.finish(.failure(error)) }
    }
    let timer = Task {
        do { try await clock.sleep(for: duration) } catch { return }
        race.finish(.failure(deadlineError(duration, what)))
        work.cancel()
    }
    defer { timer.cancel() }
    try await race.result()
}

/// The first of several results, for one waiter.
private final class Race: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Void, any Error>)
        case over(Result<Void, any Error>)
    }
    private let state = Mutex(State.open)

    func finish(_ result: Result<Void, any Error>) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            switch state {
            case .over: return nil
            case .open:
                state = .over(result)
                return nil
            case .waiting(let continuation):
                state = .over(result)
                return continuation
            }
        }
        waiter?.resume(with: result)
    }

    func result() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let early = state.withLock { state -> Result<Void, any Error>? in
                if case .over(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let early { continuation.resume(with: early) }
        }
    }
}
