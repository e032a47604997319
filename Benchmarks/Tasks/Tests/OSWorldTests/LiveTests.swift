import Foundation
import GodHandCore
import GodHandSandbox
import OSWorld
import TaskBench
import Testing

extension Trait where Self == ConditionTrait {
    /// Needs OSWorld's own packages, and an engine with our image.
    static var live: Self {
        .enabled("No engine answers, or GODHAND_OSWORLD_PYTHON is not set: run make test.") {
            guard Reference.python != nil else { return false }
            if ProcessInfo.processInfo.environment["GODHAND_REQUIRE_ENGINE"] != nil { return true }
            return (try? await DockerBackend().engineDescription()) != nil
        }
    }
}

@Suite("OSWorld's tasks on our image", .live, .serialized, .timeLimit(.minutes(15)))
struct LiveTests {
    @Test(
        "our solutions score in full, and doing nothing scores nothing",
        arguments: ["chrome", "gimp", "multi_apps", "os", "vlc"])
    func solved(_ domain: String) async throws {
        let plans = try Self.plans().map(\.plan).filter { $0.task.category == domain }
        try #require(!plans.isEmpty)
        let results = try await Self.run(plans, by: .solution, .nothing)
        for (solved, idle) in zip(results[0], results[1]) {
            let (score, nothing) = (try #require(solved.score, "\(solved)"), try #require(idle.score, "\(idle)"))
            #expect(score.isFull, "\(solved.category) \(solved.task): \(solved.outcome); \(score.parts)")
            #expect(nothing.value == 0, "\(idle.category) \(idle.task): \(nothing.parts)")
        }
    }

    @Test("the way is known for twenty-five tasks and more that can be done")
    func many() throws {
        #expect(try Self.plans().count { !$0.isInfeasible } >= 25)
    }

    @Test("what names a solution is a task that runs")
    func names() throws {
        let ids = try Set(Self.plans().map(\.plan.task.name))
        #expect(try Set(Self.solutions().steps.keys).isSubset(of: ids))
    }

    private static func solutions() throws -> OSWorldSolutions {
        try OSWorldSolutions(contentsOf: Reference.package.appending(path: "OSWorld/solutions.json"))
    }

    /// Every task that has a solution, and of those that are to be declined the first of each part: on the machine they are
    /// all alike.
    private static func plans() throws -> [(plan: TaskRunner.Plan, isInfeasible: Bool)] {
        let solutions = try solutions()
        var declined: Set<String> = []
        return try Reference.catalog().entries.compactMap { entry in
            let support = OSWorldSupport(entry.task)
            guard support.runs else { return nil }
            let isNew = support.isInfeasible && declined.insert(entry.domain).inserted
            guard isNew || solutions.steps[entry.task.id] != nil else { return nil }
            return (TaskRunner.Plan(try OSWorldBenchTask(entry, solutions: solutions), seed: 0), support.isInfeasible)
        }
    }

    private static func run(
        _ plans: [TaskRunner.Plan], by agents: BenchAgent...
    ) async throws -> [[BenchResult.Attempt]] {
        var results: [[BenchResult.Attempt]] = []
        for agent in agents {
            let runner = TaskRunner(backend: DockerBackend(), agent: agent, concurrency: 2)
            results.append(try await runner.run(plans).attempts)
        }
        return results
    }
}
