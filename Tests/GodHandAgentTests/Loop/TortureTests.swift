import GodHandCore
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandAgent

@Suite struct TortureTests {
    private static let script: [ScriptedModel.Answer] = [
        .act(click(50, 50), click(150, 150)), .act(.done("no")), .act(.input(.type("x")), expecting: "more"),
        .act(.done("yes")),
    ]

    /// Makes a run; the second time that it is asked, the goal's check passes.
    private static func run(
        _ display: any Display, recorder: any RunRecorder
    ) async throws -> RunReport {
        let asked = Mutex(0)
        let guest = ScriptedGuest(display: display) { arguments, _ in
            guard arguments[0] == "check" else { return nil }
            return .init(
                code: asked.withLock { asked in
                    asked += 1
                    // It is asked once when the command starts and once when it ends.
                    return asked > 2 ? 0 : 1
                })
        }
        let agent = quickAgent(ScriptedModel(script)) { $0.policies = [ActionRule { _, _ in .allow }] }
        return try await agent.pursue(
            Goal("g", checks: [.commandSucceeds(["check"])]), in: guest.sandbox, recorder: recorder)
    }

    @Test func `a run that is cancelled at any event throws that, and its trace has an end`() async throws {
        let whole = EventWatcher()
        let report = try await withDisplay { try await Self.run($0, recorder: whole) }
        #expect(report.outcome == .achieved("yes"))
        for point in 1..<whole.events.count {
            try await withDisplay { display in
                let recorder = EventWatcher { _, number in
                    if number == point { withUnsafeCurrentTask { $0?.cancel() } }
                }
                let run = Task { try await Self.run(display, recorder: recorder) }
                await #expect(throws: CancellationError.self, "at event \(point)") { try await run.value }
                #expect(recorder.events.last == .finished(.stopped("It was cancelled.")))
            }
        }
    }

    @Test func `a recorder that fails at any event ends the run with its error`() async throws {
        let whole = EventWatcher()
        _ = try await withDisplay { try await Self.run($0, recorder: whole) }
        for point in 1...whole.events.count {
            try await withDisplay { display in
                let recorder = EventWatcher { _, number in
                    if number == point { throw GodHandError(.diskFull, "full") }
                }
                let error = await #expect(throws: GodHandError.self, "at event \(point)") {
                    try await Self.run(display, recorder: recorder)
                }
                #expect(error?.code == .diskFull)
                guard case .finished? = recorder.events.last else { throw GodHandError(.notFound, "no end") }
            }
        }
    }

    @Test func `a machine that breaks ends the run with its error`() async throws {
        var spec = SandboxSpec.desktop
        spec.screen = Size(width: 320, height: 200)
        let faults = FaultPoints {
            $0.name == "input" && $0.occurrence == 2 ? .fail(GodHandError(.displayLost, "gone")) : nil
        }
        let backend = SimulatedBackend(faults: faults)
        let machine = try await backend.create(spec, ownership: Ownership(owner: "t", book: MemoryLedger()))
        let recorder = EventWatcher()
        let error = await #expect(throws: GodHandError.self) {
            try await quickAgent(ScriptedModel(Self.script)).pursue(
                "g", in: Sandbox(machine: machine, spec: spec, backend: "simulated"), recorder: recorder)
        }
        #expect(error?.code == .displayLost)
        #expect(recorder.events.last == .finished(.failed(code: .displayLost, message: "gone")))
        try await machine.destroy()
    }

    @Test func `the steps of a run happen only when they are asked for`() async throws {
        try await withDisplay { display in
            let model = ScriptedModel([.act(click(9, 9), click(90, 90)), .act(.done("x"))])
            var steps = quickAgent(model).steps(toward: "g", in: ScriptedGuest(display: display).sandbox)
                .makeAsyncIterator()
            #expect(model.requests.isEmpty)
            let first = try await steps.next()
            #expect(first?.index == 1 && model.requests.count == 1 && steps.report.steps.count == 1)
            _ = try await steps.next()
            #expect(model.requests.count == 1)
            let last = try await steps.next()
            #expect(last?.action == .done("x") && steps.report.outcome == .achieved("x"))
            let end = try await steps.next()
            #expect(end == nil)
        }
    }
}
