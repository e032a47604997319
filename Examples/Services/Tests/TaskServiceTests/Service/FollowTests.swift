import Foundation
import GodHandAgent
import GodHandCore
import GodHandTesting
import Testing

@testable import TaskService

@Suite("What database and orchestrator know of each other", .timeLimit(.minutes(1))) struct FollowTests {
    /// A service without its wire, on a host of so much memory, whose work is done at once.
    private func withCore(
        memory: Int = 1 << 40, _ body: (ServiceCore) async throws -> Void
    ) async throws {
        let place = temporaryPlace()
        defer { try? FileManager.default.removeItem(at: place) }
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let store = try TaskStore(at: place.appending(path: "tasks.sqlite"))
        defer { store.close() }
        var settings = OrchestratorSettings()
        settings.directory = place
        settings.keepsFinished = 1
        settings.measure = { HostReading(memory: memory, available: memory, processors: 64) }
        let backend = SimulatedBackend()
        try await backend.withSandboxScope { scope in
            try await withOrchestrator(on: backend, settings) { attempt in
                var report = RunReport(goal: attempt.request.text)
                report.outcome = .achieved(nil)
                return report
            } body: { orchestrator in
                try await body(
                    ServiceCore(
                        orchestrator: orchestrator, store: store, live: LiveTasks(feed: store.feed),
                        metrics: ServiceMetrics(), workplace: Workplace(),
                        bench: Workbench(scope: scope, store: store, capacity: 1), directory: place, queueLimit: 10))
            }
        }
    }

    @Test func `a task whose end the orchestrator has forgotten is over all the same`() async throws {
        try await withCore { core in
            var ids: [GoalID] = []
            for number in 1...3 {
                let submission = try TaskSubmission(["goal": .string("goal \(number)")])
                ids.append(try await core.submit(submission, key: nil).task.id)
            }
            await core.orchestrator.shutdown(.drain)
            #expect(await core.orchestrator.list().count == 1)
            try await core.follow()
            for id in ids {
                let task = try await core.store.task(id)
                #expect(task?.status?.outcome == .achieved(nil))
            }
        }
    }

    @Test func `one task that is not taken does not keep the service from starting`() async throws {
        try await withCore(memory: 3 << 30) { core in
            let large = try TaskSubmission(["goal": "large", "machine": ["memory": 4096]])
            let small = try TaskSubmission(["goal": "small", "machine": ["memory": 256]])
            let (first, second) = (GoalID.unique(), GoalID.unique())
            _ = try await core.store.insert(large, as: first, key: nil)
            _ = try await core.store.insert(small, as: second, key: nil)
            try await core.recover()
            let failed = try await core.store.task(first)?.status?.outcome
            guard case .failed(code: .limitExceeded, message: _) = failed else {
                Issue.record("\(String(describing: failed))")
                return
            }
            let outcome = try await core.orchestrator.end(of: second).outcome
            #expect(outcome == .achieved(nil))
        }
    }

    @Test func `what was handed in is whole without the database`() throws {
        let submission = try TaskSubmission([
            "goal": "g", "approval": "all", "machine": ["memory": 2048, "network": "full"],
            "checks": [["type": "fileContains", "path": "/tmp/x", "value": "y"]],
        ])
        let request = try submission.request(in: Workplace()).validated()
        #expect(TaskSubmission(of: request) == submission)
        var earlier = request
        earlier.details = nil
        #expect(TaskSubmission(of: earlier).goal == "g")
    }
}
