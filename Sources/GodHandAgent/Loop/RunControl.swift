import GodHandCore
import Synchronization

/// The reins of a run: pause it, tell it something, drive by hand, stop it. From any task, at any time.
public final class RunControl: Sendable {
    struct State {
        var isPaused = false
        var isTakenOver = false
        /// A person drove since the agent looked last.
        var looksStale = false
        var stopReason: String?
        /// The run is over: it will not hold any more.
        var isOver = false
        var hints: [String] = []
        /// How many are about to store the machine: the run begins nothing meanwhile, and nobody has paused it.
        var storers = 0
        /// How many parts of the run wait for a person: nothing happens on the machine meanwhile.
        var idlers = 0
        /// The machine that the run is on now.
        var sandbox: Sandbox?
        /// Whoever runs the machine has paused it because of that.
        var isSuspended = false
        /// What happened here and is not in the trace yet.
        var news: [Intervention] = []
        fileprivate var version = 0
        fileprivate var nextWaiter = 0
        fileprivate var waiters: [Int: CheckedContinuation<Void, Never>] = [:]

        /// Nobody needs the machine: neither the run nor a person who drives.
        var mayBeSuspended: Bool { idlers > 0 && !isTakenOver && stopReason == nil }
        /// The run is to begin nothing, whoever wants that.
        var isHalted: Bool { isPaused || storers > 0 }
        /// The time of the run stands still.
        var isHeld: Bool { stopReason == nil && (isHalted || isTakenOver || idlers > 0) }
    }
    private let state = Mutex(State())

    /// Makes reins for one run.
    public init() {}

    /// Makes reins that are held as others were.
    convenience init(_ hold: RunHold) {
        self.init()
        if hold.isPaused { pause() }
        if hold.isTakenOver { takeOver() }
        for text in hold.hints { hint(text) }
    }

    /// Holds the run before its next turn and its next action, until ``resume()``.
    public func pause() {
        change { state in
            guard !state.isPaused else { return }
            state.isPaused = true
            state.news.append(Intervention(.paused))
        }
    }

    /// Lets a run go on after ``pause()``.
    public func resume() {
        change { state in
            guard state.isPaused else { return }
            state.isPaused = false
            state.news.append(Intervention(.resumed))
        }
    }

    /// Tells the model something with its next turn.
    public func hint(_ text: String) {
        change { state in
            state.hints.append(text)
            state.news.append(Intervention(.hint, text))
        }
    }

    /// Takes mouse and keyboard. The agent's actions are refused, not kept for later; one that waits is broken off.
    public func takeOver() {
        change { state in
            guard !state.isTakenOver else { return }
            state.isTakenOver = true
            state.looksStale = true
            state.news.append(Intervention(.takenOver))
        }
    }

    /// Gives mouse and keyboard back. The agent looks afresh before it goes on.
    public func handBack() {
        change { state in
            guard state.isTakenOver else { return }
            state.isTakenOver = false
            state.news.append(Intervention(.handedBack))
        }
    }

    /// Ends the run at once: a model that is thinking is dropped, and no further action happens.
    public func stop(_ reason: String = "It was stopped by a person.") {
        change { if $0.stopReason == nil { $0.stopReason = reason } }
    }

    /// Whether a person drives.
    public var isTakenOver: Bool { state.withLock(\.isTakenOver) }
    /// Whether somebody has paused it.
    public var isPaused: Bool { state.withLock(\.isPaused) }

    // MARK: For the loop

    /// How a person holds it now; nil if nobody does.
    var hold: RunHold? {
        read { state in
            let hold = RunHold(isPaused: state.isPaused, isTakenOver: state.isTakenOver, hints: state.hints)
            return hold == RunHold() ? nil : hold
        }
    }

    /// Holds the run before its next action, until as many have said ``endStoring()``.
    func beginStoring() { change { $0.storers += 1 } }
    func endStoring() { change { $0.storers -= 1 } }

    /// Says that the run is over.
    func end() { change { $0.isOver = true } }

    func read<Value: Sendable>(_ body: (State) -> Value) -> Value { state.withLock { body($0) } }

    /// Takes what has gathered of one kind.
    func take<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }

    /// Waits until something holds.
    ///
    /// - Throws: `CancellationError`.
    func wait(until condition: @Sendable (State) -> Bool) async throws {
        while true {
            let (holds, version) = state.withLock { (condition($0), $0.version) }
            if holds { return }
            await changed(since: version)
            try Task.checkCancellation()
        }
    }

    /// Waits for a person, and then until the machine goes on.
    ///
    /// - Throws: `CancellationError`, and what the body throws.
    func idling<Value>(_ body: () async throws -> Value) async throws -> Value {
        change { $0.idlers += 1 }
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        change { $0.idlers -= 1 }
        try await wait { !$0.isSuspended }
        return try result.get()
    }

    /// Says that the machine is going to stand still.
    ///
    /// - Returns: False if something is going on again, so that it must not.
    func suspend() -> Bool {
        take { state in
            guard state.mayBeSuspended else { return false }
            state.isSuspended = true
            return true
        }
    }

    /// Says that the machine goes on.
    func awaken() { change { $0.isSuspended = false } }

    private func changed(since version: Int) async {
        let id = state.withLock { state -> Int in
            state.nextWaiter &+= 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A cancellation before this line found nobody to wake, so it must be seen here.
                let isOver = state.withLock { state in
                    if state.version != version || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiters = state.withLock { state in
            body(&state)
            state.version &+= 1
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }
}

extension RunControl {
    /// Does something until it ends or a condition holds; what is going on is cancelled then.
    ///
    /// - Returns: Nil if the condition came first.
    func perform<Value: Sendable>(
        unless condition: @escaping @Sendable (State) -> Bool,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Raced<Value>.self) { group in
            group.addTask { .ended(try await body()) }
            group.addTask {
                try await self.wait(until: condition)
                return .interrupted
            }
            defer { group.cancelAll() }
            guard case .ended(let value)? = try await group.next() else { return nil }
            return value
        }
    }

    private enum Raced<Value: Sendable>: Sendable {
        case ended(Value)
        case interrupted
    }
}
