import GodHandCore

@testable import GodHandAgent

extension ProviderUnderTest {
    static let gemini = ProviderUnderTest(
        name: "Gemini",
        model: {
            GeminiModel(
                "gemini-test", key: APIKey(key), settings: .init(baseAddress: "http://gemini.test/v1beta/"),
                transport: $0)
        },
        goodTurn: GeminiWire.turn,
        errorEvent: #"data: {"error":{"code":503,"status":"UNAVAILABLE","message":"Overloaded"}}"# + "\n\n",
        complaints: GeminiWire.complaints)
}

/// Gemini's side of the wire.
enum GeminiWire {
    private static func event(_ parts: [JSONValue], finish: JSONValue = nil) -> String {
        let candidate: JSONValue = ["content": ["role": "model", "parts": .array(parts)], "finishReason": finish]
        let whole: JSONValue = [
            "candidates": [candidate.withoutNulls], "usageMetadata": ["promptTokenCount": 40],
        ]
        return "data: \(whole.line)\n\n"
    }

    static let turn = [
        event([["text": "The middle.", "thought": true]]), event([["text": "I move "]]),
        event([["text": "the pointer."]]),
        OpenAIWire.padding,
        event(
            [["functionCall": ["name": "move", "args": ["x": 500, "y": 500]], "thoughtSignature": "c2ln"]],
            finish: "STOP"),
    ].joined()

    /// What Gemini would find wrong with a request.
    static func complaints(_ request: FakeProvider.Request) -> [String] {
        var found: [String] = []
        func expect(_ holds: Bool, _ what: String) { if !holds { found.append(what) } }
        expect(request.method == "POST", "method")
        expect(request.path == "/v1beta/models/gemini-test:streamGenerateContent?alt=sse", "path")
        expect(request.headers["x-goog-api-key"] == ProviderUnderTest.key, "key")
        expect(request.headers["content-type"] == "application/json", "content type")
        guard let body = request.body, let contents = body["contents"]?.array else { return found + ["no contents"] }
        expect(contents.first?["role"] == "user", "the first turn is not the user's")
        expect(contents.allSatisfy { $0["parts"]?.array?.isEmpty == false }, "a turn without parts")
        expect(body["tools"]?.array?.first?["computerUse"] != nil, "no computer")
        return found
    }
}
