import ArgumentParser
import Foundation
import OSWorld
import TaskBench

extension BenchTasks {
    /// What runs of OSWorld's tasks, and why the others do not.
    func printTable() throws {
        guard let osworld else { return }
        print(OSWorldTable(try OSWorldCatalog(contentsOf: osworld)).markdown, terminator: "")
    }

    /// OSWorld's tasks that were asked for. Without a choice these are all that run, and for the known solutions all that
    /// have one.
    func osworldPlans(_ file: String) throws -> [TaskRunner.Plan] {
        let solutions = try OSWorldSolutions(
            contentsOf: URL(filePath: folder).deletingLastPathComponent().appending(path: "OSWorld/solutions.json"))
        let entries = try OSWorldCatalog(contentsOf: file).entries
        let known = Set(entries.flatMap { [$0.task.id, $0.domain] })
        if let stranger = tasks.first(where: { !known.contains($0) }) {
            throw ValidationError("OSWorld has no task or part '\(stranger)'.")
        }
        var plans: [TaskRunner.Plan] = []
        for entry in entries {
            let isNamed = tasks.contains(entry.task.id)
            guard isNamed || tasks.isEmpty || tasks.contains(entry.domain) else { continue }
            guard isNamed || OSWorldSupport(entry.task).runs else { continue }
            let task = try OSWorldBenchTask(entry, solutions: solutions)
            if !isNamed, agent.contains(.solution), task.solution == nil { continue }
            for seed in seed..<seed + UInt64(repeats) { plans.append(TaskRunner.Plan(task, seed: seed)) }
        }
        return plans
    }
}
