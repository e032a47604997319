import Foundation
import GRDB
import GodHandCore
import GodHandTesting
import Testing

@testable import TaskService

@Suite(.timeLimit(.minutes(5)))
struct RestartTests {
    @Test func `what was begun when the process was killed begins again, and says so`() async throws {
        let place = temporaryPlace()
        defer { try? FileManager.default.removeItem(at: place) }
        var program = try await Program(in: place)
        let first = try await program.client.submit("slowly")
        let second = try await program.client.submit("slowly", ["attempts": 1])
        for id in [first, second] {
            _ = try await program.client.events("/v1/tasks/\(id)/events") { $0["kind"]?.string == "step" }
        }
        let waiting = try await program.client.submit("never begun", ["machine": ["memory": 4096]])
        let cancelled = try await program.client.submit("forever")
        _ = try await program.client.events("/v1/tasks/\(cancelled)/events") { $0["kind"]?.string == "step" }
        let last = try await program.client.events("/v1/events?after=0") { $0["task"]?.string == cancelled }.last
        await program.kill()

        program = try await Program(in: place)
        let again = try await program.client.events("/v1/tasks/\(first)/events") {
            $0["kind"]?.string == "started" && $0["attempt"]?.integer == 2
        }
        #expect(again.contains { $0["kind"]?.string == "attempt-ended" && $0["end"]?.string == "lost" })
        let numbers = again.compactMap { $0["number"]?.integer }
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
        let task = try await program.client.get("/v1/tasks/\(first)")
        #expect(task["attempts"]?.array?.first?["end"]?.string == "lost")
        // It was allowed one attempt, and had that.
        let ended = try await program.client.end(of: second)
        #expect(ended["outcome"]?["kind"]?.string == "failed")
        #expect(ended["attempts"]?.array?.count == 1)
        let known = try await program.client.get("/v1/tasks?limit=100")["tasks"]?.array?.compactMap { $0["id"]?.string }
        #expect(Set(known ?? []) == [first, second, waiting, cancelled])
        let number = try #require(last?["number"]?.integer)
        let missed = try await program.client.events("/v1/events?after=\(number)") { $0["end"]?.string == "lost" }
        #expect(missed.allSatisfy { $0["number"]?.integer ?? 0 > number })
        await program.kill()
    }

    @Test func `a cancellation that was answered holds after a kill`() async throws {
        let place = temporaryPlace()
        defer { try? FileManager.default.removeItem(at: place) }
        var program = try await Program(in: place, "--concurrency", "0")
        let id = try await program.client.submit("click")
        await program.kill()
        // As if it had died between the two steps of a cancellation.
        let queue = try DatabaseQueue(path: place.appending(path: "tasks.sqlite").path(percentEncoded: false))
        try await queue.write { try $0.execute(sql: "UPDATE tasks SET cancelling = 1") }
        try queue.close()
        program = try await Program(in: place)
        let task = try await program.client.end(of: id)
        #expect(task["outcome"]?["message"]?.string == "It was cancelled.")
        let events = try await program.client.events("/v1/tasks/\(id)/events")
        #expect(!events.contains { $0["kind"]?.string == "step" }, "nothing was done")
        await program.kill()
    }

    @Test func `a task that only the database knows is handed in again`() async throws {
        let place = temporaryPlace()
        defer { try? FileManager.default.removeItem(at: place) }
        var program = try await Program(in: place, "--concurrency", "0")
        let id = try await program.client.submit("click")
        await program.kill()
        for name in try FileManager.default.contentsOfDirectory(atPath: place.path(percentEncoded: false))
        where name.hasSuffix(".jsonl") { try FileManager.default.removeItem(at: place.appending(path: name)) }
        program = try await Program(in: place)
        let events = try await program.client.events("/v1/tasks/\(id)/events")
        #expect(events.count { $0["kind"]?.string == "resubmitted" } == 1)
        #expect(events.last?["outcome"]?["kind"]?.string == "achieved")
        await program.kill()
    }

    @Test func `without its journal the last attempt is not burnt on the trace that is there`() async throws {
        let place = temporaryPlace()
        defer { try? FileManager.default.removeItem(at: place) }
        var program = try await Program(in: place)
        let id = try await program.client.submit("forever", ["attempts": 1])
        _ = try await program.client.events("/v1/tasks/\(id)/events") { $0["kind"]?.string == "step" }
        await program.kill()
        try FileManager.default.removeItem(at: place.appending(path: "journal.jsonl"))
        program = try await Program(in: place)
        let events = try await program.client.events("/v1/tasks/\(id)/events") {
            $0["kind"]?.string == "finished" || ($0["kind"]?.string == "step" && $0["attempt"]?.integer == 2)
        }
        #expect(events.last?["kind"]?.string == "step")
        await program.kill()
    }

    @Test func `told to end, it stores what is worked on and goes on there`() async throws {
        let place = temporaryPlace()
        defer { try? FileManager.default.removeItem(at: place) }
        let backend = SimulatedBackend()
        let id = try await withService(in: place, backend: backend) { client in
            let id = try await client.submit("forever")
            _ = try await client.events("/v1/tasks/\(id)/events") { $0["kind"]?.string == "step" }
            return id
        }
        #expect(backend.engine.machines.isEmpty)
        try await withService(in: place, backend: backend) { client in
            let events = try await client.events("/v1/tasks/\(id)/events") { $0["attempt"]?.integer == 2 }
            #expect(events.contains { $0["end"]?.string == "checkpointed" })
            #expect(events.last?["isResumption"]?.bool == true)
            _ = try await client.send("POST", "/v1/tasks/\(id)/cancel")
            _ = try await client.end(of: id)
        }
        #expect(backend.engine.snapshots.isEmpty)
    }
}
