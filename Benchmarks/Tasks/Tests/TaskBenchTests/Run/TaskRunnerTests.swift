import GodHandCore
import GodHandTesting
import Synchronization
import TaskBench
import Testing

struct TaskRunnerTests {
    /// Done once there is a file; may break while it is set up.
    private struct Note: BenchTask {
        var name: String
        var breaks = false
        let category = "notes"
        let goal = "Write a note"
        let desktop = SandboxSpec.desktop
        let needsWiki = false

        var solution: KnownSolution? {
            KnownSolution { desktop, _, _ in
                try await desktop.writeFile("/tmp/note", "x")
                return TaskEnd(desktop: desktop, answer: "done", steps: 1)
            }
        }

        func setUp(_ desktop: Sandbox) async throws {
            if breaks { throw GodHandError(.execFailed, "It cannot be set up.") }
        }

        func score(_ desktop: Sandbox, answer: String?) async throws -> TaskScore {
            let isThere = try await desktop.exec(["test", "-e", "/tmp/note"]).isSuccess
            return TaskScore([.init("the note is there", credit: isThere ? 1 : 0)])
        }
    }

    @Test(arguments: [1, 2, 8])
    func `attempts come back in order, one that breaks ends no other, and no machine is left`(concurrency: Int)
        async throws
    {
        let backend = SimulatedBackend()
        let tasks = (0..<6).map { Note(name: "note-\($0)", breaks: $0 == 2) }
        let runner = TaskRunner(backend: backend, agent: .solution, concurrency: concurrency)
        let heard = Mutex(0)
        let result = try await runner.run(tasks.map { TaskRunner.Plan($0, seed: 1) }) { _ in heard.withLock { $0 += 1 }
        }
        #expect(result.attempts.map(\.task) == tasks.map(\.name))
        #expect(result.attempts.map(\.isSuccess) == [true, true, false, true, true, true])
        #expect(result.attempts[2].score == nil && result.attempts[2].outcome.contains("cannot be set up"))
        #expect(result.attempts[0].steps == 1 && result.attempts[0].answer == "done")
        #expect(heard.withLock(\.self) == 6 && backend.engine.machines.isEmpty)
    }

    @Test func `doing nothing does nothing`() async throws {
        let runner = TaskRunner(backend: SimulatedBackend(), agent: .nothing)
        let attempt = try await runner.attempt(TaskRunner.Plan(Note(name: "note"), seed: 1))
        #expect(attempt.score?.value == 0 && attempt.answer == nil)
    }

    @Test func `an engine that is not there ends the run`() async throws {
        let faults = FaultPoints { point in
            point.name == "create.make" ? .fail(GodHandError(.engineUnavailable, "No engine answers.")) : nil
        }
        let runner = TaskRunner(backend: SimulatedBackend(faults: faults), agent: .nothing)
        await #expect(throws: GodHandError.self) {
            try await runner.run([TaskRunner.Plan(Note(name: "note"), seed: 1)])
        }
    }
}
