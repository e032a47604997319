import GodHandCore

@testable import GodHandAgent

extension ProviderUnderTest {
    static let claude = ProviderUnderTest(
        name: "Claude",
        model: {
            ClaudeModel("claude-sonnet-5-5", key: APIKey(key), baseURL: "http://claude.test/", transport: $0)
        },
        goodTurn: ClaudeWire.turn, errorEvent: ClaudeWire.overloaded, complaints: ClaudeWire.complaints)
}

/// Claude's side of the wire.
enum ClaudeWire {
    static func event(_ name: String, _ data: String) -> String { "event: \(name)\ndata: \(data)\n\n" }

    static let turn = [
        event(
            "message_start",
            #"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"usage":{"input_tokens":40,"cache_creation_input_tokens":7,"cache_read_input_tokens":1000,"output_tokens":1}}}"#
        ),
        event(
            "content_block_start",
            #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#
        ),
        event("ping", #"{"type":"ping"}"#),
        event(
            "content_block_delta",
            #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"The middle is "}}"#),
        event(
            "content_block_delta",
            #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"640, 400."}}"#),
        event(
            "content_block_delta",
            #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2lnbmVk"}}"#),
        event("content_block_stop", #"{"type":"content_block_stop","index":0}"#),
        event(
            "content_block_start",
            #"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#),
        event(
            "content_block_delta",
            #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"I move "}}"#),
        event(
            "content_block_delta",
            #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"the pointer."}}"#),
        event("content_block_stop", #"{"type":"content_block_stop","index":1}"#),
        event(
            "content_block_start",
            #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"mouse_move","toolset_name":"computer","input":{}}}"#
        ),
        event(
            "content_block_delta",
            #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"coordinate\": [6"}}"#
        ),
        event(
            "content_block_delta",
            #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"40, 400]}"}}"#),
        event("content_block_stop", #"{"type":"content_block_stop","index":2}"#),
        event(
            "message_delta",
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":52}}"#
        ),
        event("message_stop", #"{"type":"message_stop"}"#),
    ].joined()

    static let overloaded = event(
        "error", #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#)

    /// What Claude would find wrong with a request, and what would cost the user more than it should.
    static func complaints(_ request: FakeProvider.Request) -> [String] {
        var found: [String] = []
        func expect(_ holds: Bool, _ what: String) { if !holds { found.append(what) } }
        expect(request.method == "POST", "method")
        expect(request.path == "/v1/messages?beta=true", "path")
        expect(request.headers["x-api-key"] == ProviderUnderTest.key, "key")
        expect(request.headers["anthropic-version"] == "2023-06-01", "version")
        expect(request.headers["content-type"] == "application/json", "content type")
        guard let body = request.body, let messages = body["messages"]?.array else { return found + ["no messages"] }
        expect(body["model"]?.string?.isEmpty == false, "model")
        expect((body["max_tokens"]?.integer ?? 0) > 0, "max_tokens")
        expect(messages.first?["role"] == "user", "the first message is not the user's")
        for (message, next) in zip(messages, messages.dropFirst()) {
            expect(message["role"] != next["role"], "two messages of one role in a row")
            expect(answered(message, by: next), "a call is not answered at once, or the answers do not come first")
        }
        expect(breakpoints(body) <= 4, "more than four breakpoints")
        for block in messages.flatMap({ $0["content"]?.array ?? [] }) { found += complaints(aboutBlock: block) }
        return found
    }

    private static func complaints(aboutBlock block: JSONValue) -> [String] {
        let inner = block["content"]?.array ?? []
        var found = inner.flatMap(complaints(aboutBlock:))
        if block["type"]?.string == nil { found.append("a block of no type") }
        if block["type"] == "text", block["text"]?.string?.contains(where: { !$0.isWhitespace }) != true {
            found.append("an empty text")
        }
        if block["is_error"] == true, inner.contains(where: { $0["type"] != "text" }) {
            found.append("an error with more than text")
        }
        if block["type"] == "thinking", block["signature"]?.string?.isEmpty != false {
            found.append("thinking without its signature")
        }
        return found
    }

    private static func answered(_ message: JSONValue, by next: JSONValue) -> Bool {
        let calls = (message["content"]?.array ?? []).filter { $0["type"] == "tool_use" }
        let answers = (next["content"]?.array ?? []).prefix { $0["type"] == "tool_result" }
        let all = (next["content"]?.array ?? []).filter { $0["type"] == "tool_result" }
        return all.count == answers.count && answers.count == calls.count
            && Set(calls.map { [$0["id"], $0["toolset_name"]] })
                == Set(answers.map { [$0["tool_use_id"], $0["toolset_name"]] })
    }

    static func breakpoints(_ json: JSONValue) -> Int {
        switch json {
        case .array(let list): list.map(breakpoints).reduce(0, +)
        case .object(let members):
            members.map { ($0.key == "cache_control" ? 1 : 0) + breakpoints($0.value) }.reduce(0, +)
        default: 0
        }
    }
}
