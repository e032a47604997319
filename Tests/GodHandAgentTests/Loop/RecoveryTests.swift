import Foundation
import GodHandCore
import GodHandTesting
import Testing

@testable import GodHandAgent

@Suite struct RecoveryTests {
    @Test func `an action that changes nothing is noticed, told, and ends the run`() async throws {
        try await withDisplay { display in
            let model = ScriptedModel { _, turn in
                ModelResponse(items: [.action(ActionCall(id: "c\(turn)", action: .look))], stop: .actions)
            }
            let recorder = EventWatcher()
            let report = try await quickAgent(model).pursue(
                "g", in: ScriptedGuest(display: display).sandbox, recorder: recorder)
            guard case .stopped(let reason) = report.outcome else { throw GodHandError(.notFound, "\(report)") }
            #expect(reason.contains("“Look” was done 7 times in a row"))
            #expect(report.steps.count == 7 && recorder.interventions == [.replanned])
            #expect(model.requests[2].news.contains("“Look” was done 2 times in a row"))
            #expect(model.requests[4].news.contains("Think again"))
        }
    }

    @Test(arguments: [true, false])
    func `a run that is stuck goes back to what is stored once, on a new machine`(keepsMemory: Bool) async throws {
        let backend = SimulatedBackend(keepsMemory: keepsMemory)
        let recorder = EventWatcher()
        let root = FileManager.default.temporaryDirectory.appending(path: "godhand-\(SandboxID.unique())")
        defer { try? FileManager.default.removeItem(at: root) }
        let ledger = try OwnerLedger(in: root.path(percentEncoded: false))
        let report = try await backend.withSandboxScope(ledger: ledger) { scope in
            let sandbox = try await scope.create(.desktop)
            _ = try await sandbox.exec(["setsid", "-f", "sleep", "1"])
            try await sandbox.writeFile("/tmp/note", "before")
            let runs = Assertion.commandSucceeds(["pgrep", "-f", "sleep 1"])
            let model = ScriptedModel { request, turn in
                let action: Action = turn == 5 ? .done("") : .look
                if turn == 5 {
                    let words = keepsMemory ? "its files and its programs are" : "programs that were open then are not"
                    #expect(request.news.contains("the machine was put back") && request.news.contains(words))
                }
                return ModelResponse(items: [.action(ActionCall(id: "c\(turn)", action: action))], stop: .actions)
            }
            let agent = quickAgent(model) { settings in
                settings.recovery.giveUpAfter = 3
                settings.recovery.restorePoints = RestorePoints(in: scope)
            }
            let goal = Goal(
                "g", checks: [.fileContains(path: "/tmp/note", text: "before"), keepsMemory ? runs : .not(runs)])
            let report = try await agent.pursue(goal, in: sandbox, recorder: recorder)
            #expect(report.restoredAs != nil && report.restoredAs != sandbox.id)
            return report
        }
        #expect(report.isAchieved)
        let kinds = recorder.events.compactMap { if case .lifecycle(let event) = $0 { event.kind } else { nil } }
        #expect(kinds == [.snapshotted, .restored, .discarded])
        #expect(backend.engine.machines.isEmpty && backend.engine.snapshots.isEmpty)
    }

    @Test func `a conversation that does not fit is pruned once`() async throws {
        try await withDisplay { display in
            let full = GodHandError(.modelContextFull, "too long")
            let once = ScriptedModel([
                .act(click(9, 9)), .act(click(20, 20)), .fail(full), .act(.done("")),
            ])
            let report = try await quickAgent(once).pursue("g", in: ScriptedGuest(display: display).sandbox)
            #expect(report.isAchieved)
            #expect(once.requests[2].turns.flatMap(\.pictures).count == 3)
            #expect(once.requests[3].turns.flatMap(\.pictures).count == 1)

            let always = ScriptedModel([.fail(full), .fail(full), .act(.done(""))])
            let stopped = try await quickAgent(always).pursue("g", in: ScriptedGuest(display: display).sandbox)
            guard case .stopped = stopped.outcome else { throw GodHandError(.notFound, "\(stopped.outcome)") }
            #expect(always.requests.count == 2)
        }
    }

    @Test func `an error of the model, and a refusal, end the run as failed`() async throws {
        try await withDisplay { display in
            let sandbox = ScriptedGuest(display: display).sandbox
            let denied = try await quickAgent(ScriptedModel([.fail(GodHandError(.modelDenied, "no key"))]))
                .pursue("g", in: sandbox)
            #expect(denied.outcome == .failed(code: .modelDenied, message: "no key"))
            let refusal = ModelResponse(items: [.text("No.")], stop: .refused)
            let refused = try await quickAgent(ScriptedModel([.response(refusal)])).pursue("g", in: sandbox)
            #expect(refused.outcome == .failed(code: .modelRefused, message: "The model declines to go on: No."))
        }
    }

    @Test func `a turn that its provider paused goes back as it is`() async throws {
        try await withDisplay { display in
            let paused = ModelResponse(items: [.text("hm")], stop: .paused)
            let model = ScriptedModel([.response(paused), .act(.done("x"))])
            let report = try await quickAgent(model).pursue("g", in: ScriptedGuest(display: display).sandbox)
            #expect(report.outcome == .achieved("x"))
            #expect(model.requests[1].turns.count == 2 && model.requests[1].turns.last == .model(paused))
        }
    }

    @Test func `a price limit needs a price`() async throws {
        try await withDisplay { display in
            let sandbox = ScriptedGuest(display: display).sandbox
            let agent = quickAgent(ScriptedModel([])) { $0.limits.price = 1 }
            let error = await #expect(throws: GodHandError.self) { try await agent.pursue("g", in: sandbox) }
            #expect(error?.code == .invalidRequest)

            var usage = TokenUsage()
            usage.input = 1_000_000
            usage.output = 500_000
            let turn = ModelResponse(
                items: [.action(ActionCall(id: "c", action: click(9, 9)))], stop: .actions, usage: usage)
            let priced = quickAgent(ScriptedModel([.response(turn)], name: "m-1")) { settings in
                settings.limits.price = 5
                settings.prices = PriceTable(["m": .init(input: 100, output: 100), "m-1": .init(input: 2, output: 10)])
            }
            let report = try await priced.pursue("g", in: sandbox)
            #expect(report.outcome == .stopped("The limit of 5.0 US dollars.") && report.cost.price == 7)
        }
    }

    @Test func `setbacks are forgotten once something works`() {
        var setbacks = Setbacks(replanAfter: 2, giveUpAfter: 4)
        #expect(setbacks.add(.look, changed: false, passed: nil) == .none)
        #expect(setbacks.add(click(1, 1), changed: true, passed: false) == .none)
        #expect(setbacks.add(click(2, 1), changed: true, passed: true) == .none)
        #expect(setbacks.add(click(1, 1), changed: true, passed: false) == .none)
        guard case .replan = setbacks.add(click(1, 1), changed: true, passed: false) else {
            Issue.record("no new plan was asked for")
            return
        }
        #expect(setbacks.add(click(3, 1), changed: true, passed: false) == .none)
        guard case .giveUp = setbacks.add(click(3, 1), changed: false, passed: false) else {
            Issue.record("it does not end")
            return
        }
    }
}
