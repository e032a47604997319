import Foundation
import GodHandCore
import TestSupport
import Testing

@testable import TaskService

/// The page in a real browser: what a person who watches sees and can do.
@Suite(.enabled(if: Chromium.program != nil, "there is no Chromium"), .timeLimit(.minutes(5)), .serialized)
struct LiveViewTests {
    @Test(arguments: [1280, 390]) func `it shows what runs, and one task large with what happens`(width: Int)
        async throws
    {
        try await withPage(width: width) { browser, client in
            let first = try await client.submit("forever, the first")
            _ = try await client.submit("forever, the second")
            _ = try await client.submit("ask forever")
            try browser.wait(until: "document.querySelectorAll('.card').length === 3")
            try browser.wait(until: "[...document.querySelectorAll('.card canvas')].every((c) => c.dataset.drawn > 0)")
            try browser.wait(until: "document.querySelectorAll('.card.asks').length === 1")
            try keep(browser, "wall-\(width)")
            try requireFit(browser)
            try browser.click(".card[data-task='\(first)']")
            try browser.wait(until: "document.querySelector('#screen').dataset.drawn > 3")
            try browser.wait(until: "document.querySelectorAll('#feed li[data-kind=step]').length > 2")
            let reasoning = "document.querySelector('#feed .why').textContent"
            #expect((try browser.evaluate(reasoning) as? String)?.hasPrefix("This is turn") == true)
            try keep(browser, "task-\(width)")
            try requireFit(browser)
        }
    }

    @Test func `a person pauses, hints, answers, drives and hands back`() async throws {
        try await withPage(width: 390) { browser, client in
            let id = try await client.submit("ask forever")
            try browser.wait(until: "document.querySelector('.card.asks')")
            try browser.click(".card")
            try browser.wait(until: "document.querySelector('.question input')")
            try keep(browser, "question-390")
            try browser.evaluate("document.querySelector('.question input').value = 'The left one'")
            try browser.click(".question button")
            try browser.wait(until: "!document.querySelector('.question')")
            try browser.wait(until: "document.querySelector('#feed').textContent.includes('Answered: The left one')")
            try browser.click("#pause")
            try browser.wait(until: "document.querySelector('#pause').textContent === 'Resume'")
            #expect(try await client.get("/v1/tasks/\(id)")["live"]?["isPaused"]?.bool == true)
            try browser.evaluate("document.querySelector('#words').value = 'Look to the left'")
            try browser.click("#hint button")
            try browser.click("#pause")
            try browser.wait(until: "document.querySelector('#feed').textContent.includes('hint: Look to the left')")
            try browser.click("#drive")
            try browser.wait(until: "document.querySelector('#screen').classList.contains('mine')")
            try keep(browser, "driving-390")
            let drawn = try browser.evaluate("Number(document.querySelector('#screen').dataset.drawn)") as? Int ?? 0
            try browser.click("#screen")
            try browser.wait(until: "document.querySelector('#screen').dataset.drawn > \(drawn)")
            try browser.click("#drive")
            try browser.wait(until: "!document.querySelector('#screen').classList.contains('mine')")
            #expect(try await client.get("/v1/tasks/\(id)")["live"]?["isTakenOver"]?.bool == false)
            try browser.wait(until: "document.querySelector('#feed').textContent.includes('handed back')")
            try browser.click("#cancel")
            try browser.wait(until: "document.querySelector('#state').textContent.includes('It was cancelled')")
        }
    }

    @Test func `an action that needs approval waits for it, with a picture of what it is about`() async throws {
        try await withPage(width: 1280) { browser, client in
            let id = try await client.submit("click", ["approval": "all"])
            try browser.wait(until: "document.querySelector('.card.asks')")
            try browser.click(".card")
            for number in 1...3 {
                try browser.wait(until: "document.querySelector('.question .good')")
                // Drawn: a picture that is asked for after the answer is not there any more.
                try browser.wait(until: "document.querySelector('.question canvas').width !== 300")
                if number == 1 { try keep(browser, "approval-1280") }
                let question = try browser.evaluate("document.querySelector('.question').dataset.id") as? String ?? ""
                try browser.click(number == 2 ? ".question .bad" : ".question .good")
                try browser.wait(until: "!document.querySelector('.question[data-id=\(question)]')")
            }
            try browser.wait(until: "document.querySelector('#feed').textContent.includes('refused')")
            _ = try await client.end(of: id)
            try browser.wait(until: "document.querySelector('#state').textContent.startsWith('achieved')")
        }
    }

    @Test func `the end of a task shows at once, even where nothing else can be asked`() async throws {
        try await withPage(width: 390) { browser, client in
            let id = try await client.submit("forever")
            try browser.wait(until: "document.querySelector('.card')")
            try browser.click(".card")
            try browser.wait(until: "document.querySelector('#feed li[data-kind=step]')")
            try browser.block(["*/v1/tasks/\(id)"])
            #expect(try await client.send("POST", "/v1/tasks/\(id)/cancel").status == 202)
            try browser.wait(until: "document.querySelector('#state').textContent.includes('It was cancelled')")
            try browser.wait(until: "document.querySelector('#cancel').disabled")
            // Once the network is well again, the page knows the rest.
            try browser.block([])
            try browser.evaluate("location.hash = ''")
            try browser.wait(until: "document.querySelector('#others .stopped')")
        }
    }

    @Test func `without the token there is a door, and what is typed into goals stays text`() async throws {
        try await withPage(width: 390, token: "") { browser, client in
            try browser.wait(until: "!document.querySelector('#door').hidden")
            try keep(browser, "door-390")
            _ = try await client.submit("<img src=x onerror=alert(1)>forever")
            try browser.evaluate("document.querySelector('#token').value = \(browser.literal(client.token ?? ""))")
            try browser.click("#door button")
            try browser.wait(until: "document.querySelector('.card')")
            let strangers = try browser.evaluate("document.querySelectorAll('main img, [onerror]').length") as? Int
            #expect(strangers == 0)
            let address = try browser.evaluate("location.href") as? String
            #expect(address?.contains("token") == false)
        }
    }
}

extension LiveViewTests {
    /// Opens the page of a service that is a program of its own.
    private func withPage(
        width: Int, token: String? = nil, _ body: (Chromium, Client) async throws -> Void
    ) async throws {
        let place = temporaryPlace()
        defer { try? FileManager.default.removeItem(at: place) }
        let program = try await Program(in: place)
        let browser = try Chromium(width: width, height: width < 600 ? 844 : 900)
        defer { browser.quit() }
        let token = token ?? "#token=\(program.client.token ?? "")"
        try browser.load(try #require(URL(string: "http://127.0.0.1:\(program.client.port)/\(token)")))
        try await body(browser, program.client)
        let complaints = browser.complaints.filter { !$0.contains("ERR_BLOCKED_BY_CLIENT") }
        #expect(complaints.isEmpty, "\(complaints)")
        let own = "http://127.0.0.1:\(program.client.port)/"
        #expect(browser.requests.allSatisfy { $0.hasPrefix(own) || $0.hasPrefix("data:") || $0.hasPrefix("blob:") })
        await program.kill()
    }

    private func requireFit(_ browser: Chromium) throws {
        let overflow = try browser.evaluate("document.documentElement.scrollWidth - innerWidth") as? Int
        #expect(overflow ?? 99 <= 0)
        let nameless = try browser.evaluate(
            "[...document.querySelectorAll('button, a, input')].filter((e) => e.checkVisibility() && "
                + "!(e.textContent.trim() || e.getAttribute('aria-label'))).map((e) => e.outerHTML)")
        #expect((nameless as? [String])?.isEmpty == true, "\(nameless ?? "")")
    }

    /// Keeps a picture where somebody wants to look at it.
    private func keep(_ browser: Chromium, _ name: String) throws {
        guard let place = ProcessInfo.processInfo.environment["GODHAND_PICTURES"] else { return }
        try browser.settle()
        try browser.screenshot().write(to: URL(filePath: place).appending(path: "live-\(name).png"))
    }
}
