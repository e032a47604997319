import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import Testing

@testable import TaskBench

/// The task files of this package, on real desktops.
@Suite(.liveDesktops, .serialized, .timeLimit(.minutes(12))) struct LiveTasksTests {
    @Test func `every solution does everything`() async throws {
        let result = try await Self.run(.solution)
        for attempt in result.attempts { #expect(attempt.isSuccess, "\(attempt.line) \(attempt.outcome)") }
    }

    @Test func `doing nothing is worth nothing`() async throws {
        let result = try await Self.run(.nothing)
        for attempt in result.attempts { #expect(attempt.score?.value == 0, "\(attempt.line) \(attempt.outcome)") }
    }

    @Test func `where only branching wins, just one way leads to the goal`() async throws {
        let task = try TaskFolder(OwnTasksTests.folder).task("last-copy", seed: 3)
        let decisions = try #require(task.file.branches)
        let report = try await DockerBackend().withSandboxScope { scope in
            let desktop = try await scope.create(task.desktop)
            try await task.setUp(desktop)
            return try await task.search(decisions, from: desktop, in: scope, stopsEarly: false)
        }
        let winners = report.branches.filter { $0.score?.reachesGoal == true }
        #expect(report.branches.count == 3 && winners.map(\.title) == [decisions[0].right], "\(report.branches)")
    }

    /// Attempts that share a small host take longer than one after the other would.
    private static func run(_ agent: BenchAgent) async throws -> BenchResult {
        let folder = try TaskFolder(OwnTasksTests.folder)
        let plans = try folder.names.map { TaskRunner.Plan(try folder.task($0, seed: 1), seed: 1) }
        let runner = TaskRunner(backend: DockerBackend(), agent: agent, concurrency: 2)
        return try await runner.run(plans) { print("\(agent.name): \($0.line)") }
    }
}

extension Trait where Self == ConditionTrait {
    /// Needs an engine with the images.
    static var liveDesktops: Self {
        .enabled("No engine with the images godhand/desktop and godhand/wiki answers: run make image.") {
            if ProcessInfo.processInfo.environment["GODHAND_REQUIRE_ENGINE"] != nil { return true }
            let network = "probe-\(SandboxID.unique())"
            return (try? await DockerBackend().withSandbox(.wiki(on: network)) { _ in true }) ?? false
        }
    }
}
