import Foundation
import GodHandCore
import MCPServer
import Testing

@Suite("A session")
struct ServerSessionTests {
    @Test(
        "settles the version that the client asks for, or else the newest that has sessions",
        arguments: [
            ("2025-06-18", "2025-06-18"), ("2025-11-25", "2025-11-25"), ("2024-11-05", "2025-11-25"),
            ("2026-07-28", "2025-11-25"), ("3000-01-01", "2025-11-25"), ("", "2025-11-25"),
        ])
    func versions(_ asked: String, _ settled: String) {
        var client = Client()
        let result = client.open(asked).result
        #expect(result?["protocolVersion"] == .string(settled))
        #expect(result?["capabilities"]?["tools"] == [:])
        #expect(client.session.version?.rawValue == settled)
    }

    @Test("is opened once, and before anything else but a ping")
    func order() {
        var client = Client()
        #expect(client.request(1, "tools/list").code == -32600)
        #expect(client.request(2, "tools/call", ["name": "work"]).code == -32600)
        #expect(client.request(3, "ping").result == [:])
        #expect(client.open().result != nil)
        #expect(client.open().code == -32600)
        #expect(client.say(["jsonrpc": "2.0", "method": "notifications/initialized"]).isEmpty)
        #expect(client.request(4, "tools/list").result?["tools"]?.array?.count == 1)
    }

    @Test("does a call and answers it under its id", arguments: [JSONValue.integer(7), .string("seven")])
    func call(_ id: JSONValue) throws {
        var client = Client()
        _ = client.open()
        let effects = client.request(id, "tools/call", ["name": "work", "arguments": [:]])
        let name = try #require(MessageID(id))
        #expect(effects == [.begin(ToolCall(id: name, name: "work", arguments: [:]))])
        let answer = client.session.finished(name, ToolResult([.text("done")])).sent
        #expect(answer?["id"] == id)
        #expect(answer?["result"]?["content"] == [["type": "text", "text": "done"]])
        #expect(answer?["result"]?["isError"] == false)
        #expect(client.session.finished(name, ToolResult([.text("again")])).isEmpty)
    }

    @Test("tells of progress to who asked for it, and to nobody after the end")
    func progress() {
        var client = Client()
        _ = client.open()
        let effects = client.request(1, "tools/call", ["name": "work", "_meta": ["progressToken": "p"]])
        #expect(effects == [.begin(ToolCall(id: .number(1), name: "work", arguments: [:], wantsProgress: true))])
        let told = client.session.progressed(.number(1), 2, "2 s")
        #expect(told.sent?["params"] == ["progressToken": "p", "progress": 2.0, "message": "2 s"])
        _ = client.session.finished(.number(1), ToolResult([]))
        #expect(client.session.progressed(.number(1), 3, "3 s").isEmpty)

        _ = client.request(2, "tools/call", ["name": "work"])
        #expect(client.session.progressed(.number(2), 1, "1 s").isEmpty)
    }

    @Test("stops a call that is cancelled, and answers it by nothing")
    func cancel() {
        var client = Client()
        _ = client.open()
        _ = client.request(1, "tools/call", ["name": "work", "_meta": ["progressToken": 1]])
        let cancelled: JSONValue = [
            "jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": 1, "reason": "enough"],
        ]
        #expect(client.say(cancelled) == [.cancel(.number(1))])
        #expect(client.say(cancelled).isEmpty)
        #expect(client.session.progressed(.number(1), 1, "").isEmpty)
        #expect(client.session.finished(.number(1), ToolResult([.text("late")])).isEmpty)
    }

    @Test("takes no second request of an id that is not answered yet, and does not let it answer the first")
    func sameID() {
        var client = Client()
        _ = client.open()
        _ = client.request(1, "tools/call", ["name": "work"])
        let refused = client.request(1, "tools/list").sent
        #expect(refused?["error"]?["code"] == -32600)
        #expect(refused?["id"] == .null)
        #expect(client.session.finished(.number(1), ToolResult([])).result != nil)
    }

    @Test("has a bound on calls, which counts those that are being stopped, too")
    func bound() {
        var client = Client()
        _ = client.open()
        let most = ServerSession.Limits().calls
        for number in 0..<most {
            _ = client.request(.integer(number), "tools/call", ["name": "work"])
            _ = client.session.cancel(.number(number))
        }
        let refused = client.request("more", "tools/call", ["name": "work"])
        #expect(refused.result?["isError"] == true)
        _ = client.session.finished(.number(0), nil)
        #expect(client.request("now", "tools/call", ["name": "work"]).sent == nil)
    }

    @Test("stops everything when it is closed, and says nothing any more")
    func close() {
        var client = Client()
        _ = client.open()
        _ = client.request(1, "tools/call", ["name": "work"])
        #expect(client.session.close() == [.cancel(.number(1))])
        #expect(client.session.finished(.number(1), ToolResult([])).isEmpty)
        #expect(client.request(2, "ping").isEmpty)
        #expect(client.say(Data("nonsense".utf8)).isEmpty)
    }

    @Test(
        "refuses calls that are not well formed",
        arguments: [
            [:], ["name": 1], ["name": "nothing"], ["name": "work", "arguments": [1]],
            ["name": "work", "arguments": "x"],
            ["name": "work", "_meta": ["progressToken": ["deep"]]], ["name": "work", "_meta": ["progressToken": 1.5]],
        ] as [JSONValue])
    func badCalls(_ parameters: JSONValue) {
        var client = Client()
        _ = client.open()
        #expect(client.request(1, "tools/call", parameters).code == -32602)
    }

    @Test("knows no other methods", arguments: ["", "tools", "resources/list", "prompts/list", "logging/setLevel"])
    func unknown(_ method: String) {
        var client = Client()
        _ = client.open()
        #expect(client.request(1, method).code == -32601)
    }
}
