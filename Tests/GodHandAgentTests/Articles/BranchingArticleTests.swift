import GodHandAgent
import GodHandCore
import GodHandTesting
import Testing

// The code of the article "Trying several ways", compiled and run. It uses only what is public.

struct BranchingArticleTests {
    @Test func `a search with closures`() async throws {
        let trace = EventList()
        try await withLedger { ledger in
            try await SimulatedBackend().withSandboxScope(ledger: ledger) { scope in
                let base = try await scope.create(.desktop)
                let search = BranchSearch(width: 3, depth: 2)
                let goal = Goal("Keep the letter", checks: [.fileExists("/tmp/letter"), .fileExists("/tmp/copy")])
                let report = try await search.run(goal, from: base, in: scope, recorder: trace) { point in
                    if point.depth == 0 {
                        [
                            Alternative("Break something") { _ in throw GodHandError(.execFailed, "It broke.") },
                            Alternative("Write it") { try await $0.writeFile("/tmp/letter", "Dear Ada") },
                        ]
                    } else {
                        [Alternative("Copy it") { try await $0.writeFile("/tmp/copy", "Dear Ada") }]
                    }
                }
                switch report.outcome {
                case .found(let winner): print(winner.path.map(\.title), "in", winner.sandbox.id)
                case .exhausted(let best): print("Nothing reached the goal; closest:", best?.score.reason ?? "none")
                case .stopped(let limit, best: _): print(limit)
                }
                #expect(report.winner?.path.map(\.title) == ["Write it", "Copy it"])
                #expect(report.branches.map(\.fate) == [.failed, .continued, .won])
            }
        }
        #expect(trace.events.last == .finished(.achieved(nil)))
    }

    @Test func `a search with an agent`() async throws {
        let agent = quickAgent(
            ScriptedModel { request, _ in
                request.abilities.isEmpty
                    ? ModelResponse(items: [.text("1. Simply say it\n2. Say it loudly")], stop: .end)
                    : ModelResponse(items: [.action(ActionCall(id: "c", action: .done("42")))], stop: .actions)
            })
        let goal: Goal = "Find the answer"
        try await withLedger { ledger in
            try await SimulatedBackend().withSandboxScope(ledger: ledger) { scope in
                let base = try await scope.create(.desktop)
                var search = BranchSearch(width: 2, depth: 3, strategy: .bestFirst())
                search.limits.forks = 20
                search.limits.tokens = 500_000
                let report = try await search.run(goal, from: base, in: scope, by: agent, stepsPerBranch: 8)
                print(report.expense.forks, "forks,", report.expense.cost.tokens, "tokens")
                #expect(report.winner != nil && report.expense.forks == 2)
            }
        }
    }

    @Test func `scorers of one's own`() async throws {
        let judge = Judge(ScriptedModel([.say("YES"), .say("NO")]))
        let checked = BranchScorer.checks([.windowTitle(contains: "Letter"), .fileExists("/tmp/letter")])
        let judged = BranchScorer.judged(["The form is filled in", "No error is shown"], by: judge)
        let quick = BranchScorer { point in
            let score = try await checked.score(point)
            let haste = 1 / Double(1 + (point.report?.steps.count ?? 0))
            return BranchScore(0.9 * score.value + 0.1 * haste, reachesGoal: score.reachesGoal, reason: score.reason)
        }
        try await withLedger { ledger in
            try await SimulatedBackend().withSandboxScope(ledger: ledger) { scope in
                let base = try await scope.create(.desktop)
                var search = BranchSearch(width: 1, depth: 1, score: judged)
                search.preservation = .filesystem
                let report = try await search.run("g", from: base, in: scope) { _ in [Alternative("x") { _ in }] }
                guard case .exhausted(let best?) = report.outcome else { throw GodHandError(.notFound, "no best") }
                #expect(best.score.value == 0.5)
                // The simulated machine has no program that tells a window's title.
                search.score = quick
                let other = try await search.run("g", from: base, in: scope) { _ in [Alternative("x") { _ in }] }
                #expect(other.branches.map(\.fate) == [.failed])
            }
        }
    }
}
