import Foundation
import GodHandCore
import GodHandTesting
import GodHandTrace
import Testing

@testable import GodHandAgent

@Suite(.timeLimit(.minutes(2))) struct OrchestratorRestartTests {
    /// An agent that writes down what happens, and waits at a gate in its third turn.
    private static func work(_ gate: Gate?, _ turns: Tally) -> Orchestrator.Work {
        { attempt in
            let directory = try #require(attempt.directory)
            let trace = try TraceWriter(directory: directory)
            let model = ScriptedModel { request, turn in
                let said = request.turns.count { if case .model = $0 { true } else { false } }
                turns.add("turn \(said + 1)")
                if said == 2, let gate { try await gate.pass() }
                let answer: ScriptedModel.Answer = said < 4 ? .act(click(said + 1, 5)) : .act(.done("at \(said)"))
                return try await ScriptedModel([answer]).respond(to: request, progress: { _ in })
            }
            return try await attempt.pursue(by: quickAgent(model), recorder: trace) { directory in
                try TraceReader.events(in: directory)
            }
        }
    }

    @Test(arguments: [true, false])
    func `a run that was stored at a shutdown goes on from there`(_ keepsMemory: Bool) async throws {
        var bench = try OrchestratorBench(SimulatedBackend(keepsMemory: keepsMemory))
        bench.settings.concurrency = 1
        let (gate, turns) = (Gate(), Tally())
        let (id, waiting) = try await bench.run(Self.work(gate, turns)) { orchestrator in
            let id = try await orchestrator.submit(GoalRequest("g"))
            let waiting = try await orchestrator.submit(GoalRequest("waits"))
            try await gate.waitForArrivals()
            try await orchestrator.storeAndEnd(id, opening: gate)
            let status = try #require(await orchestrator.status(of: id))
            #expect(status.attempts.map(\.end) == [.checkpointed] && status.state == .queued)
            #expect(status.checkpoint?.snapshot.preserves == (keepsMemory ? .memory : .filesystem))
            let error = await #expect(throws: GodHandError.self) { try await orchestrator.end(of: id) }
            #expect(error?.code == .scopeClosed)
            return (id, waiting)
        }
        #expect(bench.backend.engine.snapshots.count == 1)
        try await bench.run(Self.work(nil, turns)) { orchestrator in
            let end = try await orchestrator.end(of: id)
            #expect(end.outcome == .achieved("at 4") && end.attempts.map(\.isResumption) == [false, true])
            #expect(end.attempts.map(\.end) == [.checkpointed, .finished] && end.failures == 0)
            // Of four clicks that which was held was never done, and none was done twice; then the last word.
            #expect(end.spent.steps == 4, "\(end.spent)")
            let found = try await orchestrator.end(of: waiting).outcome
            #expect(found == .achieved("at 4"))
        }
        #expect(bench.backend.engine.snapshots.isEmpty)
        #expect(turns.all.values.allSatisfy { $0 == 2 }, "\(turns.all)")
    }

    @Test func `what a person holds is still held after a restart`() async throws {
        let bench = try OrchestratorBench()
        let (gate, turns) = (Gate(), Tally())
        let id = try await bench.run(Self.work(gate, turns)) { orchestrator in
            let id = try await orchestrator.submit(GoalRequest("g"))
            try await gate.waitForArrivals()
            let control = try #require(await orchestrator.running(id)).control
            control.hint("The left one.")
            control.takeOver()
            control.pause()
            async let ending: Void = orchestrator.shutdown(.checkpoint(within: .seconds(60)))
            try await control.wait { $0.storers > 0 }
            gate.open()
            await ending
            return id
        }
        try await bench.run(Self.work(nil, turns)) { orchestrator in
            for try await event in orchestrator.events(of: id, after: 0) {
                if case .started = event.change { break }
            }
            let control = try #require(await orchestrator.running(id)).control
            #expect(control.isPaused && control.isTakenOver)
            try await control.wait { $0.idlers > 0 }
            #expect(control.read(\.hints) == ["The left one."])
            control.handBack()
            control.resume()
            let found = try await orchestrator.end(of: id).outcome
            #expect(found == .achieved("at 4"))
        }
    }

    @Test func `what is stored when the work has ended meanwhile is deleted`() async throws {
        let (storing, working) = (Gate(), Gate())
        let bench = try OrchestratorBench(
            SimulatedBackend(faults: FaultPoints { $0.name == "snapshot.stored" ? .wait(storing) : nil }))
        try await bench.run { attempt in
            try await attempt.recorder().record(.finished(.achieved(nil)))
            async let held: Void = attempt.control.idling { try await working.pass() }
            try await storing.waitForArrivals()
            working.open()
            try await held
            return .achieved
        } _: { orchestrator in
            let id = try await orchestrator.submit(GoalRequest("g"))
            try await working.waitForArrivals()
            let store = Task { try await orchestrator.checkpoint(id) }
            try await storing.waitForArrivals()
            let end = try await orchestrator.end(of: id)
            #expect(end.outcome == .achieved(nil))
            storing.open()
            let error = await #expect(throws: GodHandError.self) { try await store.value }
            #expect(error?.code == .notFound)
            #expect(await orchestrator.status(of: id)?.leavesSomething == false)
        }
        #expect(bench.backend.engine.snapshots.isEmpty)
    }

    @Test func `the next one may begin as soon as this one has ended, whoever still knows of it`() async throws {
        let bench = try OrchestratorBench()
        let (first, id) = try await bench.run(Self.work(nil, Tally())) { orchestrator in
            let id = try await orchestrator.submit(GoalRequest("g"))
            _ = try await orchestrator.end(of: id)
            return (orchestrator, id)
        }
        try await bench.run(Self.work(nil, Tally())) { orchestrator in
            #expect(await orchestrator.status(of: id)?.outcome == .achieved("at 4"))
        }
        let refused = await #expect(throws: GodHandError.self) { try await first.submit(GoalRequest("late")) }
        #expect(refused?.code == .scopeClosed)
    }

    @Test func `a run that is over is not waited for while its machine goes away`() async throws {
        let gate = Gate()
        let bench = try OrchestratorBench(
            SimulatedBackend(faults: FaultPoints { $0.name == "destroy" ? .wait(gate) : nil }))
        try await bench.run(Self.work(nil, Tally())) { orchestrator in
            let id = try await orchestrator.submit(GoalRequest("g"))
            _ = try await orchestrator.end(of: id)
            try await gate.waitForArrivals()
            try await orchestrator.storeAndEnd(id, opening: gate, within: .seconds(600))
            #expect(await orchestrator.status(of: id)?.attempts.map(\.end) == [.finished])
        }
    }

    @Test func `work that cannot be held is interrupted, and begins anew`() async throws {
        var bench = try OrchestratorBench()
        bench.settings.atEnd = .checkpoint(within: .seconds(60))
        let gate = Gate()
        let id = try await bench.run { _ in
            try await gate.pass()
            return .achieved
        } _: { orchestrator in
            let id = try await orchestrator.submit(GoalRequest("g"))
            try await gate.waitForArrivals()
            return id
        }
        bench.settings.atEnd = .drain
        gate.open()
        try await bench.run { attempt in
            #expect(attempt.number == 2 && attempt.checkpoint == nil)
            return .achieved
        } _: { orchestrator in
            let end = try await orchestrator.end(of: id)
            #expect(end.attempts.map(\.end) == [.interrupted, .finished] && end.failures == 0)
        }
    }

    @Test func `after a finish what runs has ended, and what waits is left`() async throws {
        var bench = try OrchestratorBench()
        bench.settings.atEnd = .finish
        bench.settings.concurrency = 1
        let gate = Gate()
        try await bench.run { _ in
            try await gate.pass()
            return .achieved
        } _: { orchestrator in
            for _ in 0..<3 { try await orchestrator.submit(GoalRequest("g")) }
            try await gate.waitForArrivals()
            gate.open()
        }
        bench.settings.atEnd = .drain
        try await bench.run { _ in
            .achieved
        } _: { orchestrator in
            #expect(await orchestrator.list().contains { $0.state == .finished })
        }
    }

    @Test func `a run that is continued after its checkpoint is found there after a crash`() async throws {
        let bench = try OrchestratorBench()
        let (gate, turns) = (Gate(), Tally())
        let copy = "\(bench.directory.path)/copy"
        let id = try await bench.run(Self.work(gate, turns)) { orchestrator in
            let id = try await orchestrator.submit(GoalRequest("g"))
            try await gate.waitForArrivals()
            let control = try #require(await orchestrator.running(id)).control
            async let stored = orchestrator.checkpoint(id)
            try await control.wait { $0.isHalted }
            gate.open()
            let checkpoint = try await stored
            #expect(checkpoint.attempt == 1)
            // As the files are when the process dies here.
            try FileManager.default.copyItem(atPath: bench.directory.file("goals"), toPath: copy)
            let found = try await orchestrator.end(of: id).outcome
            #expect(found == .achieved("at 4"))
            return id
        }
        // The snapshot went with the end of the goal: then the attempt begins anew.
        var after = bench
        after.settings.directory = URL(filePath: copy)
        try await after.run(Self.work(nil, turns)) { orchestrator in
            let end = try await orchestrator.end(of: id)
            #expect(end.outcome == .achieved("at 4") && end.attempts.map(\.end) == [.lost, .finished])
            #expect(end.attempts.map(\.isResumption) == [false, false])
        }
    }

    @Test func `a machine stands still while its run waits for a person, and goes on with it`() async throws {
        var bench = try OrchestratorBench()
        bench.settings.suspendsAfter = .zero
        let turns = Tally()
        try await bench.run { attempt in
            let model = ScriptedModel { request, turn in
                if turn == 2 { attempt.control.pause() }
                let answer: ScriptedModel.Answer = turn < 4 ? .act(click(turn, 5)) : .act(.done("yes"))
                return try await ScriptedModel([answer]).respond(to: request, progress: { _ in })
            }
            turns.add("attempt")
            return try await attempt.pursue(by: quickAgent(model))
        } _: { orchestrator in
            let events = orchestrator.events()
            let id = try await orchestrator.submit(GoalRequest("g"))
            var story: [String] = []
            for try await event in events {
                switch event.change {
                case .suspended:
                    story.append("suspended")
                    let running = try #require(await orchestrator.running(id))
                    #expect(running.control.read(\.isSuspended))
                    running.control.resume()
                case .awakened: story.append("awakened")
                case .finished(let outcome): story.append("\(outcome == .achieved("yes"))")
                default: break
                }
                if story.last == "true" || story.last == "false" { break }
            }
            #expect(story == ["suspended", "awakened", "true"])
        }
        #expect(turns["attempt"] == 1)
    }
}
