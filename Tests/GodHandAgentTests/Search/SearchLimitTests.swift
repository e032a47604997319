import Foundation
import GodHandCore
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandAgent

@Suite struct SearchLimitTests {
    /// Tells its recorder of so many steps, and so many tokens with each.
    private static func work(_ steps: Int, tokens: Int = 0, _ recorder: any RunRecorder) async throws {
        let picture = Observation(screenshot: Screenshot(png: .init(), size: Size(width: 1, height: 1)))
        for index in 1...steps {
            var cost = StepCost()
            cost.output = tokens
            cost.price = Double(tokens) / 1000
            if tokens > 0 {
                try await recorder.record(.modelTurn(ConversationEntry(.model, model: "m", content: nil, cost: cost)))
            }
            try await recorder.record(
                .step(
                    Step(
                        index: index, intent: "i", action: .look, before: picture, after: picture, verdict: nil,
                        timings: StepTimings(), startedAt: .now)))
        }
    }

    private static func stopped(_ report: SearchReport) throws -> (String, BranchFinding?) {
        guard case .stopped(let limit, let best) = report.outcome else {
            throw GodHandError(.notFound, "\(report.outcome)")
        }
        return (limit, best)
    }

    @Test func `no more is forked than allowed, and what was forked is heard`() async throws {
        var bench = SearchBench(BranchSearch(width: 3, depth: 4), worth: ["a": 0.5, "ab": 0.6])
        bench.search.limits.forks = 5
        let report = try await bench.run()
        let (limit, best) = try Self.stopped(report)
        #expect(limit == "The limit of 5 forks." && report.expense.forks == 5)
        #expect(report.tried == ["a", "b", "c", "aa", "ab"] && best?.path.map(\.title) == ["a", "b"])
    }

    @Test func `the steps of all branches count, and those that run are broken off`() async throws {
        var bench = SearchBench(BranchSearch(width: 3, depth: 4, concurrency: 1), worth: ["a": 0.5, "b": 0.4])
        bench.search.limits.steps = 8
        bench.body = { _, _, recorder in
            try await Self.work(3, recorder)
            return nil
        }
        let report = try await bench.run()
        let (limit, best) = try Self.stopped(report)
        #expect(limit == "The limit of 8 steps." && report.expense.steps == 8)
        #expect(report.branches.map(\.fate) == [.won, .lost, .cancelled] && best?.path.map(\.title) == ["a"])
        #expect(report.branches.last?.reason == "The limit of 8 steps.")
    }

    @Test func `tokens and money count, also those of the scorer`() async throws {
        var bench = SearchBench(BranchSearch(width: 1, depth: 9))
        bench.search.limits.tokens = 50
        bench.search.score = BranchScorer { point in
            var cost = StepCost()
            cost.output = 10
            await point.charge(cost)
            return BranchScore(0.5)
        }
        bench.body = { _, _, recorder in
            try await Self.work(1, tokens: 5, recorder)
            return nil
        }
        let tokens = try await bench.run()
        #expect(try Self.stopped(tokens).0 == "The limit of 50 tokens." && tokens.expense.cost.tokens == 50)
        #expect(tokens.branches.count == 4)

        bench.search.limits.tokens = nil
        bench.search.limits.price = 0.02
        let price = try await bench.run()
        #expect(try Self.stopped(price).0 == "The limit of 0.02 US dollars." && price.branches.count == 4)
    }

    @Test func `a price that is not known reaches a limit of price`() async throws {
        var bench = SearchBench(BranchSearch(width: 1, depth: 9))
        bench.search.limits.price = 1000
        bench.search.score = BranchScorer { point in
            var cost = StepCost()
            cost.price = nil
            await point.charge(cost)
            return BranchScore(0.5)
        }
        let report = try await bench.run()
        #expect(try Self.stopped(report).0 == "The limit of 1000.0 US dollars." && report.branches.count == 1)
    }

    @Test func `what takes too long is broken off, a proposal too`() async throws {
        var bench = SearchBench(BranchSearch(width: 2, depth: 2), worth: ["a": 0.5])
        bench.search.limits.time = .milliseconds(150)
        let never = Gate()
        bench.body = { path, _, _ in
            if path == "b" { try await never.pass() }
            return nil
        }
        let report = try await bench.run()
        let (limit, best) = try Self.stopped(report)
        #expect(limit == "The limit of 0.15 s." && best?.path.map(\.title) == ["a"])
        #expect(report.branches.map(\.fate) == [.won, .cancelled])

        let search = bench.search
        try await withLedger { ledger in
            try await SimulatedBackend().withSandboxScope(ledger: ledger) { scope in
                let base = try await scope.create(.desktop)
                let report = try await search.run("g", from: base, in: scope) { _ in
                    try await never.pass()
                    return []
                }
                #expect(try Self.stopped(report).0 == "The limit of 0.15 s." && report.branches.isEmpty)
            }
        }
    }
}
