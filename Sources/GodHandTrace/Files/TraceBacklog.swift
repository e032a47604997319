import Synchronization

/// What was handed to a writer and is not on the disk yet: it only counts and decides; the writer acts.
struct TraceBacklog {
    /// How much may wait, in bytes.
    let limit: Int
    private(set) var jobs = 0
    private(set) var bytes = 0
    /// What went wrong while nobody waited for it. What waits behind it is dropped: a trace has no holes.
    private var failure: (any Error)?
    private var waiting: [TraceReceipt] = []

    init(limit: Int) { self.limit = limit }

    enum Admission {
        /// It is in. Whether the disk keeps up, so that its end is near.
        case taken(isFirst: Bool)
        /// There is no room; ask again after this.
        case full(TraceReceipt)
    }

    /// Takes something in.
    ///
    /// - Throws: What went wrong before, once.
    mutating func admit(_ weight: Int) throws -> Admission {
        try takeFailure()
        // Something that is larger than all that may wait is taken in alone.
        guard jobs == 0 || bytes + weight <= limit else {
            let receipt = TraceReceipt()
            waiting.append(receipt)
            return .full(receipt)
        }
        jobs += 1
        bytes += weight
        return .taken(isFirst: jobs == 1)
    }

    /// Whether what comes next is still to be written.
    var isSound: Bool { failure == nil }

    /// Something is done with. Returns who waits for room.
    mutating func leave(_ weight: Int) -> [TraceReceipt] {
        jobs -= 1
        bytes -= weight
        defer { waiting = [] }
        return waiting
    }

    /// Throws what went wrong while nobody waited, once.
    mutating func takeFailure() throws {
        guard let failure else { return }
        self.failure = nil
        throw failure
    }

    /// Keeps an error for whoever comes next.
    mutating func keep(_ error: any Error) { failure = failure ?? error }
}

/// Tells one waiter how something ended, unless the waiter has gone.
final class TraceReceipt: Sendable {
    enum Outcome: Sendable {
        case done(Result<Void, any Error>)
        case late
    }

    private enum State {
        case open
        case waiting(CheckedContinuation<Outcome, Never>)
        case ended(Outcome)
    }

    private let state = Mutex(State.open)

    /// How it ended. Called once.
    func outcome() async -> Outcome {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Outcome? in
                if case .ended(let outcome) = state { return outcome }
                state = .waiting(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Tells it.
    ///
    /// - Returns: False if the waiter has gone, and nobody will hear of it.
    @discardableResult
    func end(_ outcome: Outcome) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, CheckedContinuation<Outcome, Never>?) in
            defer { if case .ended = state {} else { state = .ended(outcome) } }
            switch state {
            case .open: return (true, nil)
            case .waiting(let continuation): return (true, continuation)
            case .ended: return (false, nil)
            }
        }
        continuation?.resume(returning: outcome)
        return isFirst
    }
}
