import GodHandCore

/// Writes down what happens in all branches, one event after the other, and adds up what it costs.
actor SearchJournal {
    /// A limit that was reached: the branch that hears of it ends.
    struct LimitReached: Error {}

    private let recorder: (any RunRecorder)?
    private let limits: SearchLimits
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var expenses: [Int: SearchExpense] = [:]

    /// All that was spent.
    private(set) var total = SearchExpense()
    /// The limit that was reached, in words.
    private(set) var limit: String?
    /// What the recorder threw first.
    private(set) var failure: (any Error)?

    init(_ recorder: (any RunRecorder)?, limits: SearchLimits) {
        self.recorder = recorder
        self.limits = limits
    }

    /// What was spent in a branch.
    func expense(of branch: Int) -> SearchExpense { expenses[branch] ?? SearchExpense() }

    /// Counts forks that were made.
    func countForks(_ count: Int) { total.forks += count }

    /// Counts what a model cost.
    func charge(_ cost: StepCost, to branch: Int) {
        expenses[branch, default: SearchExpense()].cost = expense(of: branch).cost + cost
        total.cost = total.cost + cost
        limit = limit ?? limits.reached(by: total)
    }

    /// Writes an event down. A recorder is told of one at a time, whoever comes.
    func record(_ event: RunEvent) async throws {
        guard let recorder else { return }
        await enter()
        defer { leave() }
        do { try await recorder.record(event) } catch {
            failure = failure ?? error
            throw error
        }
    }

    /// Writes down what happens in a branch.
    ///
    /// - Throws: What the recorder throws, and ``LimitReached``.
    func record(_ event: RunEvent, in branch: Int) async throws {
        count(event, branch)
        try await record(.within(branch: branch, event))
        // The end of a run is told in any case; what it did cannot be undone by stopping it there.
        if case .finished = event { return }
        if limit != nil { throw LimitReached() }
    }

    private func count(_ event: RunEvent, _ branch: Int) {
        switch event {
        case .step(let step):
            expenses[branch, default: SearchExpense()].steps += 1
            total.steps += 1
            if let cost = step.judgeCost { charge(cost, to: branch) }
            limit = limit ?? limits.reached(by: total)
        case .modelTurn(let entry): if let cost = entry.cost { charge(cost, to: branch) }
        case .within(branch: _, let inner): count(inner, branch)
        default: break
        }
    }

    private func enter() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// The turn goes from hand to hand: it is not free in between.
    private func leave() {
        if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
    }
}

/// Tells a journal what happens in one branch.
struct BranchRecorder: RunRecorder {
    let journal: SearchJournal
    let branch: Int

    func record(_ event: RunEvent) async throws { try await journal.record(event, in: branch) }
}
