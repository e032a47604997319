import Foundation
import GodHandAgent
import GodHandCore
import GodHandTesting
import GodHandTrace
import Testing

// The code of the article "Resuming a run", compiled, and run on the simulated backend. It uses only what is public.

struct ResumeArticleTests {
    /// A run that its model breaks off, and the rest of it.
    @Test func `a run goes on from what was stored`() async throws {
        let backend = SimulatedBackend()
        let directory = FileManager.default.temporaryDirectory.appending(path: "resume-\(SandboxID.unique())")
        defer { try? FileManager.default.removeItem(at: directory) }
        let (first, second) = (directory.appending(path: "first"), directory.appending(path: "second"))
        let goal: Goal = "Click twice"
        let broken = ScriptedModel([
            .act(.input(.click(at: Point(x: 20, y: 20)))), .fail(GodHandError(.modelUnreachable, "It is gone.")),
        ])
        try await Self.begin(Self.agent(broken), goal, on: backend, first)
        let old = try Trace(directory: first)
        #expect(old.run.lastStep == 1 && old.run.restorePoint?.step == 0)
        let lives = Self.lives(old)
        #expect(lives == [.created, .snapshotted, .destroyed])

        let model = ScriptedModel([.act(.input(.click(at: Point(x: 90, y: 90)))), .act(.done(""))])
        let report = try await Self.goOn(Self.agent(model), goal, on: backend, from: first, in: second)
        #expect(report.isAchieved && report.steps.map(\.index) == [2, 3])
        let trace = try Trace(directory: second)
        #expect(trace.run.header?.continues == old.run.continuation)
        #expect(Self.lives(trace) == [.restored, .snapshotted, .discarded, .discarded, .destroyed])
        let words = trace.events.compactMap { event in
            if case .intervention(let what) = event, what.kind == .continued { what.text } else { nil }
        }
        #expect(words == ["On the machine as it was before the first step. What step 1 did is not on it."])
        #expect(backend.engine.machines.isEmpty)
    }

    private static func lives(_ trace: Trace) -> [LifecycleEvent.Kind] {
        trace.events.compactMap { if case .lifecycle(let event) = $0 { event.kind } else { nil } }
    }

    private static func agent(_ model: ScriptedModel) -> Agent {
        var agent = Agent(model: model)
        agent.settings.pace.quiet = .milliseconds(5)
        agent.settings.pace.reaction = .milliseconds(20)
        return agent
    }

    private static func begin(
        _ agent: Agent, _ goal: Goal, on backend: some SandboxBackend, _ first: URL
    ) async throws {
        let writer = try TraceWriter(directory: first)
        try await backend.withSandboxScope(recorder: writer) { scope in
            var agent = agent
            agent.settings.recovery.restorePoints = RestorePoints(in: scope, every: 5, outliveProcess: true)
            let sandbox = try await scope.create(.desktop)
            _ = try await agent.pursue(goal, in: sandbox, recorder: writer)
        }
        try await writer.flush()
    }

    private static func goOn(
        _ agent: Agent, _ goal: Goal, on backend: some SandboxBackend, from first: URL, in second: URL
    ) async throws -> RunReport {
        let run = try Trace(directory: first).run
        let writer = try TraceWriter(directory: second)
        let report = try await backend.withSandboxScope(recorder: writer) { scope in
            var agent = agent
            agent.settings.recovery.restorePoints = RestorePoints(in: scope, every: 5, outliveProcess: true)
            return try await agent.resume(run, toward: goal, in: scope, recorder: writer)
        }
        try await writer.flush()
        return report
    }
}
