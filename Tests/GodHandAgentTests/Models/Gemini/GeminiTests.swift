import Foundation
import GodHandCore
import TestSupport
import Testing

@testable import GodHandAgent

@Suite("Gemini's computer use")
struct GeminiTests {
    private let model = GeminiModel("gemini-test", key: APIKey("AIza-secret-key"))

    private func turn(_ parts: [JSONValue], finish: String = "STOP", usage: JSONValue = [:]) throws -> GeminiTurn {
        var turn = GeminiTurn()
        let candidate: JSONValue = [
            "content": ["role": "model", "parts": .array(parts)], "finishReason": .string(finish),
        ]
        let isDone = try turn.add(["candidates": [candidate], "usageMetadata": usage], call: ModelSample.call) { _ in }
        #expect(isDone)
        return turn
    }

    private func read(
        _ parts: [JSONValue], finish: String = "STOP", usage: JSONValue = [:], settings: GeminiModel.Settings = .init()
    ) throws -> ModelResponse {
        try GeminiAnswer(settings: settings, request: try ModelSample.request(), call: ModelSample.call)
            .read(try turn(parts, finish: finish, usage: usage))
    }

    private static func call(_ name: String, _ arguments: JSONValue) -> JSONValue {
        ["functionCall": ["name": .string(name), "args": arguments]]
    }

    private static let middle = Point(x: 640, y: 400)

    static let actions: [(String, JSONValue, [Action])] = [
        ("click", ["x": 500, "y": 500, "intent": "go"], [.input(.click(at: middle))]),
        ("click_at", ["x": 500, "y": 500], [.input(.click(at: middle))]),
        ("double_click", ["x": 500, "y": 500], [.input(.click(at: middle, count: 2))]),
        ("triple_click", ["x": 500, "y": 500], [.input(.click(at: middle, count: 3))]),
        ("right_click", ["x": 500, "y": 500], [.input(.click(at: middle, button: .right))]),
        ("middle_click", ["x": 500, "y": 500], [.input(.click(at: middle, button: .middle))]),
        ("move", ["x": 500, "y": 500], [.input(.move(to: middle))]),
        ("mouse_down", ["x": 500, "y": 500], [.input(.move(to: middle)), .input(.press(button: .left))]),
        ("mouse_up", ["x": 500, "y": 500], [.input(.move(to: middle)), .input(.release(button: .left))]),
        ("type", ["text": "hi", "press_enter": true], [.input(.type("hi\n"))]),
        ("type", ["text": "hi"], [.input(.type("hi"))]),
        (
            "type_text_at", ["x": 500, "y": 500, "text": "hi", "clear_before_typing": false],
            [.input(.click(at: middle)), .input(.type("hi\n"))]
        ),
        (
            "type_text_at", ["x": 500, "y": 500, "text": "hi", "press_enter": false],
            [
                .input(.click(at: middle)), .input(.key("ctrl+a")), .input(.key("BackSpace")), .input(.type("hi")),
            ]
        ), ("press_key", ["key": "Enter"], [.input(.key("Enter"))]),
        ("hotkey", ["keys": ["control", "a"]], [.input(.key("control+a"))]),
        ("key_combination", ["keys": "control+a"], [.input(.key("control+a"))]),
        ("scroll", ["x": 500, "y": 500, "direction": "down"], [.input(.scroll(at: middle, dx: 0, dy: 2))]),
        (
            "scroll_at", ["x": 500, "y": 500, "direction": "up", "magnitude": 500],
            [.input(.scroll(at: middle, dx: 0, dy: -4))]
        ), ("scroll_document", ["direction": "right"], [.input(.scroll(at: nil, dx: 8, dy: 0))]),
        (
            "drag_and_drop", ["start_x": 500, "start_y": 500, "end_x": 0, "end_y": 0],
            [.input(.drag(path: [middle, Point(x: 0, y: 0)]))]
        ),
        (
            "drag_and_drop", ["x": 500, "y": 500, "destination_x": 0, "destination_y": 0],
            [.input(.drag(path: [middle, Point(x: 0, y: 0)]))]
        ), ("navigate", ["url": "example.org"], [.open("https://example.org")]),
        ("go_back", [:], [.input(.key("alt+Left"))]), ("go_forward", [:], [.input(.key("alt+Right"))]),
        ("wait", ["seconds": 3], [.wait(.seconds(3))]), ("wait_5_seconds", [:], [.wait(.seconds(5))]),
        ("take_screenshot", [:], [.look]), ("click_element", ["mark": 4], [.element(.mark(4), .click())]),
        ("done", ["answer": "1912"], [.done("1912")]),
    ]

    @Test("Every function is read", arguments: actions.indices)
    func action(_ index: Int) throws {
        let (name, arguments, actions) = Self.actions[index]
        let response = try read([Self.call(name, arguments)])
        #expect(response.complaints.isEmpty)
        #expect(response.stop == .actions)
        let found = response.actions.map(\.action)
        #expect(found.count == actions.count)
        for (one, other) in zip(found, actions) { #expect(one == other || Self.isNear(one, other)) }
        #expect(Set(response.actions.map(\.id)).count == 1)
    }

    /// Points count in thousandths, so the middle of the screen may be a pixel beside.
    private static func isNear(_ one: Action, _ other: Action) -> Bool {
        func near(_ one: Point?, _ other: Point?) -> Bool {
            guard let one, let other else { return one == other }
            return abs(one.x - other.x) <= 1 && abs(one.y - other.y) <= 1
        }
        switch (one, other) {
        case (.input(.click(let a, let b, let c, let d)), .input(.click(let e, let f, let g, let h))):
            return near(a, e) && b == f && c == g && d == h
        case (.input(.move(let a)), .input(.move(let b))): return near(a, b)
        case (.input(.scroll(let a, let b, let c, let d)), .input(.scroll(let e, let f, let g, let h))):
            return near(a, e) && b == f && c == g && d == h
        case (.input(.drag(let a, _, _)), .input(.drag(let b, _, _))):
            return a.count == b.count && zip(a, b).allSatisfy { near($0, $1) }
        default: return false
        }
    }

    static let malformed: [(String, JSONValue)] = [
        ("teleport", [:]), ("click", ["x": 5]), ("click", ["x": 5, "y": 1500]), ("key_down", ["key": "a"]),
        ("search", [:]), ("hotkey", ["keys": []]), ("scroll", ["x": 1, "y": 1, "direction": "in"]),
        ("type", [:]), ("click", "here"), ("wait", ["seconds": -1]), ("navigate", ["url": ""]),
    ]

    @Test("Unknown, excluded and incomplete functions go back with a reason", arguments: malformed.indices)
    func complaint(_ index: Int) throws {
        let response = try read([Self.call(Self.malformed[index].0, Self.malformed[index].1)])
        #expect(response.actions.isEmpty && response.complaints.count == 1)
    }

    @Test("Calls without names of their own are told apart, and every answer finds its call")
    func conversation() throws {
        var request = try ModelSample.request()
        let decision: JSONValue = ["decision": "require_confirmation", "explanation": "Pay?"]
        let parts: [JSONValue] = [
            ["text": "I think", "thought": true, "thoughtSignature": "c2ln"],
            Self.call("click", ["x": 1, "y": 2, "safety_decision": decision]), Self.call("take_screenshot", [:]),
            Self.call("wait", [:]),
        ]
        let response = try read(parts)
        #expect(response.actions.map(\.id) == ["call-0", "call-1", "call-2"])
        let check = try #require(response.actions.first?.safetyChecks.first)
        #expect(check == SafetyCheck(id: "call-0", code: "require_confirmation", message: "Pay?"))
        let picture = ModelContent.image(try ModelSample.picture())
        request.turns += [
            .model(response),
            .results([
                ActionResult(call: "call-1", content: [.text("seen")]),
                ActionResult(call: "call-0", content: [picture], acknowledgedChecks: [check]),
            ]),
        ]
        let contents = try #require(try model.body(for: request)["contents"]?.array)
        #expect(contents.map { $0["role"]?.string } == ["user", "model", "user"])
        #expect(contents[1]["parts"]?.array == parts)
        let answers = (contents[2]["parts"]?.array ?? []).compactMap { $0["functionResponse"] }
        #expect(answers.compactMap { $0["name"]?.string } == ["take_screenshot", "click", "wait"])
        #expect(answers[1]["response"]?["safety_acknowledgement"] == "true")
        #expect(answers[0]["response"]?["safety_acknowledgement"] == nil)
        #expect(answers[1]["parts"]?.array?.first?["inlineData"]?["mimeType"] == "image/png")
        #expect(answers[2]["response"]?["error"] != nil)
    }

    @Test("Of several calls each of the provider's own is answered with the screen")
    func severalCalls() throws {
        let response = try read([
            Self.call("click", ["x": 1, "y": 2]), Self.call("wait", [:]), Self.call("open", ["target": "xterm"]),
        ])
        let screen = ModelContent.image(try ModelSample.picture())
        var good = try ModelSample.request()
        good.turns = [
            .user([.text("Go.")]), .model(response),
            .results([
                ActionResult(call: "call-0", content: [.text("No.")], isError: true),
                ActionResult(call: "call-1", content: [screen]),
                ActionResult(call: "call-2", content: [.text("Opened.")]),
            ]),
        ]
        var bad = good
        bad.turns[2] = .results([ActionResult(call: "call-0", content: [.text("No.")], isError: true)])
        bad.turns.append(.user([.text("It is so."), screen]))
        for request in [good, bad] {
            let contents = try #require(try model.body(for: request)["contents"]?.array)
            let parts = contents[2...].flatMap { $0["parts"]?.array ?? [] }
            let answers = parts.compactMap { $0["functionResponse"] }
            #expect(answers.map { $0["name"] } == ["click", "wait", "open"])
            #expect(answers.map { $0["parts"]?.array?.count ?? 0 } == [1, 1, 0])
            // It is shown where it belongs and not once more.
            #expect(!parts.contains { $0["inlineData"] != nil })
        }
    }

    @Test("What nobody acknowledged is not acknowledged")
    func unacknowledged() throws {
        var request = try ModelSample.request()
        let decision: JSONValue = ["decision": "require_confirmation", "explanation": "Pay?"]
        let response = try read([Self.call("click", ["x": 1, "y": 2, "safety_decision": decision])])
        request.turns += [
            .model(response), .results([ActionResult(call: "call-0", content: [.text("refused")], isError: true)]),
        ]
        #expect(try !model.body(for: request).line.contains("safety_acknowledgement"))
    }

    @Test("Pieces of text are joined, and signatures stay where they were")
    func stream() throws {
        var turn = GeminiTurn()
        var heard: [ModelProgress] = []
        func take(_ parts: [JSONValue], finish: String? = nil) throws -> Bool {
            var candidate: [String: JSONValue] = ["content": ["parts": .array(parts)]]
            if let finish { candidate["finishReason"] = .string(finish) }
            let event = ModelSample.event(["candidates": [.object(candidate)]])
            return try turn.take(event, call: ModelSample.call) { heard.append($0) }
        }
        #expect(try !take([["text": "Hm", "thought": true]]))
        #expect(try !take([["text": "Hel"]]))
        #expect(try !take([["text": "lo", "thoughtSignature": "c2ln"]]))
        #expect(try take([["text": "!"], Self.call("done", [:])], finish: "STOP"))
        #expect(heard == [.reasoning("Hm"), .text("Hel"), .text("lo"), .text("!")])
        #expect(turn.parts.count == 4)
        #expect(turn.parts[1] == ["text": "Hello", "thoughtSignature": "c2ln"])
    }

    @Test("Ends, usage, blocks and errors are told apart")
    func ends() throws {
        let usage: JSONValue = [
            "promptTokenCount": 100, "cachedContentTokenCount": 40, "candidatesTokenCount": 5, "thoughtsTokenCount": 6,
        ]
        let response = try read([["text": "Hello."]], usage: usage)
        #expect(response.stop == .end && response.text == "Hello.")
        #expect(response.usage.input == 60 && response.usage.cachedInput == 40 && response.usage.output == 11)
        #expect(try read([["text": "H"]], finish: "MAX_TOKENS").stop == .length)
        #expect(try read([], finish: "SAFETY").stop == .refused)
        #expect(try read([], finish: "MALFORMED_FUNCTION_CALL").complaints.count == 1)
        let strange = #expect(throws: GodHandError.self) { try read([], finish: "MOON_PHASE") }
        #expect(strange?.code == .modelProtocol)
        var turn = GeminiTurn()
        let blocked = #expect(throws: GodHandError.self) {
            try turn.add(["promptFeedback": ["blockReason": "SAFETY"]], call: ModelSample.call) { _ in }
        }
        #expect(blocked?.code == .modelRefused)
        let failed = #expect(throws: GodHandError.self) {
            try turn.add(
                ["error": ["code": 429, "status": "RESOURCE_EXHAUSTED", "message": "slow"]], call: ModelSample.call
            ) { _ in }
        }
        #expect(failed?.code == .modelRateLimited)
    }

    @Test("What is not allowed is not offered")
    func tools() throws {
        let tools = try model.body(for: try ModelSample.request(abilities: [.input, .finish]))["tools"]?.array ?? []
        let computer = try #require(tools.first?["computerUse"])
        #expect(computer["environment"] == "ENVIRONMENT_DESKTOP")
        let excluded = computer["excludedPredefinedFunctions"]?.array?.compactMap(\.string) ?? []
        #expect(excluded.contains("navigate") && excluded.contains("key_down") && excluded.contains("wait"))
        #expect(tools.last?["functionDeclarations"]?.array?.compactMap { $0["name"]?.string } == ["done", "fail"])
    }

    @Test("The name is a part of the address, and nothing else can be")
    func address() async throws {
        let request = try ModelSample.request()
        let plain = try await model.call(for: request)
        #expect(plain.url.hasSuffix("/v1beta/models/gemini-test:streamGenerateContent?alt=sse"))
        let odd = try await GeminiModel("a?b#c", key: APIKey("AIza-secret-key")).call(for: request)
        #expect(!odd.url.contains("?b"))
    }

    @Test("Damaged turns never trap")
    func fuzz() throws {
        var random = SeededGenerator(seed: 5)
        let call = Self.call("type_text_at", ["x": 3, "y": 4, "text": "t", "press_enter": true])
        let candidate: JSONValue = ["content": ["parts": [call, ["text": "t"]]], "finishReason": "STOP"]
        let whole: JSONValue = ["candidates": [candidate], "usageMetadata": ["promptTokenCount": 3]]
        let request = try ModelSample.request()
        for _ in 0..<1500 {
            guard let value = JSONValue(reading: random.damaged(whole.line)) else { continue }
            do {
                var turn = GeminiTurn()
                _ = try turn.add(value, call: ModelSample.call) { _ in }
                _ = try GeminiAnswer(settings: .init(), request: request, call: ModelSample.call).read(turn)
            } catch is GodHandError {}
        }
    }
}
