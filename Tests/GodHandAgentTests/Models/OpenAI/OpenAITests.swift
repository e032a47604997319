import Foundation
import GodHandCore
import TestSupport
import Testing

@testable import GodHandAgent

@Suite("OpenAI's Responses API")
struct OpenAITests {
    private let model = OpenAIModel("gpt-test", key: APIKey("sk-secret-key"))

    private func read(_ output: [JSONValue], _ more: [String: JSONValue] = [:]) throws -> ModelResponse {
        let request = try ModelSample.request()
        let body: [String: JSONValue] = ["status": "completed", "output": .array(output)]
        return try OpenAIAnswer(call: ModelSample.call, request: request, scaling: model.scaling(request))
            .read(.object(body.merging(more) { $1 }))
    }

    private func computer(_ actions: [JSONValue], checks: [JSONValue] = []) -> JSONValue {
        [
            "type": "computer_call", "id": "cu_1", "call_id": "call_1", "status": "completed",
            "actions": .array(actions), "pending_safety_checks": .array(checks), "action": nil,
        ]
    }

    static let actions: [(JSONValue, Action)] = [
        (["type": "click", "x": 5, "y": 6, "button": "left"], .input(.click(at: Point(x: 5, y: 6)))),
        (
            ["type": "click", "x": 5, "y": 6, "button": "wheel", "keys": ["CTRL", "SHIFT"]],
            .input(.click(at: Point(x: 5, y: 6), button: .middle, modifiers: KeyChord(keys: ["CTRL", "SHIFT"])))
        ),
        (["type": "double_click", "x": 5, "y": 6], .input(.click(at: Point(x: 5, y: 6), count: 2))),
        (
            ["type": "drag", "path": [["x": 1, "y": 2], ["x": 3, "y": 4], ["x": 5, "y": 6]]],
            .input(.drag(path: [Point(x: 1, y: 2), Point(x: 3, y: 4), Point(x: 5, y: 6)]))
        ),
        (["type": "keypress", "keys": ["CTRL", "S"]], .input(.key(KeyChord(keys: ["CTRL", "S"])))),
        (["type": "keypress", "keys": ["ARROWUP"]], .input(.key("ARROWUP"))),
        (["type": "move", "x": 5, "y": 6], .input(.move(to: Point(x: 5, y: 6)))), (["type": "screenshot"], .look),
        (
            ["type": "scroll", "x": 5, "y": 6, "scroll_x": 0, "scroll_y": -250],
            .input(.scroll(at: Point(x: 5, y: 6), dx: 0, dy: -3))
        ),
        (["type": "type", "text": "héllo"], .input(.type("héllo"))), (["type": "wait"], .wait(.seconds(2))),
    ]

    @Test("Every action of the computer tool is read", arguments: actions.indices)
    func action(_ index: Int) throws {
        let (value, action) = Self.actions[index]
        let response = try read([computer([value])])
        #expect(response.actions.map(\.action) == [action])
        #expect(response.stop == .actions)
    }

    @Test("Several actions share their call, with its safety checks, in order")
    func several() throws {
        let checks: [JSONValue] = [["id": "sc_1", "code": "malicious_instructions", "message": "Look out"]]
        let response = try read([
            computer([["type": "move", "x": 1, "y": 2], ["type": "type", "text": "a"]], checks: checks)
        ])
        #expect(response.actions.map(\.id) == ["call_1", "call_1"])
        #expect(response.actions.map(\.action) == [.input(.move(to: Point(x: 1, y: 2))), .input(.type("a"))])
        let check = SafetyCheck(id: "sc_1", code: "malicious_instructions", message: "Look out")
        #expect(response.actions.allSatisfy { $0.safetyChecks == [check] })
    }

    static let malformed: [JSONValue] = [
        ["type": "levitate"], ["type": "click", "y": 6], ["type": "click", "x": 5, "y": 99999], [:], "click",
        ["type": "drag", "path": [["x": 1, "y": 2]]], ["type": "keypress", "keys": ["NOSUCHKEY"]],
        ["type": "keypress", "keys": []], ["type": "scroll", "x": 1, "y": 1, "scroll_x": 0, "scroll_y": 0],
        ["type": "type"], ["type": "click", "x": 1, "y": 1, "button": "elbow"],
    ]

    @Test("One action that makes no sense spoils its call, and the model is told why", arguments: malformed)
    func complaint(_ value: JSONValue) throws {
        let response = try read([computer([["type": "screenshot"], value])])
        #expect(response.actions.isEmpty)
        #expect(response.complaints.count == 1)
    }

    @Test("Our own functions are read, with what they expect")
    func functions() throws {
        func call(_ name: String, _ arguments: String) -> JSONValue {
            ["type": "function_call", "call_id": .string(name), "name": .string(name), "arguments": .string(arguments)]
        }
        let response = try read([
            call("open", #"{"target": "https://example.org", "expect": "a page"}"#),
            call("click_element", #"{"mark": 3}"#),
            call("zoom", #"{"x0": 0, "y0": 0, "x1": 100, "y1": 50}"#), call("done", "{}"), call("nonsense", "{}"),
            call("open", "{not json"),
        ])
        #expect(
            response.actions.map(\.action) == [
                .open("https://example.org"), .element(.mark(3), .click()),
                .zoom(Rect(x: 0, y: 0, width: 100, height: 50)), .done(""),
            ])
        #expect(response.actions.first?.expectation == "a page")
        #expect(response.complaints.count == 2)
    }

    @Test("Text, reasoning, usage and the reason for the end are read")
    func rest() throws {
        let output: [JSONValue] = [
            [
                "type": "reasoning", "id": "rs_1", "summary": [["type": "summary_text", "text": "I think."]],
                "encrypted_content": "abc", "status": nil,
            ], ["type": "message", "content": [["type": "output_text", "text": "Hello.", "annotations": []]]],
        ]
        let usage: JSONValue = [
            "input_tokens": 100, "input_tokens_details": ["cached_tokens": 60, "cache_write_tokens": 10],
            "output_tokens": 7,
        ]
        let response = try read(output, ["usage": usage])
        #expect(response.text == "Hello." && response.reasoning == "I think." && response.stop == .end)
        #expect(response.usage.input == 30 && response.usage.cachedInput == 60 && response.usage.cacheWrite == 10)
        #expect(response.usage.output == 7)
        #expect(response.native?["openai"]?.array?.first?["encrypted_content"] == "abc")
        #expect(response.native?["openai"]?.array?.first?["status"] == nil)
        let cut = try read(output, ["status": "incomplete", "incomplete_details": ["reason": "max_output_tokens"]])
        #expect(cut.stop == .length)
        let refused = try read([["type": "message", "content": [["type": "refusal", "refusal": "No."]]]])
        #expect(refused.stop == .refused && refused.text == "No.")
    }

    @Test("A response that failed is an error of its kind")
    func failed() throws {
        let pairs: [(String, GodHandError.Code)] = [
            ("server_error", .modelOverloaded), ("rate_limit_exceeded", .modelRateLimited),
            ("bio_policy", .modelRefused), ("invalid_prompt", .modelRequestInvalid),
        ]
        for (code, expected) in pairs {
            let error: JSONValue = ["code": .string(code), "message": "No, sk-secret-key."]
            let thrown = #expect(throws: GodHandError.self) { try read([], ["status": "failed", "error": error]) }
            #expect(thrown?.code == expected)
            #expect(thrown?.description.contains("sk-secret-key") == false)
        }
    }

    @Test("The turn goes back as it came, each call with its answer, checks only where they were acknowledged")
    func conversation() throws {
        var request = try ModelSample.request()
        let checks: [JSONValue] = [
            ["id": "sc_1", "code": "c", "message": "m"], ["id": "sc_2", "code": "c", "message": "m"],
        ]
        let reasoning: JSONValue = ["type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "abc"]
        let function: JSONValue = [
            "type": "function_call", "call_id": "call_2", "name": "open", "arguments": #"{"target": "x"}"#,
        ]
        let response = try read([reasoning, computer([["type": "screenshot"]], checks: checks), function])
        let picture = ModelContent.image(try ModelSample.picture())
        request.turns += [
            .model(response),
            .results([
                ActionResult(
                    call: "call_1", content: [picture, .untrusted("a title")],
                    acknowledgedChecks: [
                        SafetyCheck(id: "sc_1", code: "c", message: "m"), SafetyCheck(id: "xx", code: "", message: ""),
                    ])
            ]),
        ]
        let input = try #require(try model.body(for: request)["input"]?.array)
        #expect(input.contains(reasoning))
        let answer = try #require(input.first { $0["type"] == "computer_call_output" })
        #expect(answer["acknowledged_safety_checks"]?.array?.compactMap { $0["id"]?.string } == ["sc_1"])
        #expect(answer["output"]?["image_url"]?.string?.hasPrefix("data:image/png;base64,") == true)
        let missing = try #require(input.first { $0["type"] == "function_call_output" })
        #expect(missing["call_id"] == "call_2")
        #expect(try model.body(for: request)["store"] == false)
    }

    @Test("Of several calls each is answered with the screen, and what else there is to say follows")
    func severalCalls() throws {
        func call(_ id: String) -> JSONValue {
            [
                "type": "computer_call", "call_id": .string(id), "id": .string(id), "status": "completed",
                "pending_safety_checks": [], "actions": [["type": "screenshot"]],
            ]
        }
        let response = try read([call("a"), call("b"), call("c")])
        let screen = try ModelSample.picture()
        let crop = ModelImage(
            png: try ModelSample.picture(Size(width: 40, height: 30)).png, size: Size(width: 40, height: 30),
            region: Rect(x: 5, y: 5, width: 40, height: 30))
        let url = JSONValue.string(WireContent.dataURL(screen))

        // The agent shows the screen in the last result, or, if all are errors, in what it says after them.
        var good = try ModelSample.request()
        good.turns = [
            .user([.text("Go.")]), .model(response),
            .results([
                ActionResult(call: "a", content: [.text("Done."), .image(crop)]),
                ActionResult(call: "b", content: [.text("No.")], isError: true),
                ActionResult(call: "c", content: [.image(screen)]),
            ]),
        ]
        var bad = good
        bad.turns[2] = .results(["a", "b"].map { ActionResult(call: $0, content: [.text("No.")], isError: true) })
        bad.turns.append(.user([.text("It is so."), .image(screen)]))
        for request in [good, bad] {
            let input = try #require(try model.body(for: request)["input"]?.array)
            #expect(input[4...6].map { $0["type"] } == Array(repeating: "computer_call_output", count: 3))
            #expect(input[4...6].map { $0["call_id"] } == ["a", "b", "c"])
            #expect(input[4...6].map { $0["output"]?["image_url"] } == [url, url, url])
            let rest = input[7...].flatMap { $0["content"]?.array ?? [] }
            #expect(rest.contains { $0["text"] == "Error:" } && !rest.contains { $0["image_url"] == url })
        }
    }

    @Test("The forms of the tool, and what is not allowed is not offered")
    func tools() throws {
        let request = try ModelSample.request(abilities: [.input, .finish])
        let newest = try model.body(for: request)["tools"]?.array ?? []
        #expect(newest.first == ["type": "computer"])
        #expect(newest.compactMap { $0["name"]?.string } == ["done", "fail"])
        let old = try OpenAIModel("computer-use-preview", key: .none).body(for: request)
        #expect(old["tools"]?.array?.first?["display_width"] == 1280)
        #expect(old["truncation"] == "auto")
        let none = try model.body(for: try ModelSample.request(abilities: [.finish]))["tools"]?.array ?? []
        #expect(!none.contains(["type": "computer"]))
    }

    @Test("Events become the response, and an error among them fails it")
    func stream() throws {
        var stream = OpenAIStream()
        var heard: [ModelProgress] = []
        func take(_ json: JSONValue) throws -> Bool {
            try stream.take(ModelSample.event(json), call: ModelSample.call) { heard.append($0) }
        }
        let item = computer([["type": "screenshot"]])
        #expect(try !take(["type": "response.created", "response": ["status": "in_progress"]]))
        #expect(try !take(["type": "response.reasoning_summary_text.delta", "delta": "Hm"]))
        #expect(try !take(["type": "response.output_text.delta", "delta": "Hi"]))
        #expect(try !take(["type": "response.output_item.done", "item": item]))
        #expect(try take(["type": "response.completed", "response": ["status": "completed", "output": []]]))
        #expect(heard == [.reasoning("Hm"), .text("Hi")])
        #expect(stream.response["output"]?.array == [item])
        let error = #expect(throws: GodHandError.self) {
            try take(["type": "error", "code": "insufficient_quota", "message": "pay", "sequence_number": 3])
        }
        #expect(error?.code == .modelQuota)
    }

    @Test("Damaged responses never trap")
    func fuzz() throws {
        var random = SeededGenerator(seed: 3)
        let whole: JSONValue = [
            "status": "completed", "usage": ["input_tokens": 3, "output_tokens": 9],
            "output": [
                computer([["type": "drag", "path": [["x": 1, "y": 2], ["x": 3, "y": 4]]], ["type": "wait"]]),
                ["type": "function_call", "call_id": "a", "name": "wait_for", "arguments": #"{"seconds": 3}"#],
            ],
        ]
        let request = try ModelSample.request()
        let answer = OpenAIAnswer(call: ModelSample.call, request: request, scaling: model.scaling(request))
        for _ in 0..<1500 {
            guard let value = JSONValue(reading: random.damaged(whole.line)) else { continue }
            do {
                for call in try answer.read(value).actions { _ = try call.action.understood(on: request.screen) }
            } catch is GodHandError {}
        }
    }
}
