import GodHandCore
import MCPServer
import Testing

@Suite("Requests without a session")
struct AloneTests {
    @Test("say what the server is and which versions it speaks")
    func discover() {
        var client = Client()
        let result = client.request(1, "server/discover", ["_meta": Client.meta()]).result
        #expect(result?["supportedVersions"] == ["2025-06-18", "2025-11-25", "2026-07-28"])
        #expect(result?["serverInfo"]?["name"] == "test")
        #expect(result?["resultType"] == "complete")
        #expect(client.session.version == nil)
    }

    @Test("list and call tools, and say in each answer that it is complete and whose it is")
    func calls() {
        var client = Client()
        let list = client.request(1, "tools/list", ["_meta": Client.meta()]).result
        #expect(list?["tools"]?.array?.count == 1)
        #expect(list?["ttlMs"]?.integer ?? 0 > 0)
        let begun = client.request(2, "tools/call", ["name": "work", "_meta": Client.meta()])
        #expect(begun == [.begin(ToolCall(id: .number(2), name: "work", arguments: [:]))])
        let result = client.session.finished(.number(2), ToolResult([.text("done")])).result
        #expect(result?["resultType"] == "complete")
        #expect(result?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["version"] == "1")
    }

    @Test("are told which versions there are if theirs is not", arguments: ["2025-11-25", "2027-01-01", ""])
    func otherVersion(_ version: String) {
        var client = Client()
        let sent = client.request(1, "tools/list", ["_meta": Client.meta(version)]).sent
        #expect(sent?["error"]?["code"] == -32022)
        #expect(sent?["error"]?["data"]?["supported"]?.array?.contains("2026-07-28") == true)
    }

    @Test("must say what their client can, and know no methods of sessions")
    func incomplete() {
        var client = Client()
        let bare: JSONValue = ["io.modelcontextprotocol/protocolVersion": "2026-07-28"]
        #expect(client.request(1, "tools/list", ["_meta": bare]).code == -32602)
        #expect(client.request(2, "initialize", ["_meta": Client.meta()]).code == -32601)
        #expect(client.request(3, "ping", ["_meta": Client.meta()]).code == -32601)
    }

    @Test("are served beside a session, whose answers stay as they are")
    func beside() {
        var client = Client()
        _ = client.open()
        #expect(client.request(1, "tools/list", ["_meta": Client.meta()]).result?["resultType"] == "complete")
        #expect(client.request(2, "tools/list").result?["resultType"] == nil)
    }
}
