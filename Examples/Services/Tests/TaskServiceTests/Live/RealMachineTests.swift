import Foundation
import GodHandCore
import GodHandSandbox
import TestSupport
import Testing

@testable import TaskService

/// The service as it is used: real containers, a policy that looks at real screens, and a real browser that watches.
@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["GODHAND_REQUIRE_ENGINE"] != nil, "no engine is asked for"),
    .timeLimit(.minutes(10)), .serialized)
struct RealMachineTests {
    @Test func `a task is done on a desktop while a browser watches, survives a kill, and leaves nothing behind`()
        async throws
    {
        let place = temporaryPlace()
        defer { try? FileManager.default.removeItem(at: place) }
        var program = try await Program(in: place, backend: "docker", "--wiki")
        let body: [String: JSONValue] = [
            "machine": ["network": "wiki"], "checks": [["type": "windowTitle", "value": "Ada Lovelace"]],
        ]
        let goal = "In the encyclopedia at http://wiki, open the article on Ada Lovelace"
        let id = try await program.client.submit(goal, body)
        _ = try await program.client.events("/v1/tasks/\(id)/events") { $0["kind"]?.string == "step" }
        var used = [try await program.client.get("/v1/tasks/\(id)")["live"]?["sandbox"]?.string]
        await program.kill()

        program = try await Program(in: place, backend: "docker", "--wiki")
        let client = program.client
        let again = try await client.events("/v1/tasks/\(id)/events") { $0["attempt"]?.integer == 2 }
        let number = try #require(again.last?["number"]?.integer)
        _ = try await client.events("/v1/tasks/\(id)/events?after=\(number)") { $0["kind"]?.string == "step" }
        used.append(try await client.get("/v1/tasks/\(id)")["live"]?["sandbox"]?.string)
        // It could be over before a browser has started.
        #expect(try await client.send("POST", "/v1/tasks/\(id)/pause").status == 200)
        if Chromium.program != nil {
            let browser = try Chromium()
            defer { browser.quit() }
            try browser.load(
                try #require(URL(string: "http://127.0.0.1:\(client.port)/#token=\(client.token ?? "")")))
            try browser.wait(until: "document.querySelector('.card canvas')?.dataset.drawn > 0")
            try keep(browser, "wall")
            try browser.click(".card")
            try browser.wait(until: "document.querySelectorAll('#feed li[data-kind=step]').length > 0")
            try browser.click("#drive")
            try browser.wait(until: "document.querySelector('#screen').classList.contains('mine')")
            try keep(browser, "driving")
            // A key that changes nothing: where the run goes on from is to be where it stopped.
            try browser.click("[data-key=Escape]")
            try browser.settle()
            #expect(try browser.evaluate("document.querySelector('#problem').textContent") as? String == "")
            try browser.click("#drive")
            try browser.wait(until: "!document.querySelector('#screen').classList.contains('mine')")
            if try browser.evaluate("document.querySelector('#pause').textContent === 'Resume'") as? Bool == true {
                try browser.click("#pause")
            }
            // As long as the run may take where all is slow: the browser is asked again and again, since it answers no later.
            for _ in 0..<5 where !(try isOver(browser)) { try? browser.wait(until: Self.isOver) }
            let state = try browser.evaluate("document.querySelector('#state').textContent") as? String ?? ""
            #expect(state.hasPrefix("achieved"), "\(state)")
            try keep(browser, "achieved")
            #expect(browser.complaints.isEmpty, "\(browser.complaints)")
        } else {
            #expect(try await client.send("POST", "/v1/tasks/\(id)/resume").status == 200)
        }
        let task = try await client.end(of: id)
        #expect(task["outcome"]?["kind"]?.string == "achieved", "\(task)")
        #expect(task["attempts"]?.array?.map { $0["end"]?.string } == ["lost", "finished"])
        #expect(try await client.send("GET", "/v1/tasks/\(id)/report").body.count > 100_000)
        #expect(try await program.terminate() == 0)
        let names = Set(used.compactMap { $0 })
        #expect(!names.isEmpty)
        #expect(try await DockerBackend().machines().allSatisfy { !names.contains($0.id.rawValue) })
    }

    @Test func `a sandbox is made, seen, stored, made again and destroyed`() async throws {
        let place = temporaryPlace()
        defer { try? FileManager.default.removeItem(at: place) }
        let program = try await Program(in: place, backend: "docker")
        let client = program.client
        let made = try await client.send("POST", "/v1/sandboxes", ["machine": ["width": 800, "height": 600]])
        let id = try #require(made.json["id"]?.string)
        let picture = try await client.send("GET", "/v1/sandboxes/\(id)/screenshot")
        #expect(try PNG.decode(picture.body).size == Size(width: 800, height: 600))
        let stored = try await client.send("POST", "/v1/sandboxes/\(id)/snapshots", [:])
        let snapshot = try #require(stored.json["id"]?.string)
        let again = try await client.send("POST", "/v1/sandboxes", ["snapshot": .string(snapshot)])
        #expect(again.json["origin"]?.string == id)
        #expect(try await client.send("POST", "/v1/sandboxes/\(id)/pause").json["isPaused"]?.bool == true)
        #expect(try await client.send("POST", "/v1/sandboxes/\(id)/resume").status == 200)
        for one in [id, again.json["id"]?.string ?? ""] {
            #expect(try await client.send("DELETE", "/v1/sandboxes/\(one)").status == 204)
            #expect(try await client.send("GET", "/v1/sandboxes/\(one)").status == 404)
        }
        #expect(try await client.send("DELETE", "/v1/snapshots/\(snapshot)").status == 204)
        #expect(try await client.get("/v1/snapshots")["snapshots"]?.array?.isEmpty == true)
        #expect(try await program.terminate() == 0)
    }

    private static let isOver = "document.querySelector('#cancel').disabled"
    private func isOver(_ browser: Chromium) throws -> Bool { try browser.evaluate(Self.isOver) as? Bool ?? false }

    private func keep(_ browser: Chromium, _ name: String) throws {
        guard let place = ProcessInfo.processInfo.environment["GODHAND_PICTURES"] else { return }
        try browser.settle()
        try browser.screenshot().write(to: URL(filePath: place).appending(path: "real-\(name).png"))
    }
}
