import Foundation
import GodHandCore
import Logging

/// One attempt from its machine to its end.
extension Orchestrator {
    /// How long a run that was told to stop may take for it.
    private static let grace = Duration.seconds(10)

    /// Sees an attempt through. It is in the journal already.
    func attempt(_ id: GoalID, on warm: WarmMachine?) async {
        let task = Task { try await self.performAttempt(id, on: warm) }
        running[id]?.task = task
        if running[id]?.abort != nil { task.cancel() }
        let result = await task.result
        // Unless the work came to an end by itself, in which case it is done.
        settle(id, result)
        // A machine that was kept ready is the pool's, and used now.
        if let warm { await discard(warm.sandbox) }
        await discardStored(id)
        guard let ended = running.removeValue(forKey: id) else { return }
        budget.release(ended.claim)
        if let goal = goals[id], goal.state == .queued {
            let isFailure = if case .failed = goal.attempts.last?.end { true } else { false }
            let pause = isFailure ? settings.retries.pause(after: goal.failures) : .zero
            queue.add(id, goal.request, notBefore: time.now + pause)
        }
        signal.give()
    }

    private func performAttempt(_ id: GoalID, on warm: WarmMachine?) async throws -> RunReport {
        try await backend.withSandboxScope(ledger: ledger) { scope in
            let (sandbox, checkpoint) = try await machine(for: id, on: warm, in: scope)
            guard let goal = goals[id], let current = running[id] else { throw CancellationError() }
            let meter = AttemptMeter(isResumption: checkpoint != nil) { [weak self] event in
                await self?.follow(id, event)
            }
            running[id]?.sandbox = sandbox
            running[id]?.meter = meter
            running[id]?.runsSince = time.now
            let left = goal.request.limits.left(after: current.before)
            let attempt = Attempt(
                goal: id, request: goal.request, number: current.number, sandbox: sandbox, scope: scope,
                control: current.control, limits: checkpoint.map { left.raised(by: $0.spent) } ?? left,
                checkpoint: checkpoint, root: settings.directory, meter: meter)
            log.add(.started(attempt: current.number, on: sandbox.id), to: id)
            async let _: Void = keepTime(of: id, current.control, limit: left.time)
            async let _: Void = suspendWhenIdle(id, current.control)
            // Now, not once the machine is gone: if the process dies in between, what is done is not done again.
            do {
                let report = try await work(attempt)
                settle(id, .success(report))
                return report
            } catch {
                settle(id, .failure(error))
                throw error
            }
        }
    }

    /// A machine: one that is ready, one that is made of the checkpoint, or a new one.
    private func machine(
        for id: GoalID, on warm: WarmMachine?, in scope: SandboxScope
    ) async throws -> (Sandbox, GoalCheckpoint?) {
        guard let goal = goals[id] else { throw CancellationError() }
        if let checkpoint = goal.checkpoint {
            do { return (try await scope.restore(checkpoint.snapshot), checkpoint) } catch let error as GodHandError
                where error.code == .notFound || error.code == .dataDamaged
            {
                // Somebody removed what was stored: then it begins anew.
                var goal = goals[id] ?? goal
                goal.checkpoint = nil
                if !goal.attempts.isEmpty { goal.attempts[goal.attempts.count - 1].isResumption = false }
                running[id]?.checkpoint = nil
                note("checkpoint-lost", goal)
            }
        }
        if let warm, await awaken(warm) { return (warm.sandbox, nil) }
        return (try await scope.create(goal.request.spec), nil)
    }

    /// Hears what happens in a run.
    private func follow(_ id: GoalID, _ event: RunEvent) {
        log.add(.run(event), to: id)
        guard case .step = event, var goal = goals[id], let attempt = running[id] else { return }
        goal.spent = attempt.spent(at: time.now)
        note("step", goal, isDurable: false)
        if let limit = goal.spent.reached(goal.request.limits) { abort(id, .limit(limit)) }
    }

    // MARK: Ends

    /// Breaks an attempt off.
    func abort(_ id: GoalID, _ reason: RunningAttempt.Abort) {
        guard running[id] != nil, running[id]?.abort == nil else { return }
        running[id]?.abort = reason
        // A run that a limit ends tells of its end by itself.
        if case .limit(let words) = reason {
            running[id]?.control.stop(words)
        } else {
            running[id]?.task?.cancel()
        }
    }

    /// Draws the consequence of an attempt.
    private func settle(_ id: GoalID, _ result: Result<RunReport, any Error>) {
        guard let attempt = running[id], !attempt.isSettled, var goal = goals[id], !goal.attempts.isEmpty else {
            return
        }
        running[id]?.isSettled = true
        attempt.control.end()
        goal.spent = attempt.spent(at: time.now)
        let outcome: Outcome
        switch result {
        case .success(let report):
            outcome = report.outcome
            if attempt.meter?.events == 0 {
                goal.spent.steps += report.steps.count
                goal.spent.cost = goal.spent.cost + report.cost
            }
        case .failure(let error): outcome = Outcome(endedBy: error)
        }
        let end = end(of: attempt, outcome)
        goal.attempts[goal.attempts.count - 1].end = end.attempt
        goal.attempts[goal.attempts.count - 1].endedAt = Date()
        // As a person left it, not as it was when the machine was stored.
        goal.checkpoint?.hold = attempt.control.hold
        goals[id] = goal
        if let outcome = end.goal { return finish(id, outcome) }
        if case .failed(let code, let message) = end.attempt,
            !settings.retries.isRetryable(code) || goal.failures >= goal.request.attempts
        {
            return finish(id, .failed(code: code, message: message))
        }
        goal.state = .queued
        note("requeued", goal)
        log.add(.requeued(end.attempt), to: id)
    }

    /// What an attempt came to, and the goal, if that is over.
    private func end(of attempt: RunningAttempt, _ outcome: Outcome) -> (attempt: GoalAttempt.End, goal: Outcome?) {
        // What was reached is reached, even if it should have been broken off.
        if case .achieved = outcome { return (.finished, outcome) }
        switch attempt.abort {
        case .cancelled: return (.finished, Self.cancelled)
        case .limit(let words): return (.finished, .stopped(words))
        case .checkpointed: return (.checkpointed, nil)
        case .interrupted: return (.interrupted, nil)
        case nil: break
        }
        if let reason = attempt.control.read(\.stopReason) { return (.finished, .stopped(reason)) }
        if case .failed(let code, let message) = outcome { return (.failed(code: code, message: message), nil) }
        return (.finished, outcome)
    }

    // MARK: Watching

    /// Counts the time that a run takes while nobody holds it, and stops it when that is used up. A run that does not stop
    /// when it is told to is cancelled.
    private func keepTime(of id: GoalID, _ control: RunControl, limit: Duration?) async {
        do {
            while control.read(\.stopReason) == nil {
                try await control.wait { !$0.isHeld }
                running[id]?.runsSince = time.now
                let left = limit.map { $0 - (running[id]?.ran ?? .zero) }
                let isOver: Void? = try await control.perform(unless: { $0.isHeld || $0.stopReason != nil }) { [time] in
                    try await time.sleep(for: left ?? .seconds(1 << 40))
                }
                stopTime(of: id)
                if isOver != nil { abort(id, .limit("The limit of \(goals[id]?.limitText ?? "time").")) }
            }
            try await time.sleep(for: Self.grace)
            running[id]?.task?.cancel()
        } catch {
            // The attempt is over.
            stopTime(of: id)
        }
    }

    private func stopTime(of id: GoalID) {
        guard var attempt = running[id] else { return }
        attempt.ran = attempt.time(at: time.now)
        attempt.runsSince = nil
        running[id] = attempt
    }

    /// Lets the machine stand still while nobody needs it.
    private func suspendWhenIdle(_ id: GoalID, _ control: RunControl) async {
        guard let patience = settings.suspendsAfter else { return }
        do {
            while true {
                try await control.wait { $0.mayBeSuspended }
                let isOver: Void? = try await control.perform(unless: { !$0.mayBeSuspended }) { [time] in
                    try await time.sleep(for: patience)
                }
                guard isOver != nil, let sandbox = running[id]?.current, let pausing = sandbox.machine.pausing,
                    control.suspend()
                else { continue }
                defer { control.awaken() }
                try await pausing.pause()
                if let claim = running[id]?.claim { budget.setProcessors(0, of: claim) }
                log.add(.suspended, to: id)
                signal.give()
                try? await control.wait { !$0.mayBeSuspended }
                // A machine that does not go on fails with the run's next action.
                try? await shielded { try await pausing.resume() }
                if let claim = running[id]?.claim { budget.setProcessors(sandbox.spec.cpus, of: claim) }
                log.add(.awakened, to: id)
                try Task.checkCancellation()
            }
        } catch {
            // The attempt is over, or the machine cannot stand still, which the run does not need.
        }
    }
}

extension GoalStatus {
    fileprivate var limitText: String? { request.limits.time?.formattedSeconds }
}
