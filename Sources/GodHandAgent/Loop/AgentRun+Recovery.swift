import Foundation
import GodHandCore

/// The stored machine of a run, if it has one.
struct RestoreState {
    var points: RestorePoints?
    var stored: Snapshot?
    /// After which step it was stored.
    var step = 0
    /// How often the machine was put back.
    var restores = 0
    /// How many verified steps came since.
    var verified = 0
}

/// Noticing that nothing works, and what is tried then; and noticing that the goal is reached.
extension AgentRun {
    /// Draws the consequence of a step.
    func learn(from step: Step?) async throws {
        guard let step, outcome == nil else { return }
        switch setbacks.add(step.action, changed: !step.after.changes.isEmpty, passed: step.verdict?.passed) {
        case .none: break
        case .tell(let words): notices.append(.text(words))
        case .replan(let reason):
            try await record(.intervention(Intervention(.replanned, reason)))
            notices.append(
                .text(
                    "\(reason) What you try does not work. Think again about what you see, and reach the goal in "
                        + "another way."))
        case .giveUp(let reason):
            open?.broken = "Nothing before it worked."
            if try await !restore(because: reason) { outcome = .stopped("Nothing works any more. \(reason)") }
        }
        guard step.verdict?.passed == true else {
            if step.verdict != nil { store.verified = 0 }
            return
        }
        store.verified += 1
        if let points = store.points, store.verified >= max(1, points.every) { try await storeAgain() }
    }

    /// Believes the model that it is done, if the goal's checks do.
    func finish(_ call: ActionCall, _ answer: String, _ startedAt: Date) async throws -> Step? {
        var timings = StepTimings()
        var lap = Lap()
        var verdicts: [Verdict] = []
        for check in goal.checks {
            let verdict = try await check.check(in: sandbox)
            verdicts.append(verdict)
            try await record(.check(verdict))
        }
        lap.end(&timings.verify)
        report.checks = verdicts.map { settings.redactor?.redacted($0) ?? $0 }
        let shortfall = verdicts.lazy.compactMap(\.shortfall).first
        let whole = Verdict(
            passed: shortfall == nil, claim: "the goal is reached", evidence: shortfall ?? "all checks passed",
            parts: verdicts)
        let step = try await step(call, .done(answer), startedAt, timings, verdict: verdicts.isEmpty ? nil : whole)
        guard let shortfall else {
            outcome = .achieved(answer.isEmpty ? nil : answer)
            return step
        }
        guard outcome == nil else { return step }
        falseDones += 1
        try await record(.intervention(Intervention(.falseDone, shortfall)))
        if falseDones >= max(1, settings.recovery.falseDones) {
            outcome = .abandoned("The model said \(falseDones) times that it was done, but it was not. \(shortfall)")
        } else {
            _ = refuse(call, "The goal is not reached yet.", because: shortfall)
        }
        return step
    }

    // MARK: Stored machines

    /// Stores the machine as it is at the beginning, if it can be stored.
    func storeFirst() async throws {
        guard store.points != nil else { return }
        guard sandbox.machine.memorySnapshots != nil || sandbox.machine.filesystemSnapshots != nil else {
            store.points = nil
            return
        }
        try await storeAgain()
    }

    /// Makes a snapshot that another process left this run's own: it goes when there is a newer one, or at the end.
    func takeOver(_ snapshot: Snapshot, after step: Int) {
        guard store.points?.outliveProcess == true else { return }
        store.stored = snapshot
        store.step = step
    }

    private func storeAgain() async throws {
        guard let points = store.points else { return }
        let old = store.stored
        let clock = ContinuousClock()
        let began = clock.now
        let new = try await points.store(sandbox)
        store.stored = new
        store.step = report.steps.count + stepsBefore
        store.verified = 0
        try await record(
            .lifecycle(LifecycleEvent(new, outlivesProcess: points.outliveProcess, took: clock.now - began)))
        if let old { try await discard(old, points) }
    }

    /// Deletes what was stored. What cannot be deleted now goes with its scope.
    private func discard(_ stored: Snapshot, _ points: RestorePoints) async throws {
        do { try await points.discard(stored) } catch { return }
        try await record(
            .lifecycle(LifecycleEvent(.discarded, sandbox: stored.origin, origin: stored.id.rawValue)))
    }

    /// Goes back to the last good state.
    ///
    /// - Returns: False if there is none, or it was gone back to often enough.
    private func restore(because reason: String) async throws -> Bool {
        guard let points = store.points, let stored = store.stored, store.restores < points.limit else { return false }
        let clock = ContinuousClock()
        let began = clock.now
        sandbox = try await points.restore(stored).masked(by: settings.masks)
        store.restores += 1
        report.restoredAs = sandbox.id
        forgetMachine()
        sight = nil
        setbacks.reset()
        try await record(
            .lifecycle(
                LifecycleEvent(
                    .restored, sandbox: sandbox.id, origin: stored.id.rawValue, took: clock.now - began)))
        let when = store.step == 0 ? "before your first step" : "after step \(store.step)"
        let what =
            switch stored.preserves {
            case .filesystem: "its files are as they were \(when), and programs that were open then are not any more"
            case .memory: "its files and its programs are as they were \(when)"
            }
        notices.append(.text("\(reason) So the machine was put back: \(what). Reach the goal in another way."))
        return true
    }

    /// Deletes what is stored at the end of a run, unless somebody may want to go on from it.
    func discardStored(after outcome: Outcome) async {
        guard let points = store.points, let stored = store.stored else { return }
        store.stored = nil
        if points.outliveProcess, outcome.mayGoOn { return }
        let recorder = recorder
        // One that cannot be deleted now goes with its scope, and that it could not be recorded matters less.
        try? await shielded {
            try await points.discard(stored)
            try await recorder?.record(
                .lifecycle(LifecycleEvent(.discarded, sandbox: stored.origin, origin: stored.id.rawValue)))
        }
    }
}

extension Outcome {
    /// Whether a run that ended so may be worth going on with.
    var mayGoOn: Bool {
        switch self {
        case .achieved, .abandoned: false
        case .stopped, .failed: true
        }
    }
}
