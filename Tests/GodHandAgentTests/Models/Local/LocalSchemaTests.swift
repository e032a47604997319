import Foundation
import GodHandCore
import TestSupport
import Testing

@testable import GodHandAgent

@Suite("Our own form for weak models")
struct LocalSchemaTests {
    private func read(
        _ text: String, _ settings: LocalModel.Settings = .init(),
        abilities: Set<ModelRequest.Ability> = Set(ModelRequest.Ability.allCases), finish: String = "stop"
    ) throws -> ModelResponse {
        let whole: JSONValue = [
            "choices": [
                ["message": ["role": "assistant", "content": .string(text)], "finish_reason": .string(finish)]
            ],
            "usage": ["prompt_tokens": 100, "completion_tokens": 20, "prompt_tokens_details": ["cached_tokens": 30]],
        ]
        let answer = try ChatAnswer(whole: whole, call: ModelSample.call)
        return LocalAnswer(settings: settings, request: try ModelSample.request(abilities: abilities)).read(answer)
    }

    @Test("A thought, an action and an expectation are read")
    func click() throws {
        let response = try read(
            #"{"thought": "The link is there.", "action": "click", "x": 100, "y": 200, "expect": "the article"}"#)
        let call = try #require(response.actions.first)
        #expect(call.action == .input(.click(at: Point(x: 100, y: 200))))
        #expect(call.expectation == "the article")
        #expect(response.reasoning == "The link is there.")
        #expect(response.stop == .actions)
        #expect(response.usage.input == 70)
        #expect(response.usage.cachedInput == 30)
        #expect(response.usage.output == 20)
    }

    static let wrapped = [
        "Sure! Here it is:\n```json\n{BODY}\n```\nDoes that help?",
        "<think>I should {not} do this.</think>{BODY}", "{\"note\": 1} and then {BODY}", "{\"response\": {BODY}}",
        "{ broken {BODY}",
    ]

    @Test("Chatter around the object does not matter", arguments: wrapped)
    func chatter(_ frame: String) throws {
        let text = frame.replacingOccurrences(
            of: "{BODY}", with: #"{"thought": "t", "action": "key", "keys": "ctrl+s"}"#)
        #expect(try read(text).actions.map(\.action) == [.input(.key("ctrl+s"))])
    }

    @Test("A comma too many and a raw line break are forgiven")
    func mended() throws {
        let response = try read("{\"thought\": \"two\nlines\", \"action\": \"type\", \"text\": \"a\nb\",}")
        #expect(response.actions.map(\.action) == [.input(.type("a\nb"))])
    }

    static let malformed = [
        "I do not know.", "", "{}", #"{"action": "fly"}"#, #"{"action": "click"}"#, #"{"action": "click", "x": 5}"#,
        #"{"action": "click", "x": 99999, "y": 5}"#, #"{"action": "click", "x": "here", "y": 5}"#,
        #"{"action": "scroll", "direction": "sideways"}"#, #"{"action": "key", "keys": "hyperdrive"}"#,
        #"{"action": "type"}"#, #"{"action": "exec", "command": [1, 2]}"#, #"{"action": "click", "x": 1e999, "y": 1}"#,
        #"{"action": "wait", "seconds": 1e18}"#, #"{"action": "click", "mark": -4}"#,
        #"{"action": "ask", "text": " "}"#,
    ]

    @Test("What makes no sense goes back to the model with a reason", arguments: malformed)
    func complaint(_ text: String) throws {
        let response = try read(text)
        #expect(response.actions.isEmpty)
        #expect(response.complaints.count == 1)
        #expect(response.complaints.first?.isEmpty == false)
    }

    @Test("What is not offered is not taken")
    func abilities() throws {
        let response = try read(#"{"thought": "", "action": "exec", "command": ["ls"]}"#, abilities: [.input])
        #expect(response.actions.isEmpty && response.complaints.count == 1)
        let schema = LocalSchema.schema(for: [.input, .finish], isStrict: false)
        let verbs = schema["properties"]?["action"]?["enum"]?.array?.compactMap(\.string) ?? []
        #expect(verbs.contains("click") && verbs.contains("done") && !verbs.contains("exec") && !verbs.contains("open"))
        #expect(schema["properties"]?["mark"] == nil)
    }

    @Test("On the wire the thought comes before the action", arguments: [LocalModel.Constraint.schema, .strict])
    func order(_ constraint: LocalModel.Constraint) async throws {
        let model = LocalModel("m", at: "http://127.0.0.1:1", settings: .init(constraint: constraint))
        let bytes = try await model.call(for: ModelSample.request()).encodedBody
        let text = String(decoding: bytes, as: UTF8.self)
        let properties = try #require(text.firstRange(of: #""properties":{"#))
        let names = ["thought", "action", "mark", "name", "x", "y", "text", "expect", "done"]
        var rest = text[properties.upperBound...]
        for name in names {
            let found = try #require(rest.firstRange(of: "\"\(name)\":{"), "\(name) is out of place")
            rest = rest[found.upperBound...]
        }
        #expect(try await bytes == model.call(for: ModelSample.request()).encodedBody)
        // What is sent is the same as what is meant.
        let sent = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        #expect(sent["response_format"]?["json_schema"]?["schema"]?["properties"]?["done"] != nil)
        #expect(sent["messages"]?.array?.count == 2)
    }

    @Test("Null is the same as nothing, which the strict form asks for")
    func nulls() throws {
        let schema = LocalSchema.schema(for: Set(ModelRequest.Ability.allCases), isStrict: true)
        let required = try #require(schema["required"]?.array)
        let names = required.compactMap(\.string)
        for (object, actions) in Self.pairs {
            guard case .object(var members) = object else { continue }
            for name in names where members[name] == nil { members[name] = .null }
            #expect(try read(JSONValue.object(members).line).actions.map(\.action) == actions)
        }
    }

    @Test("The last action and the end can come together, and typed text is not the answer")
    func doneWithAction() throws {
        let typed = try read(#"{"thought": "written", "action": "type", "text": "hello", "done": true}"#)
        #expect(typed.actions.map(\.action) == [.input(.type("hello")), .done("written")])
        let plain = try read(#"{"thought": "t", "action": "done", "text": "23 June 1912", "done": true}"#)
        #expect(plain.actions.map(\.action) == [.done("23 June 1912")])
    }

    /// Every action that the form can say, with how it is said.
    static let pairs: [(JSONValue, [Action])] = [
        (["action": "click", "mark": 7], [.element(.mark(7), .click())]),
        (
            ["action": "click", "name": "Save", "role": "push button", "count": 2],
            [.element(.named(role: "push button", name: "Save"), .click(count: 2))]
        ),
        (
            ["action": "click", "x": 3, "y": 4, "button": "right", "keys": "ctrl"],
            [.input(.click(at: Point(x: 3, y: 4), button: .right, modifiers: "ctrl"))]
        ),
        (["action": "double_click", "x": 3, "y": 4], [.input(.click(at: Point(x: 3, y: 4), count: 2))]),
        (["action": "move", "x": 3, "y": 4], [.input(.move(to: Point(x: 3, y: 4)))]),
        (
            ["action": "drag", "x": 3, "y": 4, "to_x": 30, "to_y": 40],
            [.input(.drag(path: [Point(x: 3, y: 4), Point(x: 30, y: 40)]))]
        ),
        (["action": "scroll", "direction": "up", "amount": 3], [.input(.scroll(at: nil, dx: 0, dy: -3))]),
        (["action": "key", "keys": "Return", "count": 2], [.input(.key("Return", repeat: 2))]),
        (
            ["action": "type", "text": "hi", "x": 3, "y": 4],
            [.input(.click(at: Point(x: 3, y: 4))), .input(.type("hi"))]
        ),
        (["action": "type", "text": "hi", "mark": 2], [.element(.mark(2), .type("hi"))]),
        (["action": "look"], [.look]),
        (
            ["action": "zoom", "x": 10, "y": 20, "to_x": 110, "to_y": 70],
            [.zoom(Rect(x: 10, y: 20, width: 100, height: 50))]
        ),
        (["action": "wait", "seconds": 1.5], [.wait(.milliseconds(1500))]),
        (["action": "wait_for", "text": "Ready", "seconds": 3], [.waitFor(.text("Ready"), atMost: .seconds(3))]),
        (["action": "wait_for", "window": "Inbox"], [.waitFor(.window("Inbox"), atMost: .seconds(10))]),
        (["action": "wait_for"], [.waitFor(.stillScreen, atMost: .seconds(10))]),
        (["action": "open", "target": "https://example.org"], [.open("https://example.org")]),
        (["action": "exec", "command": ["ls", "-l"]], [.exec(["ls", "-l"])]),
        (["action": "fail", "text": "no"], [.fail("no")]), (["action": "ask", "text": "why?"], [.ask("why?")]),
    ]

    @Test("Every action of the form is read", arguments: pairs.indices)
    func everyAction(_ index: Int) throws {
        let (object, actions) = Self.pairs[index]
        #expect(try read(object.line).actions.map(\.action) == actions)
    }

    @Test("Points come back to the pixel in each count", arguments: LocalModel.Coordinates.allCases)
    func roundTrip(_ coordinates: LocalModel.Coordinates) throws {
        var random = SeededGenerator(seed: 7)
        let settings = LocalModel.Settings(coordinates: coordinates)
        for _ in 0..<300 {
            let screen = Size(
                width: .random(in: 64...4096, using: &random), height: .random(in: 64...4096, using: &random))
            let point = Point(
                x: .random(in: 0..<screen.width, using: &random), y: .random(in: 0..<screen.height, using: &random))
            let request = ModelRequest(instructions: "", turns: [], screen: screen)
            let scaling = settings.scaling(request)
            let sent = scaling.modelPoint(point)
            let object: JSONValue = ["action": "move", "x": .integer(sent.x), "y": .integer(sent.y)]
            let actions = try LocalSchema.actions(object, request: request, scaling: scaling)
            guard case .input(.move(let found)) = try #require(actions.first) else { Issue.record("no move"); return }
            let step = Double(max(screen.width, screen.height)) / Double(min(scaling.size.width, scaling.size.height))
            #expect(Double(abs(found.x - point.x)) <= step && Double(abs(found.y - point.y)) <= step)
            #expect(screen.contains(found))
        }
    }

    @Test("An answer that was cut off says so")
    func length() throws {
        let response = try read(#"{"thought": "a long tho"#, finish: "length")
        #expect(response.stop == .length)
        #expect(response.actions.isEmpty)
    }

    @Test("Damaged answers never trap", arguments: LocalModel.Format.allCases)
    func fuzz(_ format: LocalModel.Format) throws {
        var random = SeededGenerator(seed: 11)
        let seeds = [
            #"{"thought": "t", "action": "drag", "x": 1, "y": 2, "to_x": 3.5, "to_y": 4, "expect": "e", "done": true}"#,
            "Thought: now\nAction: drag(start_box='(1,2)', end_box='<|box_start|>(3,4)<|box_end|>')",
            "Thought: it's\nAction: type(content='it's \\'so\\'\\n')\n\nclick(point='<point>1 2</point>')",
            #"Go.<tool_call>{"name": "computer_use", "arguments": {"action": "scroll", "pixels": -300, "coordinate": [1, 2]}}</tool_call>"#,
        ]
        for _ in 0..<1000 {
            let text = random.damaged(seeds[Int.random(in: 0..<seeds.count, using: &random)])
            let response = try read(text, .init(format: format, coordinates: .pixels))
            for call in response.actions {
                #expect(throws: Never.self) { try call.action.understood(on: ModelSample.screen) }
            }
        }
    }
}
