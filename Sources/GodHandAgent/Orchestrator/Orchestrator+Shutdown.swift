import Foundation
import GodHandCore
import Logging

/// Storing machines in the middle of a goal, and ending.
extension Orchestrator {
    /// Holds the run of a goal before its next step, stores its machine, and lets it go on. If the process dies after that,
    /// the next orchestrator goes on from there instead of from the beginning.
    ///
    /// A machine that can store its memory goes on with all its programs; of another the disk is stored, and its programs
    /// start anew.
    ///
    /// - Parameters:
    ///   - id: The goal.
    ///   - time: How long to wait until the run holds.
    /// - Throws: `GodHandError` with `not-found` if it is not worked on, `unsupported` if its machine cannot be stored or
    ///   its work tells nothing, `deadline`, or a code of the backend.
    @discardableResult
    public func checkpoint(_ id: GoalID, within time: Duration = .seconds(30)) async throws -> GoalCheckpoint {
        guard let control = running[id]?.control else {
            throw GodHandError(.notFound, "Goal \(id) is not worked on.", hint: "Wait until it has started.")
        }
        control.beginStoring()
        defer { control.endStoring() }
        return try await store(id, within: time)
    }

    /// Ends the orchestrator, and waits for that. What has not ended stays in the journal for the next one.
    ///
    /// A second call may be stricter than the first.
    public func shutdown(_ mode: Shutdown) async {
        guard phase != .over else { return }
        switch mode {
        case .drain: if phase == .open { phase = .draining }
        case .finish: phase = .finishing
        case .checkpoint: phase = .finishing
        }
        signal.give()
        if case .checkpoint(let limit) = mode {
            await withTaskGroup(of: Void.self) { group in
                for id in running.keys { group.addTask { await self.storeAndStop(id, within: limit) } }
            }
        }
        await shielded { await self.waitForTheEnd() }
    }

    private func waitForTheEnd() async {
        while phase != .over {
            let seen = signal.count
            if phase == .over { return }
            await signal.wait(after: seen, atMost: nil, clock: time.clock)
        }
    }

    private func storeAndStop(_ id: GoalID, within limit: Duration) async {
        // Held until it is broken off: what is done after it was stored would be lost.
        guard let control = running[id]?.control else { return }
        control.beginStoring()
        defer { control.endStoring() }
        do {
            // Whoever ends the program has cancelled this task, perhaps.
            try await shielded { _ = try await self.store(id, within: limit) }
            abort(id, .checkpointed)
        } catch {
            // What has ended meanwhile needs no storing; only its machine is still there.
            guard running[id]?.isSettled == false else { return }
            Logger.current.info(
                "A goal is interrupted, since it could not be stored",
                metadata: ["godhand.goal": "\(id)", "godhand.error": "\(error)"])
            abort(id, .interrupted)
        }
    }

    /// Stores the machine of a run that is being held.
    private func store(_ id: GoalID, within limit: Duration) async throws -> GoalCheckpoint {
        guard let attempt = running[id], let meter = attempt.meter, let before = attempt.current, meter.events > 0
        else {
            throw GodHandError(
                .unsupported, "Goal \(id) cannot be stored: nothing of its run is known.",
                hint: "Let its work use the attempt's recorder and control.")
        }
        try await withDeadline(limit, clock: time.clock, "Waiting for the run of goal \(id) to hold") {
            try await attempt.control.wait { $0.idlers > 0 || $0.isOver }
        }
        guard !attempt.control.read(\.isOver) else { throw isOver(id) }
        let sandbox = running[id]?.current ?? before
        let events = meter.events
        let snapshot = try await take(sandbox, for: id)
        // The work may have come to an end meanwhile.
        guard var goal = goals[id], let now = running[id], now.number == attempt.number, !now.isSettled else {
            await abandon(snapshot, of: id)
            throw isOver(id)
        }
        // The one before is not needed any more, and known until it is gone.
        goal.discard(goal.checkpoint?.snapshot)
        let checkpoint = GoalCheckpoint(
            snapshot: snapshot, attempt: attempt.number, events: events,
            spent: (attempt.checkpoint?.spent ?? GoalExpense()) + meter.expense, hold: attempt.control.hold)
        goal.checkpoint = checkpoint
        goal.storing = nil
        do { try record("checkpointed", goal) } catch {
            await abandon(snapshot, of: id)
            throw error
        }
        log.add(.checkpointed(checkpoint), to: id)
        await discardStored(id)
        return checkpoint
    }

    /// Stores a machine. Its name is in the journal before.
    private func take(_ sandbox: Sandbox, for id: GoalID) async throws -> Snapshot {
        let name = SandboxID.unique()
        let keepsMemory = sandbox.machine.memorySnapshots != nil && backend.memoryRestoring != nil
        let intended: Snapshot =
            keepsMemory
            ? .memory(MemorySnapshot(id: name, backend: backend.name, origin: sandbox.id, spec: sandbox.spec))
            : .filesystem(FilesystemSnapshot(id: name, backend: backend.name, origin: sandbox.id, spec: sandbox.spec))
        guard var goal = goals[id] else { throw CancellationError() }
        goal.storing = intended
        try record("storing", goal)
        do {
            return try await withDeadline(sandbox.spec.timeouts.snapshot, "Storing \(sandbox.id)") {
                keepsMemory
                    ? .memory(try await sandbox.takeMemorySnapshot(name))
                    : .filesystem(try await sandbox.takeFilesystemSnapshot(name))
            }
        } catch {
            // Perhaps it is there all the same.
            await abandon(intended, of: id)
            throw error
        }
    }

    /// Deletes what was stored, or half stored, for nothing.
    private func abandon(_ snapshot: Snapshot, of id: GoalID) async {
        guard var goal = goals[id] else {
            try? await shielded { [scope] in try await scope.discard(snapshot) }
            return
        }
        if goal.storing?.id == snapshot.id { goal.storing = nil }
        goal.discard(snapshot)
        note("abandoned", goal)
        await shielded { await self.discardStored(id) }
    }

    private func isOver(_ id: GoalID) -> GodHandError {
        GodHandError(.notFound, "The run of goal \(id) is over.", hint: "Its outcome is in its status.")
    }

    /// Deletes what a goal had stored and does not need any more. What cannot be deleted now, the next orchestrator does.
    func discardStored(_ id: GoalID) async {
        for stored in goals[id]?.discarding ?? [] {
            do { try await scope.discard(stored) } catch { continue }
            guard var goal = goals[id] else { return }
            goal.forget(stored)
            note("discarded", goal)
            if goal.state == .finished { endings.update { ended, _ in ended[id] = goal } }
        }
    }
}
