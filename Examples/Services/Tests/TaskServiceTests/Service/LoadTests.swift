import GodHandCore
import GodHandTesting
import Testing

@testable import TaskService

@Suite(.timeLimit(.minutes(10)))
struct LoadTests {
    @Test func `two hundred tasks at once all end, and fifty watchers see each event once`() async throws {
        let backend = SimulatedBackend()
        try await withService(backend: backend, { $0.concurrency = 8 }) { client in
            try await withThrowingTaskGroup(of: Set<String>.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await Self.watch(client, 200) }
                }
                group.addTask {
                    try await withThrowingTaskGroup(of: String.self) { submissions in
                        for number in 0..<200 {
                            submissions.addTask {
                                try await client.submit("errand \(number)", ["group": .string("group \(number % 5)")])
                            }
                        }
                        return try await submissions.reduce(into: []) { $0.insert($1) }
                    }
                }
                var seen: [Set<String>] = []
                for try await ids in group { seen.append(ids) }
                #expect(seen.count == 51)
                #expect(seen.allSatisfy { $0.count == 200 && $0 == seen[0] })
            }
            let last = try await client.get("/v1/tasks?state=finished&limit=100")["tasks"]?.array ?? []
            #expect(last.count == 100 && last.allSatisfy { $0["outcome"]?["kind"]?.string == "achieved" })
            for state in ["queued", "running"] {
                #expect(try await client.get("/v1/tasks?state=\(state)")["tasks"]?.array?.isEmpty == true)
            }
        }
        #expect(backend.engine.machines.isEmpty)
    }

    /// Watches all tasks until so many have ended; those that did.
    private static func watch(_ client: Client, _ count: Int) async throws -> Set<String> {
        var (numbers, ended): ([Int], Set<String>) = ([], [])
        // Line by line, since fifty readers of JSON would take longer than all that they watch.
        try await client.lines("/v1/events?after=0") { line in
            if line.hasPrefix("id: "), let number = Int(line.dropFirst(4)) { numbers.append(number) }
            guard line.hasPrefix("data: "), line.contains(#""kind":"finished""#) else { return false }
            if let task = line.firstMatch(of: /"task":"([a-z0-9]+)"/) { ended.insert(String(task.1)) }
            return ended.count >= count
        }
        #expect(numbers == Array(1...max(1, numbers.count)), "each once, and in order")
        return ended
    }
}
