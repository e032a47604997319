public import Foundation
public import GodHandCore

/// Something that happened to a goal.
public struct OrchestratorEvent: Sendable {
    /// Counted from one for each orchestrator, without gaps.
    public var number: Int
    /// When.
    public var time: Date
    /// To which goal.
    public var goal: GoalID
    /// What.
    public var change: Change
    /// How many older events this reader missed just before this one, because they were dropped.
    public var missed = 0

    /// What happens to goals.
    public enum Change: Sendable {
        /// It waits for its turn.
        case submitted
        /// An attempt has its machine and begins.
        case started(attempt: Int, on: SandboxID)
        /// Something happened in the run.
        case run(RunEvent)
        /// Its machine stands still, since nobody needs it.
        case suspended
        /// Its machine goes on.
        case awakened
        /// Its machine was stored.
        case checkpointed(GoalCheckpoint)
        /// An attempt is over and another one will follow.
        case requeued(GoalAttempt.End)
        /// It is over.
        case finished(Outcome)
    }
}

/// What happens to goals, as it happens. Each reader gets every event, and holds nobody up.
///
/// It ends with the orchestrator. A reader that falls behind by more than ``OrchestratorSettings/eventBacklog`` misses the
/// oldest ones and is told how many.
public struct OrchestratorEvents: AsyncSequence, Sendable {
    /// An event.
    public typealias Element = OrchestratorEvent

    let log: EventLog
    let goal: GoalID?
    let start: Int

    /// Begins reading.
    public func makeAsyncIterator() -> Iterator { Iterator(log: log, goal: goal, last: start) }

    /// Where one reader is.
    public struct Iterator: AsyncIteratorProtocol {
        let log: EventLog
        let goal: GoalID?
        var last: Int

        /// The next event; nil once the orchestrator has ended.
        ///
        /// - Throws: `CancellationError`.
        public mutating func next() async throws -> OrchestratorEvent? {
            var missed = 0
            while let event = try await log.next(after: last) {
                missed += event.number - last - 1
                last = event.number
                guard goal == nil || event.goal == goal else { continue }
                var event = event
                event.missed = missed
                return event
            }
            return nil
        }
    }
}

/// The newest events, and who waits for the next.
final class EventLog: Sendable {
    struct State {
        var events: [OrchestratorEvent] = []
        var last = 0
        var isClosed = false

        func event(after number: Int) -> WaitList<State, Int, OrchestratorEvent?>.Outcome? {
            if let first = events.first, last > number {
                return .success(events[max(0, number + 1 - first.number)])
            }
            return isClosed ? .success(nil) : nil
        }
    }
    private let list = WaitList<State, Int, OrchestratorEvent?>(State())
    private let limit: Int

    init(limit: Int) { self.limit = max(1, limit) }

    var last: Int { list.update { state, _ in state.last } }

    func add(_ change: OrchestratorEvent.Change, to goal: GoalID) {
        list.update { state, waiters in
            state.last += 1
            let event = OrchestratorEvent(number: state.last, time: Date(), goal: goal, change: change)
            state.events.append(event)
            // In pieces, since taking one from the front moves all others.
            if state.events.count >= 2 * limit { state.events.removeFirst(state.events.count - limit) }
            waiters.resume(with: .success(event))
        }
    }

    func close() {
        list.update { state, waiters in
            state.isClosed = true
            waiters.resume(with: .success(nil))
        }
    }

    func next(after number: Int) async throws -> OrchestratorEvent? {
        try await list.wait(number) { $0.event(after: number) }
    }
}
