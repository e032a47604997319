/// Runs an operation that is to end within a time.
///
/// When the time is up the operation is cancelled and awaited, so it must react to cancellation. A value that it returns
/// all the same is handed on, because a value that came too late may be a machine that somebody has to destroy.
///
/// - Parameters:
///   - duration: How long it may take.
///   - clock: What measures the time.
///   - what: What is going on, as the subject of a sentence: "Creating a sandbox".
///   - operation: The work.
/// - Throws: ``GodHandError`` with `deadline` if the time ran out, `CancellationError` if the caller was cancelled, and
///   else what the operation throws.
package func withDeadline<Success: Sendable>(
    _ duration: Duration, clock: any Clock<Duration> = ContinuousClock(), _ what: String,
    fileID: String = #fileID, line: Int = #line,
    _ operation: @escaping @Sendable () async throws -> Success
) async throws -> Success {
    let result: Result<Success, any Error> = await withTaskGroup(of: DeadlineEvent<Success>.self) { group in
        group.addTask {
            do { return .ended(.success(try await operation())) } catch { return .ended(.failure(error)) }
        }
        group.addTask {
            do { try await clock.sleep(for: duration) } catch { return .timerStopped }
            return .timeIsUp
        }
        var isLate = false
        while let event = await group.next() {
            switch event {
            case .timerStopped: continue
            case .timeIsUp:
                isLate = true
                group.cancelAll()
            case .ended(let result):
                group.cancelAll()
                guard isLate, case .failure(let error) = result, !(error is CancellationError && Task.isCancelled)
                else {
                    return result
                }
                let cause = error is CancellationError ? nil : error
                return .failure(deadlineError(duration, what, cause, fileID: fileID, line: line))
            }
        }
        return .failure(CancellationError())
    }
    return try result.get()
}

private enum DeadlineEvent<Success: Sendable>: Sendable {
    case ended(Result<Success, any Error>)
    case timeIsUp
    case timerStopped
}

package func deadlineError(
    _ duration: Duration, _ what: String, _ cause: (any Error)? = nil, fileID: String = #fileID, line: Int = #line
) -> GodHandError {
    let limit = duration.formattedSeconds
    return GodHandError(
        .deadlineExceeded, "\(what) took longer than \(limit).", hint: "Allow more time if the host is slow.",
        cause: cause, fileID: fileID, line: line)
}

extension Duration {
    /// `1.5 s`: seconds with at most three decimals.
    package var formattedSeconds: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if milliseconds == 0 { return "\(seconds) s" }
        var digits = String(abs(milliseconds))
        digits = String(repeating: "0", count: 3 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        let sign = seconds == 0 && milliseconds < 0 ? "-" : ""
        return "\(sign)\(seconds).\(digits) s"
    }
}
