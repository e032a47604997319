import Foundation
import GodHandCore

/// Carrying out what the model asks for.
extension AgentRun {
    /// Does one thing, or says why not.
    ///
    /// - Returns: The step; nil if nothing came of it.
    func act(_ call: ActionCall) async throws -> Step? {
        let startedAt = Date()
        if let reason = open?.broken ?? personInTheWay() {
            open?.broken = reason
            return refuse(call, reason)
        }
        switch call.action {
        case .done(let answer): return try await finish(call, answer, startedAt)
        case .fail(let reason):
            outcome = .abandoned(reason.isEmpty ? "The model gave up." : reason)
            return try await step(call, call.action, startedAt, verdict: nil)
        case .ask(let question):
            try await ask(call, question)
            return nil
        default: break
        }
        if let ability = call.action.ability, !settings.abilities.contains(ability) {
            return refuse(call, "This is not allowed here: \(ability.rawValue).")
        }
        if let reason = try await surprise(typing: call.action) { return refuse(call, reason) }
        guard let sight, let permit = try await permit(call) else { return nil }
        return try await carryOut(permit, for: call, seen: sight, startedAt)
    }

    /// Refuses, and lets the model know why.
    ///
    /// - Parameters:
    ///   - reason: In words of the program.
    ///   - found: What was found on the machine: a page may have written it, so it is data.
    func refuse(_ call: ActionCall, _ reason: String, because found: String? = nil) -> Step? {
        let found = found.map { [ModelContent.untrusted($0)] } ?? []
        if call.id.isEmpty { notices += [.text(reason)] + found }
        open?.answer(call.id, [.text("Not done. \(reason)")] + found, isError: true)
        return nil
    }

    private func personInTheWay() -> String? {
        control.read { $0.isTakenOver || $0.looksStale }
            ? "A person is using the machine, or has used it since you looked." : nil
    }

    private func carryOut(
        _ permit: Permit, for call: ActionCall, seen: Sight, _ startedAt: Date
    ) async throws -> Step? {
        var lap = Lap()
        var timings = StepTimings()
        let (before, waited) = try await look()
        timings.application += waited
        lap.end(&timings.perceive)
        if let surprise = surprise(permit, seen, before) {
            let reason = "Since you looked, \(surprise). Look again."
            open?.broken = "An action before it was not done either, because the screen changed."
            return refuse(call, reason)
        }
        guard let real = try await substituted(permit.action, for: call) else { return nil }
        guard let attempt = try await attempt(real, call, seen: seen, before: before) else {
            if control.read(\.stopReason) == nil { return refuse(call, "A person took over while it was done.") }
            return nil
        }
        remember(attempt.after)
        timings = timings + attempt.timings
        let verdict =
            attempt.reply.isError
            ? .undone(permit.action, attempt.reply.words.shortened(to: 300)) : attempt.verdict
        let step = try await step(
            call, permit.action, startedAt, before: before, after: attempt.after, timings, verdict: verdict)
        var content = permit.note.map { [ModelContent.text($0)] } ?? []
        content += attempt.reply.content
        if let shortfall = attempt.verdict?.shortfall, !attempt.reply.isError { content.append(.untrusted(shortfall)) }
        open?.answer(
            call.id, content, isError: attempt.reply.isError, acknowledged: permit.acknowledged)
        if verdict?.passed == false {
            open?.broken = "An action before it did not do what it should."
        }
        try await learn(from: step)
        return step
    }

    /// What is not as it was when the model decided, where that matters.
    private func surprise(_ permit: Permit, _ seen: Sight, _ before: Sight) -> String? {
        guard settings.checksFreshness else { return nil }
        // A person takes time to agree, and what was agreed to may have gone from the screen meanwhile.
        if permit.isApproved, open?.steps == 0, Freshness.isAnother(seen.frame, before.frame) {
            return "the screen has changed much"
        }
        return Freshness.target(of: permit.action, marks: seen.marks).flatMap {
            Freshness.surprise(at: $0, seen: seen.frame, now: before.frame)
        }
    }

    /// Does it, unless a person stops the run or takes over meanwhile.
    ///
    /// - Returns: What came of it; nil if a person came first.
    private func attempt(
        _ action: Action, _ call: ActionCall, seen: Sight, before: Sight
    ) async throws -> StepWalker.Attempt? {
        let walker = try walker()
        defer { countJudge() }
        let judge = judge?.judge
        let (recorder, index) = (recorder, report.steps.count + stepsBefore + 1)
        let expectation = settings.expectations.expectation(of: call, judge: judge)
        return try await control.perform(unless: { $0.stopReason != nil || $0.isTakenOver }) {
            do {
                return try await walker.carryOut(action, seen: seen, before: before) { sandbox, before, after in
                    guard let expectation else { return nil }
                    do {
                        return try await expectation.check(in: sandbox, before: before, after: after, judge: judge)
                    } catch let error as GodHandError where error.isAboutTheCheck {
                        // What cannot be checked here is not held against the action.
                        return nil
                    }
                } telling: {
                    try await recorder?.record($0, of: index)
                }
            } catch let error as GodHandError where error.isAboutTheAction {
                // The guest's own words may be in it.
                let words = ModelContent.untrusted(error.description.shortened(to: 500))
                return StepWalker.Attempt(
                    reply: ActionReply(isError: true, content: [words]), verdict: nil, after: before,
                    timings: StepTimings())
            }
        }
    }

    /// Adds what the judge was asked to what the run cost.
    private func countJudge() {
        guard let judge, let usage = judge.take() else { return }
        let cost = settings.prices.cost(of: usage, model: judge.judge.model.name)
        report.cost = report.cost + cost
        judgeCost = judgeCost.map { $0 + cost } ?? cost
    }

    /// Makes a step of what was done, counts it and tells the recorder and the monitors.
    func step(
        _ call: ActionCall, _ action: Action, _ startedAt: Date, before: Sight? = nil, after: Sight? = nil,
        _ timings: StepTimings = StepTimings(), verdict: Verdict?
    ) async throws -> Step? {
        guard let seen = before ?? sight, var turn = open else { return nil }
        let step = Step(
            index: report.steps.count + stepsBefore + 1, intent: turn.intent ?? action.summary.shortened(to: 160),
            reasoning: turn.reasoning, action: action, before: seen.observation,
            after: (after ?? seen).observation, verdict: verdict, timings: turn.timings + timings,
            startedAt: startedAt, cost: turn.cost, judgeCost: judgeCost)
        judgeCost = nil
        turn.steps += 1
        turn.timings = StepTimings()
        turn.cost = nil
        turn.intent = nil
        turn.reasoning = nil
        open = turn
        report.steps.append(step)
        try await record(.step(step))
        try await showMonitors(step, after: after ?? seen)
        return step
    }
}

extension StepTimings {
    static func + (left: StepTimings, right: StepTimings) -> StepTimings {
        var sum = left
        sum.perceive += right.perceive
        sum.plan += right.plan
        sum.act += right.act
        sum.verify += right.verify
        sum.application += right.application
        return sum
    }
}

extension GodHandError {
    /// Whether the action was at fault, and not the machine: then the model is told.
    fileprivate var isAboutTheAction: Bool {
        [.invalidRequest, .notFound, .unsupported, .execFailed, .limitExceeded, .deadlineExceeded].contains(code)
    }

    /// Whether the machine lacks what a check needs, or the judge does not answer.
    fileprivate var isAboutTheCheck: Bool {
        [.unsupported, .execFailed, .deadlineExceeded].contains(code) || code.rawValue.hasPrefix("model.")
    }
}
