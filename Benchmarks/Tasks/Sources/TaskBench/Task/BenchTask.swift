public import GodHandCore

/// Something for an agent to do on a desktop, with a way to find out how much of it was done.
///
/// A task is a value: whatever a seed decided about it is decided already, and it may be run any number of times.
public protocol BenchTask: Sendable {
    /// Names it in results. No two tasks of a run have the same.
    var name: String { get }
    /// What kind of work it is; results are summed up by it.
    var category: String { get }
    /// What to reach, in the words that the agent is given.
    var goal: String { get }
    /// The desktop on which it is done. The runner puts it on a network of its own where ``needsWiki`` is set.
    var desktop: SandboxSpec { get }
    /// Whether an encyclopedia stands beside the desktop, at `http://wiki`.
    var needsWiki: Bool { get }
    /// A way that leads to the full score; nil if none is known.
    var solution: KnownSolution? { get }

    /// Brings the desktop into the state in which the agent finds it.
    ///
    /// - Throws: `GodHandError` if that cannot be done. The attempt counts as broken then, not as failed.
    func setUp(_ desktop: Sandbox) async throws

    /// Finds out how much is done.
    ///
    /// - Parameters:
    ///   - desktop: The machine as the agent left it. Looking may change it: it is not used afterwards.
    ///   - answer: What the agent said at the end; nil if it did not say that it was done.
    /// - Throws: `GodHandError` of a broken machine. That something was not done is a score.
    func score(_ desktop: Sandbox, answer: String?) async throws -> TaskScore
}

/// A way that leads to the full score, and so proves that a task can be done.
public struct KnownSolution: Sendable {
    private let body: @Sendable (Sandbox, SandboxScope, any RunRecorder) async throws -> TaskEnd

    /// Makes a solution.
    ///
    /// - Parameter body: Does the task on a desktop that was set up. Further machines, such as forks, live in the scope;
    ///   the machine that it returns may be another one than it was given.
    public init(_ body: @escaping @Sendable (Sandbox, SandboxScope, any RunRecorder) async throws -> TaskEnd) {
        self.body = body
    }

    /// Does the task.
    public func run(
        on desktop: Sandbox, in scope: SandboxScope, recorder: any RunRecorder
    ) async throws -> TaskEnd {
        try await body(desktop, scope, recorder)
    }
}

/// How an attempt at a task ended, before anybody has looked how much of it is done.
public struct TaskEnd: Sendable {
    /// The machine to be scored.
    public var desktop: Sandbox
    /// What the agent answered; nil if it did not say that it was done.
    public var answer: String?
    /// How many steps it took.
    public var steps: Int
    /// What models cost.
    public var cost: StepCost
    /// How it ended, in words.
    public var outcome: String

    /// Makes an end.
    public init(
        desktop: Sandbox, answer: String? = nil, steps: Int = 0, cost: StepCost = StepCost(), outcome: String = ""
    ) {
        self.desktop = desktop
        self.answer = answer
        self.steps = steps
        self.cost = cost
        self.outcome = outcome
    }
}
