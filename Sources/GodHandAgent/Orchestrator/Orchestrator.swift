import Foundation
public import GodHandCore
import Logging

/// Works on many goals at once, each on a machine of its own, as many as the host has room for.
///
/// ```swift
/// try await withOrchestrator(on: DockerBackend(), settings) { attempt in
///     try await attempt.pursue(by: agent)
/// } body: { orchestrator in
///     let id = try await orchestrator.submit(GoalRequest("Find when Alan Turing was born"))
///     print(try await orchestrator.end(of: id).outcome as Any)
/// }
/// ```
/// You get one from ``withOrchestrator(on:_:ledger:work:body:)``. With a directory in its settings it keeps a journal, and
/// the next orchestrator of that directory goes on where this one ended, however it ended.
public actor Orchestrator {
    /// What is done in each attempt.
    public typealias Work = @concurrent @Sendable (_ attempt: Attempt) async throws -> RunReport

    let backend: any SandboxBackend
    let settings: OrchestratorSettings
    let work: Work
    /// Where machines live that no attempt has: those that are kept ready.
    let scope: SandboxScope
    let ledger: OwnerLedger
    let time: OrchestratorTime
    nonisolated let log: EventLog
    let signal = Signal()
    /// Goals that are over, and who waits for one.
    let endings = WaitList<[GoalID: GoalStatus], GoalID, GoalStatus>([:])

    private let journal: GoalJournal?
    var goals: [GoalID: GoalStatus] = [:]
    var queue = GoalQueue()
    var budget: HostBudget
    var shelves: [SandboxSpec: WarmShelf] = [:]
    var running: [GoalID: RunningAttempt] = [:]
    var phase = Phase.open
    /// Why what is next does not begin.
    var obstacle: String?

    enum Phase {
        case open
        /// All that is known is worked on; nothing more is taken.
        case draining
        /// Nothing more begins.
        case finishing
        case over
    }

    init(
        on backend: any SandboxBackend, _ settings: OrchestratorSettings, journal: sending GoalJournal?,
        scope: SandboxScope, ledger: OwnerLedger, time: OrchestratorTime, work: @escaping Work
    ) throws {
        self.backend = backend
        self.settings = settings
        self.work = work
        self.scope = scope
        self.ledger = ledger
        self.time = time
        self.journal = journal
        log = EventLog(limit: settings.eventBacklog)
        budget = HostBudget(settings.share)
        for pool in settings.warm { shelves[try pool.validated().spec] = WarmShelf(pool: pool) }
    }

    // MARK: Goals

    /// Hands a goal in. When this returns it is in the journal.
    ///
    /// - Parameters:
    ///   - request: What to reach.
    ///   - id: Its name. Whoever chooses it may submit again after an answer that got lost: the same request under the same
    ///     name is the same goal.
    /// - Returns: Its name.
    /// - Throws: `GodHandError` with `request.invalid`; `limit` if it could never fit on this host, or too many wait;
    ///   `name.taken` if another request has the name; `scope-closed` after a shutdown; `disk.full` or `host.failed`.
    @discardableResult
    public func submit(_ request: GoalRequest, as id: GoalID = .unique()) throws -> GoalID {
        let request = try request.validated()
        if let known = goals[id] {
            guard known.request == request else {
                throw GodHandError(.nameTaken, "Another goal is called \(id).", hint: "Choose another name.")
            }
            return id
        }
        guard phase == .open else {
            throw GodHandError(.scopeClosed, "The orchestrator is ending and takes no more goals.")
        }
        guard queue.count < settings.queueLimit else {
            throw GodHandError(
                .limitExceeded, "\(queue.count) goals wait already.", hint: "Submit it when some have ended.")
        }
        if case .never(let why) = budget.answer(to: demand(of: request.spec), try settings.measure()) {
            throw GodHandError(.limitExceeded, "The goal can never begin. \(why)", hint: "Ask for a smaller machine.")
        }
        let goal = GoalStatus(id: id, request: request, submittedAt: Date())
        try record("submitted", goal)
        queue.add(id, request)
        log.add(.submitted, to: id)
        signal.give()
        return id
    }

    /// How a goal stands; nil if it is not known, or was forgotten.
    public func status(of id: GoalID) -> GoalStatus? { goals[id] }

    /// How all goals stand, oldest first.
    ///
    /// - Parameter group: Whose; nil for everybody's.
    public func list(group: String? = nil) -> [GoalStatus] {
        goals.values.filter { group == nil || $0.request.group == group }.sorted {
            ($0.submittedAt, $0.id.rawValue) < ($1.submittedAt, $1.id.rawValue)
        }
    }

    /// Waits until a goal is over, or tells at once how it ended.
    ///
    /// - Throws: `GodHandError` with `not-found`; `scope-closed` if the orchestrator ends first, and the goal is left to the
    ///   next one; `CancellationError`.
    public func end(of id: GoalID) async throws -> GoalStatus {
        guard goals[id] != nil else { throw unknown(id) }
        if phase == .over, endings.update({ ended, _ in ended[id] }) == nil { throw left(id) }
        return try await endings.wait(id) { $0[id].map { .success($0) } }
    }

    /// Ends a goal: one that waits at once, one that is worked on as soon as its machine is let go.
    ///
    /// - Returns: False if it was over already.
    /// - Throws: `GodHandError` with `not-found`, `disk.full` or `host.failed`.
    @discardableResult
    public func cancel(_ id: GoalID) throws -> Bool {
        guard let goal = goals[id] else { throw unknown(id) }
        guard goal.state != .finished else { return false }
        if running[id] != nil {
            abort(id, .cancelled)
        } else {
            _ = queue.remove(id)
            finish(id, Self.cancelled)
            signal.give()
        }
        return true
    }

    /// Forgets a goal that is over.
    ///
    /// - Returns: False if it is not over, or not known.
    @discardableResult
    public func forget(_ id: GoalID) -> Bool {
        guard goals[id]?.state == .finished else { return false }
        goals[id] = nil
        endings.update { ended, _ in ended[id] = nil }
        return true
    }

    /// What happens from now on.
    ///
    /// - Parameters:
    ///   - id: To which goal; nil for all.
    ///   - number: The event after which to begin, to go on after a connection was lost; nil for now.
    public nonisolated func events(of id: GoalID? = nil, after number: Int? = nil) -> OrchestratorEvents {
        OrchestratorEvents(log: log, goal: id, start: max(0, number ?? log.last))
    }

    /// The machine and the reins of a goal that is worked on, to watch it and to step in; nil if it has no machine now.
    public func running(_ id: GoalID) -> RunningGoal? {
        guard let attempt = running[id], let sandbox = attempt.current else { return nil }
        return RunningGoal(attempt: attempt.number, sandbox: sandbox, control: attempt.control)
    }

    /// What is going on.
    public var load: OrchestratorLoad {
        OrchestratorLoad(
            queued: queue.count, running: running.count, warm: shelves.values.reduce(0) { $0 + $1.ready.count },
            obstacle: queue.count > 0 ? obstacle : nil)
    }

    // MARK: Parts

    static let cancelled = Outcome.stopped("It was cancelled.")

    func demand(of spec: SandboxSpec) -> HostBudget.Demand {
        HostBudget.Demand(memory: spec.memory, processors: spec.cpus)
    }

    /// Writes a change down, and only then believes it.
    func record(_ kind: String, _ goal: GoalStatus, isDurable: Bool = true) throws {
        var all = goals
        all[goal.id] = goal
        try journal?.append(kind, goal, among: all, isDurable: isDurable)
        goals = all
    }

    /// Writes down what has happened already. If that fails the next line brings it along.
    func note(_ kind: String, _ goal: GoalStatus, isDurable: Bool = true) {
        do { try record(kind, goal, isDurable: isDurable) } catch {
            goals[goal.id] = goal
            Logger.current.info(
                "A change could not be written to the journal",
                metadata: ["godhand.goal": "\(goal.id)", "godhand.error": "\(error)"])
        }
    }

    /// Takes up what an earlier orchestrator left.
    func takeUp() {
        guard let journal else { return }
        goals = journal.goals
        for var goal in list() {
            if let storing = goal.storing {
                goal.storing = nil
                goal.discard(storing)
                goals[goal.id] = goal
            }
            switch goal.state {
            case .finished: endings.update { ended, _ in ended[goal.id] = goal }
            case .queued: queue.add(goal.id, goal.request)
            case .running:
                if !goal.attempts.isEmpty { goal.attempts[goal.attempts.count - 1].end = .lost }
                goal.state = .queued
                note("lost", goal)
                if goal.failures < goal.request.attempts {
                    queue.add(goal.id, goal.request)
                    log.add(.requeued(.lost), to: goal.id)
                } else {
                    let message = "The process died in the last of its \(goal.failures) attempts."
                    finish(goal.id, .failed(code: .hostFailed, message: message))
                }
            }
        }
        if journal.damaged > 0 {
            Logger.current.info(
                "Lines of the journal were damaged; a copy of it was kept",
                metadata: ["godhand.lines": "\(journal.damaged)"])
        }
    }

    /// Gives the journal up, once nothing is worked on any more. What still refers to the orchestrator does not count.
    func close() { journal?.close() }

    private func unknown(_ id: GoalID) -> GodHandError {
        GodHandError(.notFound, "No goal is called \(id).", hint: "It was never submitted, or was forgotten.")
    }

    func left(_ id: GoalID) -> GodHandError {
        GodHandError(
            .scopeClosed, "The orchestrator ended before goal \(id) did.",
            hint: "The next orchestrator of the same directory goes on with it.")
    }
}

/// A goal that is worked on.
public struct RunningGoal: Sendable {
    /// Counted from one.
    public var attempt: Int
    /// Its machine now.
    public var sandbox: Sandbox
    /// The reins of its run: pause it, tell it something, drive by hand, stop it.
    public var control: RunControl
}

/// What is going on in an ``Orchestrator``.
public struct OrchestratorLoad: Sendable, Hashable {
    /// How many goals wait.
    public var queued: Int
    /// How many are worked on.
    public var running: Int
    /// How many machines are ready.
    public var warm: Int
    /// Why the next goal does not begin; nil if nothing waits for room.
    public var obstacle: String?
}
