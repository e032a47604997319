import Foundation
import GodHandCore
import Testing

@testable import TaskService

@Suite(.timeLimit(.minutes(3)))
struct TaskTests {
    @Test func `a task is taken, done, told of and shown`() async throws {
        try await withService { client in
            let id = try await client.submit("click", ["group": "one", "limits": ["steps": 20]])
            let events = try await client.events("/v1/tasks/\(id)/events")
            let kinds = events.compactMap { $0["kind"]?.string }
            #expect(kinds == ["submitted", "started", "step", "step", "step", "step", "attempt-ended", "finished"])
            #expect(events.compactMap { $0["number"]?.integer } == Array(1...8))
            let task = try await client.get("/v1/tasks/\(id)")
            #expect(task["state"]?.string == "finished")
            #expect(task["outcome"]?["kind"]?.string == "achieved")
            #expect(task["spent"]?["steps"]?.integer == 4)
            #expect(task["request"]?["group"]?.string == "one")
            let listed = try await client.get("/v1/tasks?state=finished")
            #expect(listed["tasks"]?.array?.map { $0["id"]?.string } == [id])
        }
    }

    @Test func `trace and report can be fetched, and a pass opens the report once`() async throws {
        try await withService { client in
            let id = try await client.submit("click")
            _ = try await client.end(of: id)
            let archive = try await client.send("GET", "/v1/tasks/\(id)/trace")
            #expect(archive.status == 200 && archive.header("content-type") == "application/x-tar")
            let names = try await Self.list(archive.body)
            #expect(names.contains("\(id)-1/trace.jsonl"))
            #expect(names.count { $0.contains("/blobs/") } > 1)
            let report = try await client.send("GET", "/v1/tasks/\(id)/report")
            #expect(String(decoding: report.body, as: UTF8.self).contains("It was rehearsed."))
            #expect(report.header("content-security-policy")?.hasPrefix("sandbox") == true)
            let pass = try await client.send("POST", "/v1/tasks/\(id)/report-pass")
            let address = try #require(pass.json["address"]?.string)
            var stranger = client
            stranger.token = nil
            #expect(try await stranger.send("GET", "/v1/tasks/\(id)/report").status == 401)
            #expect(try await stranger.send("GET", address).status == 200)
            #expect(try await stranger.send("GET", address).status == 401)
            let other = try await client.send("POST", "/v1/tasks/\(id)/report-pass").json["address"]?.string ?? ""
            let stolen = other.replacingOccurrences(of: "/report?", with: "/trace?")
            #expect(try await stranger.send("GET", stolen).status != 200)
        }
    }

    @Test func `the same request under the same key is the same task`() async throws {
        try await withService { client in
            let body: JSONValue = ["goal": "click"]
            let first = try await client.send("POST", "/v1/tasks", body, headers: ["Idempotency-Key": "k-1"])
            let again = try await client.send("POST", "/v1/tasks", body, headers: ["Idempotency-Key": "k-1"])
            #expect(first.status == 201 && again.status == 200)
            #expect(first.json["id"] == again.json["id"])
            let other = try await client.send(
                "POST", "/v1/tasks", ["goal": "something else"], headers: ["Idempotency-Key": "k-1"])
            #expect(other.status == 409)
        }
    }

    @Test func `a task is cancelled, and can be forgotten afterwards`() async throws {
        try await withService { client in
            let id = try await client.submit("forever")
            _ = try await client.events("/v1/tasks/\(id)/events") { $0["kind"]?.string == "step" }
            #expect(try await client.send("DELETE", "/v1/tasks/\(id)").status == 409)
            #expect(try await client.send("POST", "/v1/tasks/\(id)/cancel").status == 202)
            let task = try await client.end(of: id)
            #expect(task["outcome"]?["kind"]?.string == "stopped")
            #expect(task["isCancelling"]?.bool == true)
            #expect(try await client.send("POST", "/v1/tasks/\(id)/cancel").status == 409)
            #expect(try await client.send("DELETE", "/v1/tasks/\(id)").status == 204)
            #expect(try await client.send("GET", "/v1/tasks/\(id)").status == 404)
            #expect(try await client.send("GET", "/v1/tasks/\(id)/events").status == 404)
        }
    }

    @Test func `a watcher goes on after the event that it saw last`() async throws {
        try await withService { client in
            let id = try await client.submit("click")
            _ = try await client.end(of: id)
            let rest = try await client.events("/v1/tasks/\(id)/events", headers: ["Last-Event-ID": "6"])
            #expect(rest.compactMap { $0["number"]?.integer } == [7, 8])
            let none = try await client.events("/v1/tasks/\(id)/events?after=8")
            #expect(none.isEmpty)
            let all = try await client.events("/v1/events?after=0") { $0["kind"]?.string == "finished" }
            #expect(all.count == 8)
        }
    }

    @Test func `pages of tasks lead to each other`() async throws {
        try await withService({ $0.concurrency = 0 }) { client in
            var ids: [String] = []
            for number in 0..<7 { ids.append(try await client.submit("task \(number)")) }
            var found: [String] = []
            var address = "/v1/tasks?limit=3"
            while true {
                let page = try await client.get(address)
                found += page["tasks"]?.array?.compactMap { $0["id"]?.string } ?? []
                guard let before = page["before"]?.integer else { break }
                address = "/v1/tasks?limit=3&before=\(before)"
            }
            #expect(found == ids.reversed())
        }
    }

    /// The names in an archive, as tar reads them.
    private static func list(_ archive: [UInt8]) async throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UInt64.random(in: 0...UInt64.max)).tar")
        try Data(archive).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let output = try run("tar", "tf", file.path(percentEncoded: false))
        return output.split(separator: "\n").map(String.init)
    }
}

/// Runs a program to its end, and returns what it prints.
func run(_ program: String...) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = program
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
}
