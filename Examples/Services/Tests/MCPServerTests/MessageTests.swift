import Foundation
import GodHandCore
import MCPServer
import Testing

@Suite("Messages")
struct MessageTests {
    private func refusal(_ text: String) -> Message.Refusal? {
        do {
            _ = try Message(reading: Data(text.utf8))
            return nil
        } catch { return error }
    }

    @Test(
        "what is no JSON is answered without an id",
        arguments: [
            "", " ", "{", "}", "{]", "nul", #"{"a":}"#, #"{"jsonrpc":"2.0""#, "\u{0}", "\u{FEFF}", "{\"a\":\"\\x\"}",
        ])
    func broken(_ text: String) {
        #expect(refusal(text)?.error.code == -32700)
        #expect(refusal(text)?.id == nil)
    }

    @Test("bytes that are no text are no JSON")
    func bytes() {
        #expect(throws: Message.Refusal.self) {
            try Message(reading: Data([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]))
        }
    }

    @Test(
        "what is JSON but no message is refused",
        arguments: [
            "1", "null", "\"text\"", "[]", #"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, "{}",
            #"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
            #"{"id":1,"method":"ping"}"#, #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","id":1,"method":2}"#,
            #"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, #"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#,
            #"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, #"{"jsonrpc":"2.0","id":true,"method":"ping"}"#,
            #"{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"ping"}"#,
        ])
    func noMessage(_ text: String) { #expect(refusal(text)?.error.code == -32600) }

    @Test("parameters must be an object", arguments: ["1", "[]", "null", "\"x\""])
    func parameters(_ text: String) {
        let refusal = refusal(#"{"jsonrpc":"2.0","id":1,"method":"ping","params":\#(text)}"#)
        #expect(refusal?.error.code == -32602)
        #expect(refusal?.id == .number(1))
    }

    @Test("what is too deep, or too long a name, is refused before it is read")
    func bounds() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(refusal(#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":\#(deep)"#)?.error.code == -32700)
        let brackets = String(repeating: "[", count: 1000)
        #expect(refusal(#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\#(brackets)\"["}}"#) == nil)
        let long = String(repeating: "x", count: 300)
        #expect(refusal(#"{"jsonrpc":"2.0","id":"\#(long)","method":"ping"}"#)?.error.code == -32600)
        #expect(refusal(#"{"jsonrpc":"2.0","id":1,"method":"\#(long)"}"#)?.error.code == -32600)
    }

    @Test("requests, notifications and answers are told apart")
    func kinds() throws {
        func read(_ text: String) throws -> Message { try Message(reading: Data(text.utf8)) }
        #expect(
            try read(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#)
                == .request(.number(1), method: "ping", parameters: [:]))
        #expect(
            try read(#"{"jsonrpc":"2.0","method":"hm","params":{"a":1}}"#)
                == .notification(method: "hm", parameters: ["a": 1]))
        #expect(try read(#"{"jsonrpc":"2.0","id":1,"result":{}}"#) == .response)
        #expect(try read(#"{"jsonrpc":"2.0","id":1,"error":{}}"#) == .response)
    }
}
