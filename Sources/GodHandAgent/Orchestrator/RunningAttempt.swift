import GodHandCore

/// An attempt that is under way.
struct RunningAttempt {
    let number: Int
    let control: RunControl
    /// The room that its machine takes.
    let claim: Int
    /// What the goal took before.
    let before: GoalExpense
    /// From where it goes on; nil if it began anew.
    var checkpoint: GoalCheckpoint?
    var task: Task<RunReport, any Error>?
    var sandbox: Sandbox?
    var meter: AttemptMeter?
    /// How long it ran up to now, or up to ``runsSince``.
    var ran = Duration.zero
    /// Since when it runs; nil while it is held.
    var runsSince: Duration?
    /// Why it was broken off.
    var abort: Abort?
    /// What it came to is written down.
    var isSettled = false

    /// Why an attempt is broken off.
    enum Abort {
        case cancelled
        case limit(String)
        case checkpointed
        case interrupted
    }

    /// The machine that its run is on.
    var current: Sandbox? { control.read(\.sandbox) ?? sandbox }

    func time(at now: Duration) -> Duration { ran + (runsSince.map { now - $0 } ?? .zero) }

    /// What the goal took by now.
    func spent(at now: Duration) -> GoalExpense {
        var expense = meter?.expense ?? GoalExpense()
        expense.time = time(at: now)
        return before + expense
    }
}

/// The time by which an orchestrator waits.
struct OrchestratorTime: Sendable {
    let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration

    init<C: Clock>(_ clock: C) where C.Duration == Duration {
        self.clock = clock
        let origin = clock.now
        elapsed = { origin.duration(to: clock.now) }
    }

    /// Since it was made.
    var now: Duration { elapsed() }

    func sleep(for duration: Duration) async throws { try await clock.sleep(for: duration) }
}
