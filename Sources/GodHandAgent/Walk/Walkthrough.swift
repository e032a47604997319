import Foundation
public import GodHandCore

/// A plan of steps that is carried out without a model: look, act, verify, record, next.
///
/// A step that does not do what it should ends the run, since those after it were planned on what it does.
public struct Walkthrough: Sendable, Hashable {
    /// What the whole is for.
    public var goal: String
    /// What to do, in order.
    public var steps: [PlannedStep]
    /// What should hold at the end.
    public var checks: [Assertion]
    /// How long to wait for the screen.
    public var pace = Pace()

    /// Makes a plan.
    public init(goal: String, steps: [PlannedStep], checks: [Assertion] = []) {
        self.goal = goal
        self.steps = steps
        self.checks = checks
    }

    /// How long to wait for the screen around an action.
    public struct Pace: Sendable, Hashable {
        /// How long nothing may change on a screen that counts as still.
        public var quiet: Duration = .milliseconds(100)
        /// The same where an action brought a window or page with another title, which is drawn later than its title.
        public var arrival: Duration = .milliseconds(500)
        /// How long an action may take to show its first effect.
        public var reaction: Duration = .milliseconds(250)
        /// When to go on although the screen does not come to rest.
        public var deadline: Duration = .seconds(5)

        /// The usual pace.
        public init() {}
    }

    /// Carries it out and tells the recorder what happens.
    ///
    /// - Parameters:
    ///   - sandbox: A machine with a display.
    ///   - recorder: Told of the beginning, of each step and check, and of the end.
    /// - Returns: What was done. A goal that was not reached is an outcome.
    /// - Throws: `GodHandError` of a broken machine or recorder, after the recorder was told that the run failed.
    public func run(in sandbox: Sandbox, recorder: any RunRecorder) async throws -> RunReport {
        try await recorder.record(.started(RunHeader(goal: goal, in: sandbox, planner: "walkthrough")))
        let clock = ContinuousClock()
        let began = clock.now
        var report = RunReport(goal: goal)
        do {
            let outcome = try await perform(in: sandbox, recorder: recorder, report: &report)
            try await recorder.record(.finished(outcome))
            report.outcome = outcome
        } catch {
            // The error that ended the run goes to the caller; that it could not be recorded matters less.
            try? await shielded { try await recorder.record(.finished(Outcome(endedBy: error))) }
            throw error
        }
        report.duration = clock.now - began
        return report
    }

    private func perform(
        in sandbox: Sandbox, recorder: any RunRecorder, report: inout RunReport
    ) async throws -> Outcome {
        var walker = StepWalker(sandbox: sandbox, display: try sandbox.display, pace: pace)
        var answer: String?
        for planned in steps {
            let step = try await walker.walk(planned, index: report.steps.count + 1, recorder: recorder)
            report.steps.append(step)
            try await recorder.record(.step(step))
            switch step.action {
            case .done(let text): answer = text
            case .fail(let reason): return .abandoned(reason)
            case .ask(let question): return .stopped("There is nobody to ask: \(question)")
            default: break
            }
            if let shortfall = step.verdict?.shortfall {
                return .abandoned("Step \(step.index), “\(step.intent)”, did not work. \(shortfall)")
            }
        }
        for check in checks {
            let verdict = try await check.check(in: sandbox)
            report.checks.append(verdict)
            try await recorder.record(.check(verdict))
        }
        if let shortfall = report.checks.lazy.compactMap(\.shortfall).first { return .abandoned(shortfall) }
        return .achieved(answer)
    }
}
