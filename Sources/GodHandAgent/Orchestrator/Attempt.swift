public import Foundation
public import GodHandCore
import Synchronization

/// One try at a goal: what the work of an ``Orchestrator`` is given.
public struct Attempt: Sendable {
    /// The goal's name.
    public let goal: GoalID
    /// What is to be reached.
    public let request: GoalRequest
    /// Counted from one. Numbers whose directories are there already are passed over, as after the loss of the journal.
    public let number: Int
    /// A machine that nobody used before; or one that goes on from ``checkpoint``.
    public let sandbox: Sandbox
    /// Where further machines of this attempt live. It ends with the attempt.
    public let scope: SandboxScope
    /// The reins of the run. Hand them to the agent: limits, cancellation and checkpoints come through them.
    public let control: RunControl
    /// What is left of the request's limits.
    public let limits: RunLimits
    /// What the machine was made of, if this goes on with an earlier attempt; nil for a fresh one.
    public let checkpoint: GoalCheckpoint?

    let root: URL?
    let meter: AttemptMeter

    /// A directory for what this attempt leaves, such as its trace. Whoever writes to it makes it.
    ///
    /// It is `goals/<goal>/<attempt>` in the orchestrator's directory; nil if that has none.
    public var directory: URL? { directory(of: number) }

    /// The directory of another attempt at the same goal.
    public func directory(of attempt: Int) -> URL? { root.map { Self.directory(of: attempt, at: goal, in: $0) } }

    static func directory(of attempt: Int, at goal: GoalID, in root: URL) -> URL {
        root.appending(path: "goals/\(goal)/\(attempt)", directoryHint: .isDirectory)
    }

    /// A recorder that tells the orchestrator what happens. Without it steps are counted only at the end, nothing is seen
    /// from outside, and there are no checkpoints.
    ///
    /// - Parameter other: Told first, such as a trace.
    public func recorder(telling other: (any RunRecorder)? = nil) -> any RunRecorder {
        AttemptRecorder(other: other, meter: meter)
    }

    /// Lets an agent pursue the goal on the machine, within the limits; or go on from the checkpoint.
    ///
    /// - Parameters:
    ///   - agent: Who. Its own limits apply as well.
    ///   - checks: What must hold at the end.
    ///   - recorder: Told what happens.
    ///   - events: What the trace of an earlier attempt tells. Without it a run that goes on begins its conversation anew.
    /// - Throws: What `Agent.pursue` and `Agent.resume` throw.
    public func pursue(
        by agent: Agent, checks: [Assertion] = [], recorder: (any RunRecorder)? = nil,
        resuming events: (@Sendable (_ directory: URL) throws -> [RunEvent])? = nil
    ) async throws -> RunReport {
        var agent = agent
        agent.settings.limits = agent.settings.limits.tightened(by: limits)
        let goal = Goal(request.text, checks: checks)
        let recorder = self.recorder(telling: recorder)
        guard let checkpoint, let events, let earlier = directory(of: checkpoint.attempt) else {
            return try await agent.pursue(goal, in: sandbox, recorder: recorder, control: control)
        }
        // What the trace holds beyond that happened to a machine that is gone.
        let known = Array(try events(earlier).prefix(checkpoint.events))
        return try await agent.resume(from: known, toward: goal, in: sandbox, recorder: recorder, control: control)
    }
}

extension RunLimits {
    /// The lower of each pair.
    func tightened(by other: RunLimits) -> RunLimits {
        func lower<Value: Comparable>(_ left: Value?, _ right: Value?) -> Value? {
            guard let left, let right else { return left ?? right }
            return min(left, right)
        }
        var limits = RunLimits()
        limits.steps = lower(steps, other.steps)
        limits.time = lower(time, other.time)
        limits.tokens = lower(tokens, other.tokens)
        limits.price = lower(price, other.price)
        return limits
    }

    /// What is left of them.
    func left(after spent: GoalExpense) -> RunLimits {
        var limits = self
        limits.steps = steps.map { $0 - spent.steps }
        limits.time = time.map { $0 - spent.time }
        limits.tokens = tokens.map { $0 - spent.cost.tokens }
        // A price that is not known counts as all of it.
        limits.price = price.map { $0 - (spent.cost.price ?? $0) }
        return limits
    }

    /// With what a run that goes on counts again, since its trace tells of it.
    func raised(by known: GoalExpense) -> RunLimits {
        var limits = self
        limits.steps = steps.map { $0 + known.steps }
        limits.tokens = tokens.map { $0 + known.cost.tokens }
        limits.price = price.map { $0 + (known.cost.price ?? 0) }
        return limits
    }
}

/// Counts what an attempt takes.
final class AttemptMeter: Sendable {
    struct State {
        var expense = GoalExpense()
        var events = 0
        /// Until then a run that goes on tells what is known already.
        var isRepeating: Bool
        /// What a judge cost before, which the first step of a run that goes on tells again.
        var judgedBefore: StepCost?
    }
    private let state: Mutex<State>
    private let onEvent: @Sendable (RunEvent) async -> Void

    init(isResumption: Bool, onEvent: @escaping @Sendable (RunEvent) async -> Void) {
        state = Mutex(State(isRepeating: isResumption))
        self.onEvent = onEvent
    }

    var expense: GoalExpense { state.withLock(\.expense) }
    var events: Int { state.withLock(\.events) }

    func count(_ event: RunEvent) async {
        state.withLock { state in
            state.events += 1
            state.add(event)
        }
        await onEvent(event)
    }
}

extension AttemptMeter.State {
    fileprivate mutating func add(_ event: RunEvent) {
        switch event {
        case .started(let header): judgedBefore = header.continues?.judgeCost
        case .step(let step):
            expense.steps += 1
            isRepeating = false
            if let cost = step.judgeCost { expense.cost = expense.cost + cost.less(judgedBefore ?? StepCost()) }
            judgedBefore = nil
        case .modelTurn(let entry):
            if !isRepeating, let cost = entry.cost { expense.cost = expense.cost + cost }
        case .intervention(let intervention): if intervention.kind == .continued { isRepeating = false }
        case .within(branch: _, let inner): add(inner)
        default: break
        }
    }
}

extension StepCost {
    /// What came on top of an earlier cost.
    fileprivate func less(_ before: StepCost) -> StepCost {
        func left(_ part: KeyPath<StepCost, Int>) -> Int {
            let (rest, overflow) = self[keyPath: part].subtractingReportingOverflow(before[keyPath: part])
            return overflow ? 0 : max(0, rest)
        }
        var rest = StepCost()
        rest.input = left(\.input)
        rest.cachedInput = left(\.cachedInput)
        rest.cacheWrite = left(\.cacheWrite)
        rest.output = left(\.output)
        rest.images = left(\.images)
        rest.price = price.flatMap { price in before.price.map { max(0, price - $0) } }
        return rest
    }
}

/// Tells two of what happens.
private struct AttemptRecorder: RunRecorder {
    let other: (any RunRecorder)?
    let meter: AttemptMeter

    func record(_ event: RunEvent) async throws {
        try await other?.record(event)
        await meter.count(event)
    }
}
