import GodHandCore

@testable import GodHandAgent

extension ProviderUnderTest {
    static let openAI = ProviderUnderTest(
        name: "OpenAI",
        model: {
            OpenAIModel(
                "gpt-test", key: APIKey(key), settings: .init(baseAddress: "http://openai.test/v1/"), transport: $0)
        },
        goodTurn: OpenAIWire.turn,
        errorEvent: "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"Overloaded\"}\n\n",
        complaints: OpenAIWire.complaints)
}

/// OpenAI's side of the wire.
enum OpenAIWire {
    static func event(_ json: JSONValue) -> String {
        "event: \(json["type"]?.string ?? "")\ndata: \(json.line)\n\n"
    }

    /// A comment that the tests of cut streams can cut: wherever that is, no event is cut in two.
    static let padding = ": " + String(repeating: ".", count: 9000) + "\n\n"

    private static let message: JSONValue = [
        "type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
        "content": [["type": "output_text", "text": .string(ProviderUnderTest.said), "annotations": []]],
    ]

    private static let computer: JSONValue = [
        "type": "computer_call", "id": "cu_1", "call_id": "call_1", "status": "completed", "pending_safety_checks": [],
        "actions": [["type": "move", "x": 640, "y": 400]],
    ]

    static let turn = [
        event(["type": "response.created", "response": ["id": "resp_1", "status": "in_progress", "output": []]]),
        event(["type": "response.reasoning_summary_text.delta", "delta": "The middle."]),
        event(["type": "response.output_text.delta", "delta": "I move "]),
        event(["type": "response.output_text.delta", "delta": "the pointer."]), padding,
        event(["type": "response.output_item.done", "item": message]),
        event(["type": "response.output_item.done", "item": computer]),
        event([
            "type": "response.completed",
            "response": [
                "id": "resp_1", "status": "completed", "output": [message, computer],
                "usage": ["input_tokens": 40, "output_tokens": 5],
            ],
        ]),
    ].joined()

    /// What OpenAI would find wrong with a request.
    static func complaints(_ request: FakeProvider.Request) -> [String] {
        var found: [String] = []
        func expect(_ holds: Bool, _ what: String) { if !holds { found.append(what) } }
        expect(request.method == "POST", "method")
        expect(request.path == "/v1/responses", "path")
        expect(request.headers["authorization"] == "Bearer \(ProviderUnderTest.key)", "key")
        expect(request.headers["content-type"] == "application/json", "content type")
        guard let body = request.body, let input = body["input"]?.array else { return found + ["no input"] }
        expect(body["store"] == false, "the conversation is stored")
        expect(body["stream"] == true, "no stream")
        expect(body["include"]?.array?.contains("reasoning.encrypted_content") == true, "reasoning is lost")
        expect(body["tools"]?.array?.first == ["type": "computer"], "no computer")
        let calls = input.filter { $0["type"]?.string?.hasSuffix("_call") == true }.compactMap { $0["call_id"] }
        let answers = input.filter { $0["type"]?.string?.hasSuffix("_call_output") == true }.compactMap {
            $0["call_id"]
        }
        expect(calls == answers, "a call without its answer")
        return found
    }
}
