import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox

/// How soon the work on a goal begins, with machines that are kept ready and without.
func measureGoals(_ backend: DockerBackend) async throws {
    note("goals: from the submission until the work has its machine")
    let cold = try await medianStart(on: backend, keeping: 0)
    report("task_start_cold_ms", cold.start, "ms")
    let warm = try await medianStart(on: backend, keeping: 2)
    report("task_start_ms", warm.start, "ms")
    report("pool_acquire_ms", warm.acquire, "ms")
}

/// Medians in milliseconds: from the submission to the first line of the work, and of that what the machine took, which is
/// the time from the record of the attempt to the first line.
private func medianStart(
    on backend: DockerBackend, keeping count: Int
) async throws -> (start: Double, acquire: Double) {
    var spec = SandboxSpec.desktop
    spec.memory = 1 << 30
    spec.cpus = 1
    let directory = FileManager.default.temporaryDirectory.appending(path: "godhand-bench-\(SandboxID.unique())")
    defer { try? FileManager.default.removeItem(at: directory) }
    var settings = OrchestratorSettings()
    settings.directory = directory
    settings.warm = count > 0 ? [WarmPool(spec, count: count)] : []
    let (starts, continuation) = AsyncStream.makeStream(of: Date.self)
    return try await withOrchestrator(on: backend, settings) { attempt in
        continuation.yield(Date())
        var report = RunReport(goal: attempt.request.text)
        report.outcome = .achieved(nil)
        return report
    } body: { orchestrator in
        var times: [(start: Double, acquire: Double)] = []
        var iterator = starts.makeAsyncIterator()
        for round in 0...runs {
            // Nothing else is to be made meanwhile.
            while await orchestrator.load.warm < count { try await Task.sleep(for: .milliseconds(10)) }
            let submitted = Date()
            let id = try await orchestrator.submit(GoalRequest("start", on: spec))
            guard let started = await iterator.next(), let begun = try await orchestrator.end(of: id).attempts.first
            else {
                throw GodHandError(.hostFailed, "The work of a goal did not start.")
            }
            while await orchestrator.load.running > 0 { try await Task.sleep(for: .milliseconds(10)) }
            // The first one warms caches and is not counted.
            guard round > 0 else { continue }
            let (all, own) = (started.timeIntervalSince(submitted), started.timeIntervalSince(begun.startedAt))
            times.append((all * 1000, own * 1000))
        }
        return (times.map(\.start).sorted()[runs / 2], times.map(\.acquire).sorted()[runs / 2])
    }
}
