import Foundation
import GodHandAgent
import GodHandCore
import HTTPTypes
import Logging
import Synchronization

/// The service without its wire: tasks, what is known of them, and what people do to them.
final class ServiceCore: Sendable {
    let orchestrator: Orchestrator
    let store: TaskStore
    let live: LiveTasks
    let metrics: ServiceMetrics
    let workplace: Workplace
    let bench: Workbench
    /// Where traces lie.
    let directory: URL
    /// How many tasks may wait.
    let queueLimit: Int
    private let draining = Mutex(false)

    init(
        orchestrator: Orchestrator, store: TaskStore, live: LiveTasks, metrics: ServiceMetrics, workplace: Workplace,
        bench: Workbench, directory: URL, queueLimit: Int
    ) {
        self.orchestrator = orchestrator
        self.store = store
        self.live = live
        self.metrics = metrics
        self.workplace = workplace
        self.bench = bench
        self.directory = directory
        self.queueLimit = queueLimit
    }

    /// Whether it ends, and takes nothing more.
    var isDraining: Bool { draining.withLock { $0 } }

    /// Takes nothing more.
    func drain() { draining.withLock { $0 = true } }

    // MARK: Tasks

    /// Hands a task in. When this returns, it is in the database and in the orchestrator's journal.
    ///
    /// - Parameter key: By which the same request, sent again, is known.
    /// - Returns: The task, and whether it is new.
    func submit(_ submission: TaskSubmission, key: String?) async throws -> (task: StoredTask, isNew: Bool) {
        guard !isDraining else { throw Problem.busy("The service is ending.", after: 10, status: .serviceUnavailable) }
        try workplace.require(submission.machine)
        let request = try submission.request(in: workplace).validated()
        guard await orchestrator.load.queued < queueLimit else {
            throw Problem.busy("\(queueLimit) tasks wait already.", after: 30)
        }
        let id = GoalID.unique()
        if case .known(let known) = try await store.insert(submission, as: id, key: key) { return (known, false) }
        do { try await orchestrator.submit(request, as: id) } catch {
            try await store.withdraw(id)
            throw error
        }
        metrics.count(.submissions)
        return (try await task(id), true)
    }

    /// A task as it stands.
    ///
    /// - Throws: ``Problem`` with 404 if it is not known.
    func task(_ id: GoalID) async throws -> StoredTask {
        guard var task = try await store.task(id) else { throw Problem.notFound("No task is called \(id).") }
        // What the orchestrator says is newer: it counts each step.
        if !task.isFinished, let status = await orchestrator.status(of: id) { task.status = status }
        return task
    }

    /// Asks for the end of a task.
    func cancel(_ id: GoalID) async throws -> StoredTask {
        guard !(try await task(id).isFinished) else {
            throw Problem.conflict("Task \(id) is over already.", hint: "DELETE forgets it.")
        }
        // First, so that it is not begun again by whoever comes after a crash.
        try await store.noteCancellation(of: id)
        try await orchestrator.cancel(id)
        try await sync(id)
        return try await task(id)
    }

    /// Forgets a task that is over, with all that it left.
    func delete(_ id: GoalID) async throws {
        let task = try await task(id)
        guard task.isFinished else {
            throw Problem.conflict("Task \(id) is not over.", hint: "Cancel it first, and wait for its end.")
        }
        // The files go first: what is not in the database any more would be found by nobody.
        let place = directory(of: id)
        if FileManager.default.fileExists(atPath: place.path(percentEncoded: false)) {
            try FileManager.default.removeItem(at: place)
        }
        guard try await store.delete(id) else { throw Problem.notFound("No task is called \(id).") }
        store.feed.ring()
    }

    /// The machine and the reins of a task that is worked on.
    ///
    /// - Throws: ``Problem`` with 409 if it has no machine now.
    func running(_ id: GoalID) async throws -> RunningGoal {
        if let running = await orchestrator.running(id) { return running }
        _ = try await task(id)
        throw Problem.conflict("Task \(id) is not worked on now.", hint: "Its state tells whether it waits or is over.")
    }

    func directory(of id: GoalID) -> URL { directory.appending(path: "goals/\(id)", directoryHint: .isDirectory) }

    // MARK: Following the orchestrator

    /// Takes over how a task stands.
    func sync(_ id: GoalID) async throws {
        if let status = await orchestrator.status(of: id) { try await store.take(status) }
    }

    /// Takes over how a task ended. The orchestrator remembers only so many that are over.
    private func end(_ id: GoalID, _ outcome: Outcome, at time: Date) async throws {
        if let status = await orchestrator.status(of: id) { return try await store.take(status) }
        guard let task = try await store.task(id) else { return }
        let known =
            try task.status
            ?? GoalStatus(id: id, request: task.submission.request(in: workplace), submittedAt: task.submittedAt)
        try await store.take(known.ended(outcome, at: time))
    }

    /// Takes up what an earlier process left: what the database knows and the orchestrator does not is handed in again.
    func recover() async throws {
        for status in await orchestrator.list() { try await store.take(status, isNews: true) }
        for task in try await store.unfinished() {
            if await orchestrator.status(of: task.id) == nil, try await !resubmit(task) { continue }
            if task.isCancelling { try await orchestrator.cancel(task.id) }
            try await sync(task.id)
        }
    }

    /// Hands a task in again. The process died between the two, or the journal is gone: then what was begun before begins
    /// again.
    ///
    /// - Returns: False if it is not taken. One task that cannot be done does not keep the others waiting.
    private func resubmit(_ task: StoredTask) async throws -> Bool {
        do {
            try await orchestrator.submit(task.submission.request(in: workplace), as: task.id)
            let attempts = task.status?.attempts.count ?? 0
            try await store.add(TaskEvent(.resubmitted, ["attemptsBefore": .integer(attempts)]), to: task.id)
            return true
        } catch let error as GodHandError {
            Logger.current.error(
                "A task could not be handed in again",
                metadata: ["godhand.goal": "\(task.id)", "godhand.error": "\(error)"])
            // With more room on the disk the next start may take it.
            guard ![.diskFull, .hostFailed].contains(error.code) else { return false }
            try await end(task.id, .failed(code: error.code, message: error.message), at: Date())
            return false
        }
    }

    /// Writes down what happens, until the orchestrator has ended.
    func follow() async throws {
        for try await event in orchestrator.events(after: 0) {
            do {
                if event.missed > 0 {
                    for task in try await store.unfinished() { try await sync(task.id) }
                }
                switch event.change {
                case .run: continue
                case .suspended: try await store.add(TaskEvent(.machine, ["machine": "suspended"]), to: event.goal)
                case .awakened: try await store.add(TaskEvent(.machine, ["machine": "awakened"]), to: event.goal)
                case .submitted, .started, .checkpointed, .requeued: try await sync(event.goal)
                case .finished(let outcome): try await end(event.goal, outcome, at: event.time)
                }
            } catch let error as CancellationError {
                throw error
            } catch {
                // The next event, or the next start, brings the database up to date.
                Logger.current.error(
                    "What happened to a task could not be written down",
                    metadata: ["godhand.goal": "\(event.goal)", "godhand.error": "\(error)"])
            }
        }
        for task in try await store.unfinished() { try await sync(task.id) }
    }
}
