public import GodHandCore

/// Ends what a run may do when it has done enough of it.
///
/// What was asked for counts, also if another policy refused it then. What is used up does not come back.
public struct BudgetPolicy: ActionPolicy {
    /// The most actions that do something.
    public var actions = 1_000
    /// The most commands.
    public var commands = 50
    /// The most programs and addresses that are opened.
    public var opened = 50
    /// The most bytes that are typed.
    public var typedBytes = 256 << 10
    /// The longest time from the first action on.
    public var time: Duration = .seconds(3_600)

    private let elapsed: @Sendable () -> Duration
    private let spent = Mutexed<[SandboxID: Spent]>([:])

    private struct Spent: Sendable {
        var actions = 0
        var commands = 0
        var opened = 0
        var typedBytes = 0
        var began: Duration
    }

    /// The usual budget.
    public init() { self.init(clock: ContinuousClock()) }

    /// The usual budget, with the time of another clock.
    public init<C: Clock>(clock: C) where C.Duration == Duration {
        let origin = clock.now
        elapsed = { origin.duration(to: clock.now) }
    }

    /// Counts the action.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        guard action.isEffectful else { return .allow }
        let now = elapsed()
        let spent = spent.withLock { all in
            var spent = all[context.sandbox.id] ?? Spent(began: now)
            spent.actions += 1
            if case .exec = action { spent.commands += 1 }
            if case .open = action { spent.opened += 1 }
            spent.typedBytes += min(action.typedText?.utf8.count ?? 0, 1 << 20)
            all[context.sandbox.id] = spent
            return spent
        }
        if now - spent.began > time { return .deny("The time for this run is used up.") }
        if spent.actions > actions { return .deny("The \(actions) actions of this run are used up.") }
        let typedNow = action.typedText?.utf8.count ?? 0
        if case .exec = action, spent.commands > commands {
            return .deny("The \(commands) commands of this run are used up.")
        }
        if case .open = action, spent.opened > opened {
            return .deny("The run has opened \(opened) things, and may open no more.")
        }
        if typedNow > 0, spent.typedBytes > typedBytes {
            return .deny("The \(typedBytes) bytes that may be typed are used up.")
        }
        return .allow
    }
}
