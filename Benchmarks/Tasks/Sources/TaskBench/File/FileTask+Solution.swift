import GodHandAgent
import GodHandCore

extension FileTask {
    /// Step by step, on the desktop itself.
    func linear(_ steps: [TaskFile.SolutionStep]) -> KnownSolution {
        KnownSolution { desktop, _, recorder in
            let plan = Walkthrough(goal: goal, steps: try steps.map { try $0.planned() })
            return TaskEnd(try await plan.run(in: desktop, recorder: recorder), on: desktop)
        }
    }

    /// Every way of each decision in a fork of its own; the best goes on.
    func branching(_ decisions: [TaskFile.Decision]) -> KnownSolution {
        KnownSolution { desktop, scope, recorder in
            let report = try await search(decisions, from: desktop, in: scope, recorder: recorder)
            guard let winner = report.winner else {
                return TaskEnd(desktop: desktop, steps: report.expense.steps, outcome: "No way led to the goal.")
            }
            let path = winner.path.map(\.title).joined(separator: ", then ")
            return TaskEnd(
                desktop: winner.sandbox, answer: "", steps: report.expense.steps, cost: report.expense.cost,
                outcome: "Found by \(report.expense.forks) forks: \(path)")
        }
    }

    /// The search itself, which tells of all its branches.
    func search(
        _ decisions: [TaskFile.Decision], from desktop: Sandbox, in scope: SandboxScope,
        recorder: (any RunRecorder)? = nil, stopsEarly: Bool = true
    ) async throws -> SearchReport {
        let width = decisions.map(\.ways.count).max() ?? 1
        // One after the other: a small host starts one desktop faster than two at once.
        var search = BranchSearch(width: width, depth: decisions.count, score: scorer, concurrency: 1)
        search.preservation = .filesystem
        search.stopsEarly = stopsEarly
        return try await search.run(Goal(goal), from: desktop, in: scope, recorder: recorder) { point in
            guard decisions.indices.contains(point.depth) else { return [] }
            return decisions[point.depth].ways.map(alternative)
        }
    }

    private var scorer: BranchScorer {
        BranchScorer { point in
            let score = try await score(point.sandbox, answer: nil)
            let done = score.parts.filter { $0.credit >= 1 }.map(\.name).joined(separator: ", ")
            return BranchScore(score.value, reachesGoal: score.isFull, reason: done.isEmpty ? "Nothing is done." : done)
        }
    }

    private func alternative(_ way: TaskFile.Decision.Way) -> Alternative {
        Alternative(way.title) { fork, recorder in
            try await setUpAgain(fork)
            let plan = Walkthrough(goal: way.title, steps: try way.steps.map { try $0.planned() })
            return try await plan.run(in: fork, recorder: recorder)
        }
    }
}

extension TaskEnd {
    /// How a run ended, on the machine on which it did.
    init(_ report: RunReport, on desktop: Sandbox) {
        self.init(desktop: desktop, steps: report.steps.count, cost: report.cost)
        switch report.outcome {
        case .achieved(let words):
            answer = words ?? ""
            outcome = "It said that it was done."
        case .abandoned(let reason), .stopped(let reason): outcome = reason
        case .failed(code: let code, let message): outcome = "\(code): \(message)"
        }
    }
}
