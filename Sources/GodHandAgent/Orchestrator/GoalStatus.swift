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
    /// A machine that is being stored. It is written down before, so that it is not left over after a crash.
    var storing: Snapshot?

    init(id: GoalID, request: GoalRequest, submittedAt: Date) {
        self.id = id
        self.request = request
        self.submittedAt = submittedAt
    }

    /// What goes on with a goal.
    public enum State: String, Sendable, Hashable, Codable {
        /// It waits for its turn, for room, or for another attempt.
        case queued
        /// It is worked on.
        case running
        /// It is over; see ``GoalStatus/outcome``.
        case finished
    }

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
    /// Counted from one.
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
}
