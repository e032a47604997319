import GodHandCore
import MCPServer
import Testing

@testable import MCPTransports

@Suite("Headers that repeat the body")
struct HeaderCheckTests {
    private let call = Message.request(
        .number(1), method: "tools/call",
        parameters: ["name": "desktop_list", "_meta": ["io.modelcontextprotocol/protocolVersion": "2026-07-28"]])

    @Test("may be plain or coded", arguments: ["desktop_list", "=?base64?ZGVza3RvcF9saXN0?="])
    func same(_ name: String) {
        let headers = HeaderCheck.Headers(version: "2026-07-28", method: "tools/call", name: name)
        #expect(HeaderCheck.complaint(about: headers, of: call) == nil)
    }

    @Test(
        "must be there and say the same",
        arguments: [
            (nil, "tools/call", "desktop_list"), ("2025-11-25", "tools/call", "desktop_list"),
            ("2026-07-28", nil, "desktop_list"), ("2026-07-28", "tools/list", "desktop_list"),
            ("2026-07-28", "tools/call", nil), ("2026-07-28", "tools/call", "desktop_exec"),
            ("2026-07-28", "tools/call", "=?base64?!!!?="), ("2026-07-28", "tools/call", "=?base64?"),
        ] as [(String?, String?, String?)])
    func other(_ version: String?, _ method: String?, _ name: String?) {
        let headers = HeaderCheck.Headers(version: version, method: method, name: name)
        #expect(HeaderCheck.complaint(about: headers, of: call)?.code == -32020)
    }

    @Test("do not matter in sessions")
    func sessions() {
        let message = Message.request(.number(1), method: "tools/list", parameters: [:])
        #expect(HeaderCheck.complaint(about: HeaderCheck.Headers(), of: message) == nil)
    }
}
