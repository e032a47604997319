import Foundation
import GodHandCore
import GodHandSandbox
import GodHandTrace
import Testing

@testable import GodHandAgent

extension Live {
    /// The loop on a real desktop, with a model that follows a script.
    @Suite(.liveWiki, .timeLimit(.minutes(3))) struct AgentLoopTests {
        @Test func `a file is written by hand, a false done is caught, and the trace can be resumed from`() async throws
        {
            let directory = FileManager.default.temporaryDirectory.appending(path: "godhand-\(SandboxID.unique())")
            defer { try? FileManager.default.removeItem(at: directory) }
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                let model = ScriptedModel([
                    .act(.done("too early")), .act(.open("lxterminal")),
                    .act(.waitFor(.stillScreen, atMost: .seconds(5))),
                    .act(.input(.type("echo godhand > /tmp/note\n")), saying: "Write the note."),
                    .act(.done("written")),
                ])
                var settings = AgentSettings()
                settings.pace.reaction = .seconds(2)
                let goal = Goal(
                    "Write a note", checks: [Assertion.fileContains(path: "/tmp/note", text: "godhand").eventually()])
                let trace = try TraceWriter(directory: directory, durability: .none)
                let report = try await Agent(model: model, settings: settings)
                    .pursue(goal, in: sandbox, recorder: trace)
                #expect(report.outcome == .achieved("written"), "\(report.outcome)")
                #expect(report.steps.map(\.index) == [1, 2, 3, 4, 5])
                let overhead = report.steps.map { $0.timings.overhead }.sorted()
                print("bench step_overhead_ms \(overhead[overhead.count / 2] / .milliseconds(1))")

                // The trace on disk is all that another process has.
                let events = try Trace(directory: directory).events
                let again = ScriptedModel([.act(.done("still there"))])
                let resumed = try await Agent(model: again, settings: settings)
                    .resume(from: events, toward: goal, in: sandbox)
                #expect(resumed.outcome == .achieved("still there") && resumed.steps.map(\.index) == [6])
                #expect(Array(again.requests[0].turns.prefix(model.requests[4].turns.count)) == model.requests[4].turns)
            }
        }
    }
}
