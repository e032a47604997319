public import Foundation
public import GodHandCore

/// Where a goal stands. The journal holds one of these for every change.
public struct GoalStatus: Sendable, Hashable, Codable {
    /// The goal's name.
    public let id: GoalID
    /// What was asked for.
    public let request: GoalRequest
    /// When.
    public let submittedAt: Date
    /// What is going on.
    public internal(set) var state = State.queued
    /// How often it was begun, and what came of it, oldest first.
    public internal(set) var attempts: [GoalAttempt] = []
    /// What it took so far, all attempts together.
    public internal(set) var spent = GoalExpense()
    /// The stored machine from which the next attempt goes on.
    public internal(set) var checkpoint: GoalCheckpoint?
    /// How it ended; nil until then.
    public internal(set) var outcome: Outcome?
    /// When it ended; nil until then.
    public internal(set) var endedAt: Date?
    /// A machine that is being stored. It is written down before, so that it is not left over after a crash.
    var storing: Snapshot?
    /// Stored machines that nobody needs any more, until they are deleted; nil for none.
    private(set) var discarding: [Snapshot]?

    /// Makes the status of a goal that was just handed in, for a copy that follows ``OrchestratorEvents``.
    public init(id: GoalID, request: GoalRequest, submittedAt: Date) {
        self.id = id
        self.request = request
        self.submittedAt = submittedAt
    }

    /// It once it is over, as an event tells of that: the orchestrator may have forgotten it by the time that it is asked.
    public func ended(_ outcome: Outcome, at time: Date) -> GoalStatus {
        var status = self
        status.state = .finished
        status.outcome = outcome
        status.endedAt = time
        status.checkpoint = nil
        if let last = status.attempts.indices.last, status.attempts[last].end == nil {
            status.attempts[last].end = .finished
            status.attempts[last].endedAt = time
        }
        return status
    }

    /// When it ended, also of one that an earlier version wrote down.
    var ending: Date { endedAt ?? attempts.last?.endedAt ?? submittedAt }

    /// What goes on with a goal.
    public enum State: String, Sendable, Hashable, Codable {
        /// It waits for its turn, for room, or for another attempt.
        case queued
        /// It is worked on.
        case running
        /// It is over; see ``GoalStatus/outcome``.
        case finished
    }

    /// Notes what is to be deleted.
    mutating func discard(_ snapshot: Snapshot?) {
        guard let snapshot, discarding?.contains(snapshot) != true else { return }
        discarding = (discarding ?? []) + [snapshot]
    }

    /// Notes that it is deleted.
    mutating func forget(_ snapshot: Snapshot) {
        discarding?.removeAll { $0 == snapshot }
        if discarding?.isEmpty == true { discarding = nil }
    }

    /// Whether something is stored for it that is not deleted yet.
    var leavesSomething: Bool { storing != nil || discarding != nil }

    /// How many attempts count against ``GoalRequest/attempts``.
    var failures: Int {
        attempts.count { attempt in
            switch attempt.end {
            case .failed, .lost: true
            case .finished, .interrupted, .checkpointed, nil: false
            }
        }
    }
}

/// One time that a goal was begun.
public struct GoalAttempt: Sendable, Hashable, Codable {
    /// As in ``Attempt/number``.
    public var number: Int
    /// When it began. It is written down before anything happens.
    public var startedAt: Date
    /// When it ended; nil while it runs.
    public var endedAt: Date?
    /// What came of it; nil while it runs.
    public var end: End?
    /// Whether it went on from a checkpoint.
    public var isResumption = false

    /// How an attempt ends.
    public enum End: Sendable, Hashable, Codable {
        /// The work ended, and so did the goal.
        case finished
        /// The machine or the work broke.
        case failed(code: GodHandError.Code, message: String)
        /// The process died in the middle.
        case lost
        /// The orchestrator was shut down in the middle.
        case interrupted
        /// It was stored to be gone on with.
        case checkpointed
    }
}

/// What a goal took.
public struct GoalExpense: Sendable, Hashable, Codable {
    /// How many steps were done.
    public var steps = 0
    /// What models cost.
    public var cost = StepCost()
    /// How long machines were worked on; pauses are not counted.
    public var time = Duration.zero

    /// Nothing.
    public init() {}

    /// The sum of two.
    static func + (left: GoalExpense, right: GoalExpense) -> GoalExpense {
        var sum = GoalExpense()
        sum.steps = left.steps + right.steps
        sum.cost = left.cost + right.cost
        sum.time = left.time + right.time
        return sum
    }

    /// The limit that is reached, in words. Time is watched by a clock.
    func reached(_ limits: RunLimits) -> String? {
        if let most = limits.steps, steps >= most { return "The limit of \(most) steps." }
        if let most = limits.tokens, cost.tokens >= most { return "The limit of \(most) tokens." }
        if let most = limits.price, cost.price ?? .infinity >= most { return "The limit of \(most) US dollars." }
        return nil
    }
}

/// A stored machine in the middle of a goal.
public struct GoalCheckpoint: Sendable, Hashable, Codable {
    /// The machine.
    public var snapshot: Snapshot
    /// The attempt that stored it.
    public var attempt: Int
    /// How many events that attempt had recorded: what its trace holds beyond them came later.
    public var events: Int
    /// What the run had taken, as far as its trace tells.
    var spent: GoalExpense
    /// How a person held the run; nil if nobody did.
    var hold: RunHold?
}
