import Foundation
import GodHandCore

/// Carries out planned steps one after the other. It remembers what it saw last, which often is what comes next.
struct StepWalker {
    let sandbox: Sandbox
    let display: any Display
    let pace: Walkthrough.Pace
    private var index = 0
    private var latest: Sight?

    init(sandbox: Sandbox, display: any Display, pace: Walkthrough.Pace) {
        self.sandbox = sandbox
        self.display = display
        self.pace = pace
    }

    /// An observation with the pixels that its picture was made of.
    private struct Sight {
        var observation: Observation
        var frame: Frame
        var serial: UInt64
    }

    /// Looks, acts, waits until the screen is still, verifies, and looks again.
    mutating func walk(_ planned: PlannedStep) async throws -> Step {
        let clock = ContinuousClock()
        let startedAt = Date()
        var timings = StepTimings()
        index += 1

        var mark = clock.now
        func lap(_ phase: WritableKeyPath<StepTimings, Duration>) {
            let now = clock.now
            timings[keyPath: phase] += now - mark
            mark = now
        }

        let before = try await look()
        lap(\.perceive)
        let decision = try await decide(planned, before.frame)
        lap(\.plan)
        var verdict = decision.verdict
        if verdict == nil {
            let ran = try await act(decision.action)
            lap(\.act)
            if decision.action.changesTheScreen { try await settle(after: before.serial) }
            lap(\.perceive)
            verdict = try await planned.expectation?.check(in: sandbox, context: CheckContext(before: before.frame))
            if verdict == nil || ran?.passed == false { verdict = ran ?? verdict }
            lap(\.verify)
        }
        var after = try await look()
        after.observation.changes = before.frame.difference(to: after.frame).boxes
        latest = after
        lap(\.perceive)
        return Step(
            index: index, intent: planned.intent, reasoning: planned.reasoning, action: decision.action,
            before: before.observation, after: after.observation, verdict: verdict, timings: timings,
            startedAt: startedAt)
    }

    /// What to do, or why it cannot be done.
    private func decide(
        _ planned: PlannedStep, _ frame: Frame
    ) async throws -> (action: Action, verdict: Verdict?) {
        switch planned.action {
        case .action(let action): return (action, nil)
        case .clickText(let text, let rect):
            let found = try await sandbox.readText(of: frame, in: rect)
            if let box = found.find(text) { return (.input(.click(at: box.center)), nil) }
            let claim = Assertion.textVisible(text, in: rect).claim
            return (
                .look,
                Verdict(passed: false, claim: claim, evidence: "read was: \(found.text.shortened(to: 300))")
            )
        }
    }

    /// - Returns: For commands, whether they succeeded.
    private func act(_ action: Action) async throws -> Verdict? {
        switch action {
        case .input(let input): try await display.input.perform(input)
        case .exec(let arguments):
            return try await Assertion.commandSucceeds(arguments).check(in: sandbox)
        case .open(let target): try await sandbox.open(target)
        case .wait(let duration): try await ContinuousClock().sleep(for: duration)
        case .look, .zoom, .cursorPosition, .element, .waitFor, .done, .fail, .ask: break
        }
        return nil
    }

    private func settle(after serial: UInt64) async throws {
        _ = try await display.settledFrame(
            quiet: pace.quiet, deadline: pace.deadline, after: serial, reaction: pace.reaction)
    }

    /// The screen at rest. If nothing has changed since the last look, that is what is seen still.
    private func look() async throws -> Sight {
        if var latest, try await display.state().serial == latest.serial {
            latest.observation.changes = []
            return latest
        }
        let settled = try await display.settledFrame(quiet: pace.quiet, deadline: pace.deadline)
        let screenshot = try await Self.encode(settled)
        let title = try await windowTitle()
        let observation = Observation(
            screenshot: screenshot, isSettled: settled.isSettled, windowTitle: title,
            cursor: try await display.state().cursor)
        return Sight(observation: observation, frame: settled.frame, serial: settled.serial)
    }

    /// An observation is worth having without a title: not every guest has the tool that tells it.
    private func windowTitle() async throws -> String? {
        guard sandbox.machine.shell != nil else { return nil }
        do { return try await sandbox.windowTitle() } catch let error as GodHandError where error.code == .execFailed {
            return nil
        }
    }

    @concurrent
    private static func encode(_ settled: SettledFrame) async throws -> Screenshot {
        try Screenshot(of: settled.frame, takenAt: settled.takenAt, serial: settled.serial)
    }
}

extension Action {
    /// Whether the screen may be expected to move after it.
    fileprivate var changesTheScreen: Bool {
        switch self {
        case .input, .element, .exec, .open: true
        case .look, .zoom, .cursorPosition, .wait, .waitFor, .done, .fail, .ask: false
        }
    }
}

extension Sandbox {
    /// Opens an address in the browser, or starts a program, and does not wait for it.
    ///
    /// Its standard streams lead nowhere, so that it is not tied to the command that started it.
    func open(_ target: String) async throws {
        let program = target.contains("://") ? ["firefox-esr", "--new-window", target] : [target]
        guard !target.hasPrefix("-"), !target.isEmpty else {
            throw GodHandError(.invalidRequest, "'\(target.shortened(to: 80))' is neither a program nor an address.")
        }
        let result = try await exec(
            ["sh", "-c", #"exec setsid -f "$@" </dev/null >/dev/null 2>&1"#, "sh"] + program, timeout: .seconds(10))
        guard result.isSuccess else {
            throw GodHandError(
                .execFailed, "'\(program[0])' could not be started: \(result.status).",
                hint: "Use an image in which it is installed.")
        }
    }
}
