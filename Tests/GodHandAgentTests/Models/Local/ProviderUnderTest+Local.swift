import GodHandCore

@testable import GodHandAgent

extension ProviderUnderTest {
    static let local = ProviderUnderTest(
        name: "a server of one's own",
        model: {
            LocalModel("qwen3-vl", at: "http://local.test/", key: APIKey(key), settings: .qwen3VL, transport: $0)
        },
        goodTurn: LocalWire.turn,
        errorEvent: #"data: {"error":{"type":"server_error","code":503,"message":"Overloaded"}}"# + "\n\n",
        complaints: LocalWire.complaints)
}

/// A chat completions server's side of the wire.
enum LocalWire {
    private static func event(_ delta: JSONValue, finish: JSONValue = nil) -> String {
        let whole: JSONValue = ["id": "c", "choices": [["index": 0, "delta": delta, "finish_reason": finish]]]
        return "data: \(whole.line)\n\n"
    }

    private static func call(_ function: JSONValue) -> JSONValue {
        ["tool_calls": [["index": 0, "id": "t", "type": "function", "function": function]]]
    }

    static let turn = [
        event(["role": "assistant", "content": ""]), event(["content": "I move "]), event(["content": "the pointer."]),
        OpenAIWire.padding, event(call(["name": "computer_use", "arguments": #"{"action": "mouse_move", "#])),
        event(call(["arguments": #""coordinate": [500, 500]}"#])), event([:], finish: "tool_calls"), "data: [DONE]\n\n",
    ].joined()

    /// What such a server would find wrong with a request.
    static func complaints(_ request: FakeProvider.Request) -> [String] {
        var found: [String] = []
        func expect(_ holds: Bool, _ what: String) { if !holds { found.append(what) } }
        expect(request.method == "POST", "method")
        expect(request.path == "/v1/chat/completions", "path")
        expect(request.headers["authorization"] == "Bearer \(ProviderUnderTest.key)", "key")
        expect(request.headers["content-type"] == "application/json", "content type")
        guard let body = request.body, let messages = body["messages"]?.array else { return found + ["no messages"] }
        expect(messages.first?["role"] == "system", "no instructions")
        for (message, next) in zip(messages, messages.dropFirst()) {
            expect(message["role"] != next["role"], "two messages of one role in a row")
        }
        return found
    }
}
