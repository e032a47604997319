import Foundation
import GodHandCore
import GodHandTesting
import GodHandTrace
import Testing

@testable import GodHandAgent

@Suite(.timeLimit(.minutes(2))) struct OrchestratorCostTests {
    /// An agent whose first click is judged, and whose second waits at a gate in the first attempt.
    private static func work(_ gate: Gate) -> Orchestrator.Work {
        { attempt in
            let trace = try TraceWriter(directory: try #require(attempt.directory))
            let model = ScriptedModel(name: "actor") { request, _ in
                let said = request.turns.count { if case .model = $0 { true } else { false } }
                if said == 1, attempt.number == 1 { try await gate.pass() }
                let answers: [ScriptedModel.Answer] = [
                    .act(click(9, 9), expecting: "the menu is open"), .act(click(20, 20)), .act(.done("")),
                ]
                return try await ScriptedModel([answers[min(said, 2)]]).respond(to: request, progress: { _ in })
            }
            var usage = TokenUsage()
            usage.input = 1_000_000
            let yes = ModelResponse(items: [.text("YES")], stop: .end, usage: usage)
            let agent = quickAgent(model) { settings in
                settings.judge = Judge(ScriptedModel([.response(yes)], name: "judge"))
                settings.prices = PriceTable(["actor": .init(input: 1, output: 1), "judge": .init(input: 3, output: 1)])
            }
            return try await attempt.pursue(by: agent, recorder: trace) { try TraceReader.events(in: $0) }
        }
    }

    @Test func `what a judge cost before a restart is counted once`() async throws {
        let bench = try OrchestratorBench()
        let gate = Gate()
        let id = try await bench.run(Self.work(gate)) { orchestrator in
            let id = try await orchestrator.submit(GoalRequest("g"))
            try await gate.waitForArrivals()
            try await orchestrator.storeAndEnd(id, opening: gate)
            #expect(await orchestrator.status(of: id)?.spent.cost.price == 3)
            return id
        }
        try await bench.run(Self.work(gate)) { orchestrator in
            let end = try await orchestrator.end(of: id)
            #expect(end.attempts.map(\.isResumption) == [false, true])
            #expect(end.spent.cost.price == 3 && end.spent.cost.input == 1_000_000, "\(end.spent)")
        }
    }
}
