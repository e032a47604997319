import GodHandCore
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandAgent

@Suite struct BranchProposerTests {
    @Test func `ways are the lines that begin with a number`() {
        let text =
            "Here are some:\n1. Use the menu\n 2) Press Ctrl+E\nor maybe\n3:  Drag   it\n4. \n1999 was a year\n-5. no"
        #expect(BranchProposer.ways(in: text) == ["Use the menu", "Press Ctrl+E", "Drag it"])
        #expect(BranchProposer.ways(in: "I do not know.") == [])
    }

    @Test func `an agent proposes ways and pursues the goal in each`() async throws {
        let proposals = Mutex<[ModelRequest]>([])
        let model = ScriptedModel { request, _ in
            var usage = TokenUsage()
            usage.output = 7
            if request.abilities.isEmpty {
                proposals.withLock { $0.append(request) }
                return ModelResponse(
                    items: [.text("1. Click there\n2. Give up\n3. Too many")], stop: .end, usage: usage)
            }
            let givesUp = request.news.contains("Reach it in this way: Give up")
            let action: Action = givesUp ? .fail("It cannot be done.") : .done("42")
            return ModelResponse(items: [.action(ActionCall(id: "c", action: action))], stop: .actions, usage: usage)
        }
        let recorder = EventWatcher()
        try await withLedger { ledger in
            try await SimulatedBackend().withSandboxScope(ledger: ledger) { scope in
                let base = try await scope.create(.desktop)
                var search = BranchSearch(width: 2, depth: 2)
                search.stopsEarly = false
                let report = try await search.run(
                    "Find the answer", from: base, in: scope, by: quickAgent(model), recorder: recorder)
                #expect(report.branches.map(\.title) == ["Click there", "Give up"])
                #expect(
                    report.branches.map(\.fate) == [.won, .failed] && report.branches[1].reason == "It cannot be done.")
                #expect(report.winner?.report?.outcome == .achieved("42") && report.winner?.score.reason == "42")
                #expect(report.expense.cost.tokens == 21 && report.expense.steps == 2)
            }
        }
        let first = proposals.withLock { $0.first }
        let asked = try #require(first)
        #expect(asked.news.contains("Find the answer") && asked.turns.flatMap(\.pictures).count == 1)
        #expect(recorder.events.last == .finished(.achieved("42")))
        let inner = recorder.events.compactMap {
            if case .within(branch: let branch, .step) = $0 { branch } else { nil }
        }
        #expect(inner.sorted() == [1, 2])
    }

    @Test func `forks are prepared while the model thinks, and given up when nothing comes of it`() async throws {
        let backend = SimulatedBackend()
        let bases = Mutex<[SandboxID]>([])
        let model = ScriptedModel { request, turn in
            if request.abilities.isEmpty {
                let base = try #require(bases.withLock { $0.first })
                // No more than the search may still make.
                try await backend.engine.waitForPreparedForks(2, of: base)
                guard turn == 1 else { throw PlannedFailure() }
                return ModelResponse(items: [.text("1. Give up")], stop: .end)
            }
            return ModelResponse(items: [.action(ActionCall(id: "c", action: .fail("No.")))], stop: .actions)
        }
        try await withLedger { ledger in
            try await backend.withSandboxScope(ledger: ledger) { scope in
                let base = try await scope.create(.desktop)
                bases.withLock { $0 = [base.id] }
                var search = BranchSearch(width: 3, depth: 2)
                search.limits.forks = 2
                let report = try await search.run("Find the answer", from: base, in: scope, by: quickAgent(model))
                #expect(report.winner == nil && report.branches.count == 1)
                #expect(backend.engine.preparedForks(of: base.id) == 0)
                // Also when the proposal fails.
                await #expect(throws: PlannedFailure.self) {
                    _ = try await search.run("Find the answer", from: base, in: scope, by: quickAgent(model))
                }
                #expect(backend.engine.preparedForks(of: base.id) == 0)
            }
        }
    }

    @Test func `a place from which the agent goes on is told how it came there`() async throws {
        let proposals = Mutex<[String]>([])
        let model = ScriptedModel { request, turn in
            if request.abilities.isEmpty {
                proposals.withLock { $0.append(request.news) }
                return ModelResponse(items: [.text("No idea.")], stop: .end)
            }
            let isLater = request.news.contains("Done so far: Go on")
            let action: Action = isLater ? .done("") : .look
            return ModelResponse(items: [.action(ActionCall(id: "c\(turn)", action: action))], stop: .actions)
        }
        try await withLedger { ledger in
            try await SimulatedBackend().withSandboxScope(ledger: ledger) { scope in
                let base = try await scope.create(.desktop)
                let report = try await BranchSearch(width: 2, depth: 2).run(
                    "g", from: base, in: scope, by: quickAgent(model), stepsPerBranch: 1)
                #expect(report.winner?.path.map(\.title) == ["Go on", "Go on"])
            }
        }
        let last = proposals.withLock { $0.last ?? "" }
        #expect(last.contains("So far this was tried here: Go on. <It led to: The limit of 1 steps.>"))
    }

    @Test func `scores are shares of what holds`() async throws {
        let checks = BranchScorer.checks([
            .commandSucceeds(["true"]), .commandSucceeds(["false"]), .commandSucceeds(["echo", "x"]),
        ])
        let usage = Mutex(0)
        let judge = Judge(
            ScriptedModel { request, _ in
                var usage = TokenUsage()
                usage.input = 3
                usage.output = 1
                let answer = request.news.contains("blue") ? "YES it is" : "NO"
                return ModelResponse(items: [.text(answer)], stop: .end, usage: usage)
            }
        ) { used in usage.withLock { $0 += used.output } }
        let judged = BranchScorer.judged(["It is blue", "It is red"], by: judge)
        try await withDisplay { display in
            let journal = SearchJournal(nil, limits: SearchLimits())
            let guest = ScriptedGuest(display: display) { arguments, _ in
                .init(code: arguments[0] == "false" ? 1 : 0)
            }
            let point = BranchPoint(
                branch: 3, depth: 1, path: ["x"], sandbox: guest.sandbox,
                sight: try await BranchTrial.sight(of: guest.sandbox), report: nil, score: nil, journal: journal)
            let score = try await checks.score(point)
            #expect(abs(score.value - 2.0 / 3) < 1e-9 && !score.reachesGoal && score.verdicts.count == 3)
            #expect(score.reason.hasPrefix("2 of 3 hold. Expected that false succeeds"))

            let opinion = try await judged.score(point)
            #expect(opinion.value == 0.5 && usage.withLock(\.self) == 2)
            #expect(await journal.expense(of: 3).cost.tokens == 8)
            #expect(BranchScore(.nan).value == 0 && BranchScore(7).value == 1 && BranchScore(-.infinity).value == 0)
        }
    }
}
