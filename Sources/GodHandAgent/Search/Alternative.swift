public import GodHandCore

/// One way to go on from a decision point. It is tried in a fork that nothing else uses.
///
/// ```swift
/// let ways = [
///     Alternative("Through the menu", steps: [PlannedStep("Open the menu", .press("F10"))]),
///     Alternative("By a command") { sandbox in _ = try await sandbox.exec(["export-letter"]) },
/// ]
/// ```
public struct Alternative: Sendable {
    /// What is tried, in a few words.
    public var title: String
    /// Why it may work.
    public var reasoning: String?

    let body: @Sendable (Sandbox, any RunRecorder) async throws -> RunReport?

    /// Makes an alternative of a run that tells what it does: each of its steps is shown in the tree of the search.
    ///
    /// An outcome of `abandoned` or `failed` makes it a failed branch. Of any other, the machine is scored as it was left.
    ///
    /// - Parameters:
    ///   - title: What is tried, in a few words.
    ///   - reasoning: Why it may work.
    ///   - run: Does it. The fork must not outlive the call, which must end soon when it is cancelled.
    public init(
        _ title: String, reasoning: String? = nil,
        run: @escaping @Sendable (Sandbox, any RunRecorder) async throws -> RunReport
    ) {
        self.title = title
        self.reasoning = reasoning
        body = { sandbox, recorder in try await run(sandbox, recorder) }
    }

    /// Makes an alternative of a closure.
    ///
    /// - Parameters:
    ///   - title: What is tried, in a few words.
    ///   - reasoning: Why it may work.
    ///   - body: Does it. What it throws makes it a failed branch, and does not end the search.
    public init(
        _ title: String, reasoning: String? = nil, _ body: @escaping @Sendable (Sandbox) async throws -> Void
    ) {
        self.title = title
        self.reasoning = reasoning
        self.body = { sandbox, _ in
            try await body(sandbox)
            return nil
        }
    }

    /// Makes an alternative of planned steps. The first that does not do what it should makes it a failed branch.
    ///
    /// - Parameters:
    ///   - title: What is tried, in a few words.
    ///   - reasoning: Why it may work.
    ///   - steps: What to do, in order.
    ///   - pace: How long to wait for the screen.
    public init(
        _ title: String, reasoning: String? = nil, steps: [PlannedStep],
        pace: Walkthrough.Pace = Walkthrough.Pace()
    ) {
        self.init(title, reasoning: reasoning) { sandbox, recorder in
            var walkthrough = Walkthrough(goal: title, steps: steps)
            walkthrough.pace = pace
            return try await walkthrough.run(in: sandbox, recorder: recorder)
        }
    }

    /// Makes an alternative of a goal for an agent.
    ///
    /// - Parameters:
    ///   - title: What is tried, in a few words.
    ///   - reasoning: Why it may work.
    ///   - goal: What the agent is to reach in this branch.
    ///   - agent: Who pursues it.
    public init(_ title: String, reasoning: String? = nil, pursuing goal: Goal, by agent: Agent) {
        self.init(title, reasoning: reasoning) { sandbox, recorder in
            try await agent.pursue(goal, in: sandbox, recorder: recorder)
        }
    }
}
