import Foundation
import GodHandCore

/// A replay that is under way.
struct ReplayRun {
    let replay: Replay
    let sandbox: Sandbox
    let secrets: [String: String]
    private let display: any Display
    private let clock = ContinuousClock()
    private var walker: StepWalker
    private var result: ReplayReport
    /// What was seen last with numbers on its elements.
    private var marked: Sight?

    init(replay: Replay, sandbox: Sandbox, display: any Display, secrets: [String: String]) {
        self.replay = replay
        self.sandbox = sandbox
        self.display = display
        self.secrets = secrets
        walker = StepWalker(sandbox: sandbox, display: display, pace: replay.pace, elements: replay.elements)
        result = ReplayReport(goal: replay.header.goal, sandbox: sandbox.id)
    }

    /// Does everything again, up to the first difference.
    mutating func report() async throws -> ReplayReport {
        let (recorded, found) = (replay.header.provenance?.imageDigest, sandbox.machine.provenance?.imageDigest)
        if let recorded, let found, recorded != found {
            note("The machine was made from the image \(found), the recorded one from \(recorded).")
        }
        for (index, item) in replay.items.enumerated() {
            var done: ReplayedStep
            switch item {
            case .step(let step):
                done = ReplayedStep(index: step.index, summary: step.action.summary)
                if step.action.changesTheScreen {
                    result.difference = try await redo(step, following: screens(behind: index), &done)
                } else if let verdict = step.verdict, verdict.check != nil {
                    result.difference = try await recheck(verdict, before: nil, step: step.index, &done)
                }
            case .check(let verdict):
                done = ReplayedStep(index: nil, summary: verdict.claim)
                result.difference = try await recheck(verdict, before: nil, step: nil, &done)
            }
            result.steps.append(done)
            if result.difference != nil { return result }
            await replay.progress(done)
        }
        if let note = replay.endNote { result.notes.append(note) }
        return result
    }

    /// What was seen behind an item, up to the next action. Who waited or looked again saw screens on the way, which
    /// another run may pass before anybody looks.
    private func screens(behind index: Int) -> [Observation] {
        var screens: [Observation] = []
        for case .step(let step) in replay.items[(index + 1)...] {
            screens.append(step.before)
            if step.action.changesTheScreen { break }
            screens.append(step.after)
        }
        return screens
    }

    private mutating func redo(
        _ step: Step, following: [Observation], _ done: inout ReplayedStep
    ) async throws -> ReplayDifference? {
        var before = try await arrive(at: [step.before], step, &done)
        if let difference = before.difference { return difference.named(.screenBefore, step.index) }
        let action = RecordedSecrets.filled(step.action, secrets)
        if case .element(.mark, _) = action { try await number(&before.sight) }
        let expectation = step.verdict?.check.flatMap(Expectation.init(recorded:)).flatMap { $0.needsJudge ? nil : $0 }
        let attempt = try await walker.carryOut(action, seen: before.sight, before: before.sight) {
            sandbox, before, after in
            try await expectation?.check(in: sandbox, before: before, after: after, judge: nil)
        }
        walker.remember(attempt.after)
        if let difference = mismatch(step, attempt, isChecked: expectation != nil, &done) { return difference }
        let after = try await arrive(at: [step.after] + following, step, &done)
        if let difference = after.difference { return difference.named(.screenAfter, step.index) }
        guard let verdict = step.verdict, let expectation else {
            noteUnchecked(step)
            return nil
        }
        if attempt.verdict?.passed == verdict.passed {
            done.verdicts += 1
            return nil
        }
        return try await recheck(expectation, as: verdict, before: before.sight, step: step.index, &done)
    }

    // MARK: Screens

    private struct Arrival {
        var sight: Sight
        var difference: ReplayDifference?
    }

    /// Waits until the screen looks like one that was recorded.
    ///
    /// After an action the recorded screen may be one on the way, such as a page that was half there. So what was seen
    /// next counts as well.
    private mutating func arrive(
        at observations: [Observation], _ step: Step, _ done: inout ReplayedStep
    ) async throws -> Arrival {
        let wanted = observations.filter(\.isSettled).compactMap(RecordedScreen.init)
        let end = clock.now + replay.patience
        while true {
            let (sight, _) = try await walker.look()
            if wanted.isEmpty {
                note("The screen of step \(step.index) was moving or is missing in the trace, and was not compared.")
                return Arrival(sight: sight)
            }
            var nearest: (RecordedScreen, PixelDifference)?
            for screen in wanted {
                let comparison = screen.comparison(with: sight, replay.comparison)
                guard let difference = comparison.difference else {
                    if comparison.comparedPixels > 0 {
                        done.screens += 1
                    } else {
                        note("Nothing of the screen of step \(step.index) was to be compared.")
                    }
                    return Arrival(sight: sight)
                }
                if difference.changedPixels < nearest?.1.changedPixels ?? .max { nearest = (screen, difference) }
            }
            let left = end - clock.now
            if left > .zero, try await display.change(after: sight.serial, within: left) != nil { continue }
            guard let (screen, difference) = nearest else { return Arrival(sight: sight) }
            return Arrival(sight: sight, difference: ReplayDifference(of: sight, to: screen, difference))
        }
    }

    private mutating func number(_ sight: inout Sight) async throws {
        _ = try await MarkedPerception().view(&sight, after: marked, in: sandbox)
        marked = sight
    }

    // MARK: Verdicts

    /// Whether the action went as recorded.
    private func mismatch(
        _ step: Step, _ attempt: StepWalker.Attempt, isChecked: Bool, _ done: inout ReplayedStep
    ) -> ReplayDifference? {
        let isUndone = step.verdict?.saysUndone ?? false
        let own =
            attempt.reply.isError ? false : isChecked ? nil : attempt.verdict?.passed ?? (isUndone ? true : nil)
        // A verdict without a check is the action's own.
        let recorded = step.verdict.flatMap { $0.check == nil ? $0.passed : nil } ?? true
        if let own, case .exec = step.action { done.verdicts += own == recorded ? 1 : 0 }
        guard let own, own != recorded else { return nil }
        let words = attempt.reply.words.shortened(to: 300)
        return ReplayDifference(
            kind: .action, step: step.index,
            summary: own
                ? "“\(step.action.summary)” worked, and did not in the recorded run."
                : "“\(step.action.summary)” did not work, and did in the recorded run: \(words)")
    }

    private mutating func recheck(
        _ verdict: Verdict, before: Sight?, step: Int?, _ done: inout ReplayedStep
    ) async throws -> ReplayDifference? {
        guard let check = verdict.check, let expectation = Expectation(recorded: check), !expectation.needsJudge else {
            note("Not checked again, since the trace does not say how or a model was asked: \(verdict.claim)")
            return nil
        }
        return try await recheck(expectation, as: verdict, before: before, step: step, &done)
    }

    /// Checks until the answer is as recorded. What is not on the display can change without a change there.
    private mutating func recheck(
        _ expectation: Expectation, as recorded: Verdict, before: Sight?, step: Int?, _ done: inout ReplayedStep
    ) async throws -> ReplayDifference? {
        let end = clock.now + replay.patience
        while true {
            let (sight, _) = try await walker.look()
            let verdict = try await expectation.check(in: sandbox, before: before, after: sight, judge: nil)
            if verdict.passed == recorded.passed {
                done.verdicts += 1
                return nil
            }
            let left = end - clock.now
            guard left > .zero else {
                return ReplayDifference(
                    kind: .verdict, step: step,
                    summary: "“\(recorded.claim)” \(recorded.passed ? "held" : "did not hold") in the recorded run"
                        + " (\(recorded.evidence)), and now \(verdict.passed ? "does" : "does not")"
                        + " (\(verdict.evidence)).")
            }
            _ = try await display.change(after: sight.serial, within: min(left, .milliseconds(250)))
        }
    }

    private mutating func noteUnchecked(_ step: Step) {
        guard let verdict = step.verdict, !step.action.isOwnCheck else { return }
        note("Not checked again at step \(step.index): \(verdict.claim)")
    }

    private mutating func note(_ text: String) {
        if !result.notes.contains(text) { result.notes.append(text) }
    }
}

extension Action {
    /// Whether what was recorded of it says by itself whether it worked.
    fileprivate var isOwnCheck: Bool { if case .exec = self { true } else { false } }
}
