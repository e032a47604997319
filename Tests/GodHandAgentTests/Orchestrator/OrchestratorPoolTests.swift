import Foundation
import GodHandCore
import GodHandTesting
import Testing

@testable import GodHandAgent

@Suite(.timeLimit(.minutes(2))) struct OrchestratorPoolTests {
    /// Waits until so many machines are ready.
    private func ready(_ count: Int, in orchestrator: Orchestrator) async {
        while await orchestrator.load.warm != count { await Task.yield() }
    }

    @Test func `machines are ready before they are needed, used once, replaced, and gone at the end`() async throws {
        var bench = try OrchestratorBench()
        let (prepared, used) = (Tally(), Tally())
        bench.settings.warm = [WarmPool(.desktop, count: 3) { prepared.add($0.id.rawValue) }]
        try await bench.run { attempt in
            used.add(attempt.sandbox.id.rawValue)
            let result = try await attempt.sandbox.exec(["true"])
            #expect(result.isSuccess)
            return .achieved
        } _: { orchestrator in
            await ready(3, in: orchestrator)
            for _ in 0..<12 {
                let id = try await orchestrator.submit(GoalRequest("g"))
                _ = try await orchestrator.end(of: id)
                await ready(3, in: orchestrator)
            }
            // Another kind of machine is made when it is needed.
            var request = GoalRequest("other")
            request.spec.cpus = 1
            _ = try await orchestrator.end(of: orchestrator.submit(request))
        }
        #expect(used.all.count == 13 && used.all.values.allSatisfy { $0 == 1 })
        #expect(used.all.keys.count { prepared[$0] == 1 } == 12)
    }

    @Test func `a machine that died in the pool is not handed out`() async throws {
        let faults = FaultPoints { $0.name == "exec" && $0.occurrence == 1 ? .fail(PlannedFailure()) : nil }
        var bench = try OrchestratorBench(SimulatedBackend(faults: faults))
        let prepared = Tally()
        bench.settings.warm = [WarmPool(.desktop, count: 1) { prepared.add($0.id.rawValue) }]
        try await bench.run { attempt in
            #expect(prepared[attempt.sandbox.id.rawValue] == 0)
            return .achieved
        } _: { orchestrator in
            await ready(1, in: orchestrator)
            let end = try await orchestrator.end(of: orchestrator.submit(GoalRequest("g")))
            #expect(end.outcome == .achieved(nil) && end.attempts.count == 1)
        }
    }

    @Test func `what is kept ready gives way to a goal that needs the room`() async throws {
        var bench = try OrchestratorBench()
        bench.settings.share.reserve = 1 << 30
        bench.settings.measure = { HostReading(memory: 8 << 30, available: 8 << 30, processors: 64) }
        bench.settings.warm = [WarmPool(.desktop, count: 3)]
        try await bench.run { _ in
            .achieved
        } _: { orchestrator in
            await ready(3, in: orchestrator)
            var request = GoalRequest("large")
            request.spec.memory = 5 << 30
            let found = try await orchestrator.end(of: orchestrator.submit(request)).outcome
            #expect(found == .achieved(nil))
            await ready(3, in: orchestrator)
        }
    }
}
