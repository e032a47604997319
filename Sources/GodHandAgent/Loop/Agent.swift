public import GodHandCore

/// Pursues goals on a machine, with a model that plans.
///
/// It looks, asks the model, does what the model says, and finds out whether that worked, until the goal's checks pass
/// or a limit is reached.
/// ```swift
/// let report = try await Agent(model: model).pursue("Find when Alan Turing was born", in: sandbox)
/// ```
/// An agent holds no state of a run, so one may pursue many goals at once, each on a machine of its own.
public struct Agent: Sendable {
    /// Who plans.
    public var model: any LanguageModel
    /// How it works.
    public var settings: AgentSettings

    /// Makes an agent.
    public init(model: any LanguageModel, settings: AgentSettings = AgentSettings()) {
        self.model = model
        self.settings = settings
    }

    /// Pursues a goal to the end of the run.
    ///
    /// - Parameters:
    ///   - goal: What to reach.
    ///   - sandbox: A machine with a display.
    ///   - recorder: Told what happens, as it happens.
    ///   - control: The reins of the run.
    /// - Returns: What was done, and how it ended. That the goal was not reached, a limit, or an error of the model is
    ///   an outcome.
    /// - Throws: `GodHandError` of a broken machine or recorder, `request.invalid` if a limit of price is set and the
    ///   model's price is not known, `CancellationError`; after the recorder was told of the end.
    public func pursue(
        _ goal: Goal, in sandbox: Sandbox, recorder: (any RunRecorder)? = nil, control: RunControl = RunControl()
    ) async throws -> RunReport {
        try await finish(AgentRun(self, goal, sandbox, recorder, control))
    }

    /// Pursues a goal step by step: the run advances only while the next step is asked for.
    ///
    /// A loop that is left early leaves the run, and its trace, without an end.
    ///
    /// - Parameters:
    ///   - goal: What to reach.
    ///   - sandbox: A machine with a display.
    ///   - recorder: Told what happens, as it happens.
    ///   - control: The reins of the run.
    public func steps(
        toward goal: Goal, in sandbox: Sandbox, recorder: (any RunRecorder)? = nil,
        control: RunControl = RunControl()
    ) -> AgentSteps {
        AgentSteps(agent: self, goal: goal, sandbox: sandbox, recorder: recorder, control: control)
    }

    func finish(_ run: AgentRun) async throws -> RunReport {
        while try await run.next() != nil {}
        return run.report
    }
}

/// The steps of a run. Asking for the next one is what makes it happen.
public struct AgentSteps: AsyncSequence, Sendable {
    /// A step that was done.
    public typealias Element = Step

    let agent: Agent
    let goal: Goal
    let sandbox: Sandbox
    let recorder: (any RunRecorder)?
    let control: RunControl

    /// Begins a run. Each iterator is a run of its own.
    public func makeAsyncIterator() -> Iterator {
        Iterator(run: AgentRun(agent, goal, sandbox, recorder, control))
    }

    /// A run that is under way.
    public struct Iterator: AsyncIteratorProtocol {
        let run: AgentRun

        /// What the run came to so far; its outcome is known once there is no next step.
        public var report: RunReport { run.report }

        /// Does the next step.
        ///
        /// - Returns: The step, or nil when the run is over.
        /// - Throws: What ``Agent/pursue(_:in:recorder:control:)`` throws.
        public mutating func next() async throws -> Step? { try await run.next() }
    }
}
