import Foundation
import GodHandCore

extension StepWalker {
    /// Carries out one step of a plan.
    ///
    /// - Parameters:
    ///   - index: Its number, from one.
    ///   - recorder: Told of commands; the step itself is the caller's to tell.
    mutating func walk(_ planned: PlannedStep, index: Int, recorder: any RunRecorder) async throws -> Step {
        let startedAt = Date()
        var timings = StepTimings()
        var lap = Lap()
        let (before, waited) = try await look()
        timings.application += waited
        lap.end(&timings.perceive)
        let decision = try await decide(planned, before.frame)
        lap.end(&timings.plan)
        let expectation = decision.verdict == nil ? planned.expectation : nil
        var attempt = try await carryOut(decision.action, seen: before, before: before) { sandbox, before, _ in
            try await expectation?.check(in: sandbox, context: CheckContext(before: before.frame))
        } telling: { command in
            try await recorder.record(command, of: index)
        }
        remember(attempt.after)
        attempt.timings.perceive += timings.perceive
        attempt.timings.plan += timings.plan
        attempt.timings.application += timings.application
        return Step(
            index: index, intent: planned.intent, reasoning: planned.reasoning, action: decision.action,
            before: before.observation, after: attempt.after.observation,
            verdict: decision.verdict ?? attempt.failure(of: decision.action) ?? attempt.verdict,
            timings: attempt.timings, startedAt: startedAt)
    }

    /// What to do, or why it cannot be done.
    private func decide(
        _ planned: PlannedStep, _ frame: Frame
    ) async throws -> (action: Action, verdict: Verdict?) {
        switch planned.action {
        case .action(let action): return (action, nil)
        case .clickText(let text, let rect):
            return try await decide(text, rect, frame) { .click(at: $0.center) }
        case .selectText(let text, let rect):
            return try await decide(text, rect, frame) { .drag(path: $0.across(within: frame.size)) }
        }
    }

    private func decide(
        _ text: String, _ rect: Rect?, _ frame: Frame, _ input: (Rect) -> InputAction
    ) async throws -> (action: Action, verdict: Verdict?) {
        let found = try await sandbox.readText(of: frame, in: rect)
        if let box = found.find(text) { return (.input(input(box)), nil) }
        let claim = Assertion.textVisible(text, in: rect).claim
        return (.look, Verdict(passed: false, claim: claim, evidence: "read was: \(found.text.shortened(to: 300))"))
    }
}

extension Rect {
    /// The way of a pointer that marks a line of text. The box of letters ends where they do, so it begins and ends a
    /// little outside; it has a middle, since what begins a drag is a movement.
    fileprivate func across(within screen: Size) -> [Point] {
        let margin = 2
        return [
            Point(x: max(0, x - margin), y: center.y), center,
            Point(x: min(screen.width - 1, x + width + margin), y: center.y),
        ]
    }
}

extension RunRecorder {
    /// Records a command of a step.
    func record(_ command: CommandRun, of step: Int) async throws {
        var command = command
        command.step = step
        try await record(.exec(command))
    }
}

extension StepWalker.Attempt {
    /// A verdict that says why the action could not be done; nil if it could.
    fileprivate func failure(of action: Action) -> Verdict? {
        guard reply.isError else { return nil }
        return .undone(action, reply.words)
    }
}

extension ActionReply {
    /// The words in it.
    var words: String {
        content.compactMap { part in
            switch part {
            case .text(let text), .untrusted(let text): text
            case .image: nil
            }
        }.joined(separator: " ")
    }
}
