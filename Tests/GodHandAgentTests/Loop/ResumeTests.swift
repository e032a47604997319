import Foundation
import GodHandCore
import GodHandTesting
import Testing

@testable import GodHandAgent

@Suite struct ResumeTests {
    private static let script: [ScriptedModel.Answer] = [
        .act(click(50, 50), saying: "one"), .act(.input(.type("ab")), expecting: "more"), .act(click(90, 90)),
        .act(.done("42")),
    ]

    /// A whole run, and what was recorded of it.
    private static func run(_ display: any Display) async throws -> [RunEvent] {
        let recorder = EventWatcher()
        let report = try await quickAgent(ScriptedModel(script)).pursue(
            "g", in: ScriptedGuest(display: display).sandbox, recorder: recorder)
        #expect(report.isAchieved)
        return recorder.events
    }

    @Test func `a run is taken up wherever its trace breaks off`() async throws {
        try await withDisplay { display in
            let events = try await Self.run(display)
            let modelTurns = events.map { event in
                if case .modelTurn(let entry) = event { entry.speaker == .model } else { false }
            }
            for length in 1..<events.count {
                let trace = Array(events.prefix(length))
                let said = modelTurns.prefix(length).count { $0 }
                // Without a turn of the model, the goal is all that it can be told again.
                let model = ScriptedModel([.act(click(20, 20)), .act(.done("resumed"))])
                let recorder = EventWatcher()
                let report = try await quickAgent(model).resume(
                    from: trace, toward: "g", in: ScriptedGuest(display: display).sandbox, recorder: recorder)
                #expect(report.outcome == .achieved("resumed"), "after \(length) events")
                #expect(report.turns == said + 2)
                let before = trace.count { if case .step = $0 { true } else { false } }
                #expect(report.steps.map(\.index) == [before + 1, before + 2])
                // All calls of the recorded turns are answered exactly once, and what was recorded goes first.
                let request = model.requests[0]
                let calls = request.turns.flatMap { turn -> [String] in
                    if case .model(let response) = turn { response.actions.map(\.id) } else { [] }
                }
                let answers = request.turns.flatMap { turn -> [String] in
                    if case .results(let results) = turn { results.map(\.call) } else { [] }
                }
                #expect(calls == answers)
                let old = try trace.conversation()
                #expect(Array(request.turns.prefix(old.count)) == old)
                // The new trace can be resumed from again.
                #expect(try recorder.events.conversation().count > old.count)
                #expect(Array(try recorder.events.conversation().prefix(old.count)) == old)
            }
        }
    }

    @Test func `every kind of turn survives being recorded`() throws {
        let image = ModelImage(
            png: Data([1, 2]), size: Size(width: 3, height: 4), region: Rect(x: 1, y: 1, width: 9, height: 9))
        let turns: [ModelTurn] = [
            .user([.text("a"), .image(image), .untrusted("b"), .image(ModelImage(png: Data([3]), size: image.size))]),
            .model(
                ModelResponse(
                    items: [
                        .reasoning("r"), .text("t"), .malformed(MalformedCall(id: "m", reason: "x")),
                        .action(
                            ActionCall(
                                id: "1", action: .waitFor(.text("x"), atMost: .seconds(30)), expectation: "e",
                                safetyChecks: [SafetyCheck(id: "s", code: "c", message: "m")])),
                        .action(ActionCall(id: "2", action: .input(.hold("ctrl", duration: .milliseconds(12_345))))),
                    ], stop: .actions, native: ["blocks": [1, 2.5, nil, true, ["deep": "x"]]])),
            .results([
                ActionResult(call: "1", content: [.image(image)]),
                ActionResult(call: "2", content: [.text("no")], isError: true),
            ]),
        ]
        for turn in turns {
            let entry = try turn.entry(model: "m")
            #expect(entry.pictures == turn.pictures.map(\.png))
            let read = try ModelTurn(entry)
            #expect(read == turn, "\(entry.content)")
        }
        // A picture that is gone is replaced by words.
        var entry = try turns[0].entry(model: "m")
        entry.pictures = [Data()]
        let pruned = try ModelTurn(entry)
        #expect(pruned == .user([.text("a"), HistoryPolicy.placeholder, .untrusted("b"), HistoryPolicy.placeholder]))
    }

    @Test(arguments: [JSONValue.null, "x", ["user": 3], ["model": ["_0": ["items": []]]]])
    func `a turn that is none is damage`(content: JSONValue) async throws {
        let event = RunEvent.modelTurn(ConversationEntry(.program, model: "m", content: content))
        try await withDisplay { display in
            let error = await #expect(throws: GodHandError.self) {
                try await quickAgent(ScriptedModel([])).resume(
                    from: [event], toward: "g", in: ScriptedGuest(display: display).sandbox)
            }
            #expect(error?.code == .dataDamaged)
        }
    }

    @Test func `a recording plays back, and tells where a run differs`() async throws {
        let events = try await withDisplay { try await Self.run($0) }
        try await withDisplay { display in
            let guest = ScriptedGuest(display: display)
            let same = try await quickAgent(RecordedModel(events)).pursue("g", in: guest.sandbox)
            #expect(same.outcome == .achieved("42") && same.steps.count == 4)
        }
        try await withDisplay { display in
            let guest = ScriptedGuest(display: display)
            let other = try await quickAgent(RecordedModel(events)).pursue("another goal", in: guest.sandbox)
            guard case .failed(code: .modelRecording, let message) = other.outcome else {
                throw GodHandError(.notFound, "\(other.outcome)")
            }
            #expect(message.contains("Turn 1") && message.contains("another goal"))
            let loose = try await quickAgent(RecordedModel(events, strictness: .shape))
                .pursue("another goal", in: guest.sandbox)
            #expect(loose.isAchieved)
            // It has a price, so that a recording is no way around a limit; it ends where the recording does.
            #expect(throws: GodHandError.self) { try RecordedModel([]) }
        }
    }
}
