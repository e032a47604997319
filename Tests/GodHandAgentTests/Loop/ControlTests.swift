import GodHandCore
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandAgent

/// Keeps what is recorded, and lets a test step in at any event.
final class EventWatcher: RunRecorder {
    private let list = Mutex<[RunEvent]>([])
    private let body: @Sendable (RunEvent, Int) async throws -> Void

    /// - Parameter body: Told of each event and its number, from one.
    init(_ body: @escaping @Sendable (RunEvent, Int) async throws -> Void = { _, _ in }) { self.body = body }

    var events: [RunEvent] { list.withLock { $0 } }
    var interventions: [Intervention.Kind] {
        events.compactMap { if case .intervention(let intervention) = $0 { intervention.kind } else { nil } }
    }
    var decisions: [ActionDecision] {
        events.compactMap { if case .decision(let decision) = $0 { decision } else { nil } }
    }

    func record(_ event: RunEvent) async throws {
        let number = list.withLock { list in
            list.append(event)
            return list.count
        }
        try await body(event, number)
    }
}

@Suite struct ControlTests {
    @Test func `a model that thinks is dropped when the run is stopped`() async throws {
        try await withDisplay { display in
            let control = RunControl()
            let gate = Gate()
            let model = ScriptedModel { _, _ in
                control.stop("Enough.")
                try await gate.pass()
                return ModelResponse(items: [], stop: .end)
            }
            let recorder = EventWatcher()
            let report = try await quickAgent(model).pursue(
                "g", in: ScriptedGuest(display: display).sandbox, recorder: recorder, control: control)
            #expect(report.outcome == .stopped("Enough.") && report.steps.isEmpty)
            #expect(recorder.events.last == .finished(.stopped("Enough.")))
        }
    }

    @Test func `a hint reaches the model with its next turn`() async throws {
        try await withDisplay { display in
            let control = RunControl()
            let model = ScriptedModel { request, turn in
                if turn == 1 {
                    control.hint("Use the menu.")
                    return try await ScriptedModel([.act(click(9, 9))]).respond(to: request, progress: { _ in })
                }
                #expect(request.news.contains("The user says: Use the menu."))
                return try await ScriptedModel([.act(.done(""))]).respond(to: request, progress: { _ in })
            }
            let recorder = EventWatcher()
            let report = try await quickAgent(model).pursue(
                "g", in: ScriptedGuest(display: display).sandbox, recorder: recorder, control: control)
            #expect(report.isAchieved && recorder.interventions == [.hint])
        }
    }

    @Test func `while a person drives actions are refused, and the agent looks afresh afterwards`() async throws {
        try await withDisplay { display in
            let control = RunControl()
            let recorder = EventWatcher { event, _ in
                guard case .intervention(let intervention) = event, intervention.kind == .takenOver else { return }
                try await display.input.perform(.click(at: Point(x: 77, y: 77)))
                control.handBack()
            }
            let model = ScriptedModel { request, turn in
                let answer: ScriptedModel.Answer
                switch turn {
                case 1:
                    control.takeOver()
                    answer = .act(click(9, 9), click(19, 19))
                default:
                    #expect(request.news.contains("A person is using the machine"))
                    #expect(request.news.contains("Look at the screen afresh."))
                    answer = .act(.done(""))
                }
                return try await ScriptedModel([answer]).respond(to: request, progress: { _ in })
            }
            let report = try await quickAgent(model).pursue(
                "g", in: ScriptedGuest(display: display).sandbox, recorder: recorder, control: control)
            #expect(report.isAchieved && report.steps.count == 1)
            #expect(recorder.interventions == [.takenOver, .handedBack])
            #expect(!control.isTakenOver)
        }
    }

    @Test func `an action that waits is broken off when a person takes over`() async throws {
        struct TakingOver: InputSubstitution {
            let control: RunControl
            func substitute(in action: Action, _ context: PolicyContext) async throws -> Action {
                control.takeOver()
                return action
            }
        }
        try await withDisplay { display in
            let control = RunControl()
            let recorder = EventWatcher { event, _ in
                guard case .intervention(let intervention) = event, intervention.kind == .takenOver else { return }
                control.handBack()
            }
            let model = ScriptedModel([.act(.wait(.seconds(600))), .act(.done(""))])
            let agent = quickAgent(model) { $0.substitution = TakingOver(control: control) }
            let report = try await agent.pursue(
                "g", in: ScriptedGuest(display: display).sandbox, recorder: recorder, control: control)
            #expect(report.isAchieved && report.steps.count == 1)
            #expect(model.requests[1].news.contains("A person took over while it was done."))
        }
    }

    @Test func `a paused run goes on when it is told to`() async throws {
        try await withDisplay { display in
            let control = RunControl()
            let recorder = EventWatcher { event, _ in
                switch event {
                case .step(let step) where step.index == 1: control.pause()
                case .intervention(let intervention) where intervention.kind == .paused: control.resume()
                default: break
                }
            }
            let model = ScriptedModel([.act(click(9, 9), click(90, 90)), .act(.done(""))])
            let report = try await quickAgent(model).pursue(
                "g", in: ScriptedGuest(display: display).sandbox, recorder: recorder, control: control)
            #expect(report.isAchieved && report.steps.count == 3)
            #expect(recorder.interventions == [.paused, .resumed] && !control.isPaused)
        }
    }

    @Test func `a wait for the reins ends with its task`() async throws {
        let control = RunControl()
        control.pause()
        let waiter = Task { try await control.wait { !$0.isPaused } }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
    }
}
