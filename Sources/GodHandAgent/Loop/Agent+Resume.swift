public import GodHandCore

extension Agent {
    /// Goes on with a run whose process died, on a machine of yours.
    ///
    /// The conversation is taken from the run's trace, and what it spent so far counts against the limits: steps, time,
    /// tokens and price. Whether an action that was under way at the end took place is not known; the model is told so,
    /// and shown the screen.
    ///
    /// - Parameters:
    ///   - run: The run as its trace tells of it. One that has ended can be continued, too.
    ///   - goal: The goal with its checks, which are not in the trace in a form that could be run.
    ///   - sandbox: The machine of the run, or one that was made of its disk.
    ///   - recorder: A new one: it is told of the conversation so far, and so can be resumed from again.
    ///   - control: The reins of the run.
    /// - Throws: What ``pursue(_:in:recorder:control:)`` throws, and `GodHandError` with `data.damaged` if the
    ///   conversation cannot be read, `request.invalid` if its process is still at it.
    public func resume(
        _ run: RecordedRun, toward goal: Goal, in sandbox: Sandbox, recorder: (any RunRecorder)? = nil,
        control: RunControl = RunControl()
    ) async throws -> RunReport {
        let next = AgentRun(self, goal, sandbox, recorder, control)
        try next.takeUp(run, machine: .given)
        return try await finish(next)
    }

    /// Goes on with a run of which only events are known.
    ///
    /// - Parameters:
    ///   - events: What was recorded.
    ///   - goal: The goal with its checks.
    ///   - sandbox: The machine of the run, or one that was made of its disk.
    ///   - recorder: A new one.
    ///   - control: The reins of the run.
    /// - Throws: What the other form throws.
    public func resume(
        from events: [RunEvent], toward goal: Goal, in sandbox: Sandbox, recorder: (any RunRecorder)? = nil,
        control: RunControl = RunControl()
    ) async throws -> RunReport {
        try await resume(
            RecordedRun(events: events), toward: goal, in: sandbox, recorder: recorder, control: control)
    }

    /// Goes on with a run whose process died, on a machine that is made for it.
    ///
    /// The machine of a process that died is gone, unless it was stored in a way that outlives the process: see
    /// ``RestorePoints``. Then the run goes on from there, and the model and the trace are told what was done since and
    /// is lost. Otherwise it begins on a new machine, and they are told that.
    ///
    /// - Parameters:
    ///   - run: The run as its trace tells of it.
    ///   - goal: The goal with its checks, which are not in the trace in a form that could be run.
    ///   - scope: Where the machine is to live.
    ///   - recorder: A new one: it is told of the conversation so far, and so can be resumed from again.
    ///   - control: The reins of the run.
    /// - Throws: What the others throw, what making a machine throws, and `GodHandError` with `request.invalid` if the
    ///   run has no beginning, or if its machine was of another backend than the scope's.
    public func resume(
        _ run: RecordedRun, toward goal: Goal, in scope: SandboxScope, recorder: (any RunRecorder)? = nil,
        control: RunControl = RunControl()
    ) async throws -> RunReport {
        guard let header = run.header, header.backend == scope.backend.name else {
            throw GodHandError(
                .invalidRequest,
                run.header.map { "The run was on \($0.backend), not on \(scope.backend.name)." }
                    ?? "The run has no beginning.",
                hint: "Make a machine, and resume on that.")
        }
        let (sandbox, machine) = try await scope.machine(of: run, header.spec)
        let next = AgentRun(self, goal, sandbox, recorder, control)
        try next.takeUp(run, machine: machine)
        if case .restored(let snapshot, let step, _) = machine { next.takeOver(snapshot, after: step) }
        return try await finish(next)
    }
}

extension SandboxScope {
    /// The machine on which a run can go on.
    fileprivate func machine(of run: RecordedRun, _ spec: SandboxSpec) async throws -> (Sandbox, ResumedMachine) {
        let clock = ContinuousClock()
        let began = clock.now
        if let (snapshot, step) = run.restorePoint {
            do {
                let sandbox = try await remake(snapshot)
                let event = LifecycleEvent(
                    .restored, sandbox: sandbox.id, origin: snapshot.id.rawValue, took: clock.now - began)
                return (sandbox, .restored(snapshot, step: step, event))
            } catch let error as GodHandError where error.code == .notFound {
                // Somebody has deleted it: what is left is to begin anew.
            }
        }
        let sandbox = try await make(spec)
        return (sandbox, .fresh(LifecycleEvent(.created, sandbox: sandbox.id, took: clock.now - began)))
    }
}
