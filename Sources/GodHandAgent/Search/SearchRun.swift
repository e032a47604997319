import GodHandCore
import Logging

/// A search that is under way. Used by one task.
final class SearchRun {
    typealias Propose = @Sendable (BranchPoint) async throws -> [Alternative]

    let search: BranchSearch
    let goal: Goal
    let base: Sandbox
    let scope: SandboxScope
    let scorer: BranchScorer
    let propose: Propose
    let preservation: Preservation
    let preparesForks: Bool
    let journal: SearchJournal
    let deadline: ContinuousClock.Instant?

    var nodes: [Int: SearchNode] = [:]
    var frontier: SearchFrontier
    /// The branch that reached the goal.
    var winner: Int?
    /// The branch that came closest so far; its machine stays.
    var best: Int?
    /// The limit that ends the search.
    var limit: String?
    /// Nothing new is to begin in this round.
    var isEnding = false

    private let clock = ContinuousClock()
    private let began = ContinuousClock.now
    private var nextBranch = 1

    init(
        _ search: BranchSearch, _ goal: Goal, _ base: Sandbox, _ scope: SandboxScope, _ preparesForks: Bool,
        _ recorder: (any RunRecorder)?, _ propose: @escaping Propose
    ) {
        self.search = search
        self.goal = goal
        self.base = base
        self.scope = scope
        self.propose = propose
        self.preparesForks = preparesForks
        scorer = search.score ?? .checks(goal.checks)
        preservation = search.preservation ?? (base.machine.memorySnapshots == nil ? .filesystem : .memory)
        journal = SearchJournal(recorder, limits: search.limits)
        frontier = SearchFrontier(search.strategy, depth: search.depth)
        deadline = search.limits.time.map { ContinuousClock.now + $0 }
    }

    func run() async throws -> SearchReport {
        do {
            let planner = "search, \(search.strategy.words)"
            try await journal.record(.started(RunHeader(goal: goal.text, in: base, planner: planner)))
            nodes[0] = SearchNode(
                id: 0, parent: 0, depth: 0, title: "", path: [], sandbox: base,
                sight: try await BranchTrial.sight(of: base))
            while winner == nil, limit == nil {
                let points = frontier.next()
                if points.isEmpty { break }
                try await round(points)
            }
            return try await conclude()
        } catch {
            await destroyAll(except: nil)
            // The error that ended the search goes to the caller; that it could not be recorded matters less.
            let (journal, outcome) = (journal, Outcome(endedBy: error))
            try? await shielded { try await journal.record(.finished(outcome)) }
            throw error
        }
    }

    func newBranch() -> Int {
        defer { nextBranch += 1 }
        return nextBranch
    }

    func point(_ node: SearchNode) -> BranchPoint {
        BranchPoint(
            branch: node.id, depth: node.depth, path: node.path, sandbox: node.sandbox, sight: node.sight,
            report: node.report, score: node.score, journal: journal)
    }

    /// Tells what became of a branch, once.
    func close(_ id: Int, _ fate: BranchClosing.Fate, _ reason: String) async throws {
        guard id != 0, let node = nodes[id], node.ending == nil else { return }
        nodes[id]?.ending = (fate, reason)
        let expense = await journal.expense(of: id)
        let closing = BranchClosing(
            fate, reason: reason, screen: node.score == nil ? node.sight?.observation.screenshot : nil,
            steps: expense.steps, cost: expense.cost)
        try await journal.record(.branch(BranchEvent(id, .closed(closing))))
    }

    // MARK: The end

    /// Hands the winner over, or what came closest, and removes the rest.
    private func conclude() async throws -> SearchReport {
        let chosen = winner ?? best
        let path = chosen.map { self.path(to: $0) } ?? []
        for id in nodes.keys.sorted() where id != chosen {
            if path.contains(id) {
                try await close(id, .continued, "What came of it went on.")
            } else {
                try await close(
                    id, .lost, winner.map { "Branch \($0) reached the goal." } ?? "Branch \(chosen ?? 0) came closer.")
            }
        }
        if let chosen {
            let reason = winner == nil ? "Nothing reached the goal, and this came closest." : "It reached the goal."
            // Why nothing came after the best is told nowhere else.
            try await close(chosen, .won, [reason, nodes[chosen]?.deadEnd].compactMap(\.self).joined(separator: " "))
        }
        let finding = chosen.flatMap { self.finding($0, path) }
        let outcome: SearchOutcome
        if winner != nil, let finding {
            outcome = .found(finding)
        } else if let limit {
            outcome = .stopped(limit, best: finding)
        } else {
            outcome = .exhausted(best: finding)
        }
        try await journal.record(.finished(outcome.words))
        await destroyAll(except: chosen)
        if winner != nil, !search.keepsBase { await scope.letGo(base) }
        return SearchReport(
            goal: goal.text, outcome: outcome,
            branches: nodes.values.filter { $0.id != 0 }.sorted { $0.id < $1.id }.map(\.branch),
            expense: await journal.total, duration: clock.now - began)
    }

    /// The branches from the first to this one.
    private func path(to id: Int) -> [Int] {
        var path: [Int] = []
        var next = id
        while next != 0, let node = nodes[next] {
            path.append(next)
            next = node.parent
        }
        return path.reversed()
    }

    private func finding(_ id: Int, _ path: [Int]) -> BranchFinding? {
        guard let node = nodes[id], let score = node.score else { return nil }
        return BranchFinding(
            sandbox: node.sandbox, score: score, path: path.compactMap { nodes[$0]?.branch }, report: node.report)
    }

    private func destroyAll(except chosen: Int?) async {
        let scope = scope
        let left = nodes.values.filter { $0.id != 0 && $0.id != chosen && $0.isLive }
        for id in Set([0, chosen ?? 0]) { await giveUpForks(of: id) }
        await withTaskGroup(of: Void.self) { group in
            for sandbox in left.map(\.sandbox) { group.addTask { await scope.letGo(sandbox) } }
        }
        for node in left { nodes[node.id]?.isLive = false }
    }
}

extension SearchOutcome {
    /// The same in the words of a run.
    fileprivate var words: Outcome {
        switch self {
        case .found(let finding):
            var answer: String?
            if case .achieved(let text)? = finding.report?.outcome { answer = text }
            return .achieved(answer)
        case .exhausted(let best):
            return .abandoned(
                best.map { "No branch reached the goal. The closest: \($0.score.reason)" }
                    ?? "No branch reached the goal.")
        case .stopped(let limit, best: _): return .stopped(limit)
        }
    }
}

extension SandboxScope {
    /// Destroys a machine that a search is done with. One that cannot be removed now goes with its scope.
    func letGo(_ sandbox: Sandbox) async {
        do { try await destroy(sandbox) } catch {
            Logger.current.warning(
                "A machine that a search is done with is left until its scope ends",
                metadata: ["godhand.sandbox": "\(sandbox.id)", "godhand.error": "\(error)"])
        }
    }
}
