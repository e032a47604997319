import Foundation
import GodHandCore
import Testing

@testable import GodHandAgent

@Suite("The forms of UI-TARS and Qwen-VL")
struct LocalFormatsTests {
    private func read(_ text: String, _ settings: LocalModel.Settings) throws -> ModelResponse {
        var answer = ChatAnswer()
        _ = try answer.take(
            ModelSample.event(["choices": [["delta": ["content": .string(text)]]]]), call: ModelSample.call
        ) { _ in }
        return LocalAnswer(settings: settings, request: try ModelSample.request()).read(answer)
    }

    private static let pixels = LocalModel.Settings(format: .uiTARS, coordinates: .pixels)

    static let tars: [(String, [Action])] = [
        ("click(start_box='(100,200)')", [.input(.click(at: Point(x: 100, y: 200)))]),
        ("click(start_box='<|box_start|>(100,200)<|box_end|>')", [.input(.click(at: Point(x: 100, y: 200)))]),
        ("click(point='<point>100 200</point>')", [.input(.click(at: Point(x: 100, y: 200)))]),
        ("click(start_box=\"[90, 190, 110, 210]\")", [.input(.click(at: Point(x: 100, y: 200)))]),
        ("left_double(start_box='(1,2)')", [.input(.click(at: Point(x: 1, y: 2), count: 2))]),
        ("right_single(start_box='(1,2)')", [.input(.click(at: Point(x: 1, y: 2), button: .right))]),
        (
            "drag(start_box='(1,2)', end_box='(3,4)')", [.input(.drag(path: [Point(x: 1, y: 2), Point(x: 3, y: 4)]))]
        ),
        ("hotkey(key='ctrl shift t')", [.input(.key("ctrl+shift+t"))]),
        ("type(content='It's \\'fine\\', isn't it?\\n')", [.input(.type("It's 'fine', isn't it?\n"))]),
        ("scroll(start_box='(5,6)', direction='down')", [.input(.scroll(at: Point(x: 5, y: 6), dx: 0, dy: 5))]),
        ("wait()", [.wait(.seconds(5))]), ("finished(content='23 June 1912')", [.done("23 June 1912")]),
        ("call_user()", [.ask("The model asks for your help with what is on the screen.")]),
        (
            "click(start_box='(1,2)')\n\ntype(content='x')",
            [.input(.click(at: Point(x: 1, y: 2))), .input(.type("x"))]
        ),
    ]

    @Test("Every action of UI-TARS is read", arguments: tars.indices)
    func uiTARS(_ index: Int) throws {
        let (text, actions) = Self.tars[index]
        let response = try read("Thought: I see it.\nAction: \(text)", Self.pixels)
        #expect(response.actions.map(\.action) == actions)
        #expect(response.reasoning == "I see it.")
        #expect(response.complaints.isEmpty)
    }

    static let brokenTARS = [
        "Thought: only thinking", "Action: ", "Action: jump(start_box='(1,2)')", "Action: click()",
        "Action: click(start_box='(1)')", "Action: click(start_box='(99999,2)')", "Action: click(start_box='(1,2)",
        "Action: (1,2)", "Action: type()", "Action: hotkey(key='')", "Action: click(start_box=)",
    ]

    @Test("What makes no sense of UI-TARS goes back with a reason", arguments: brokenTARS)
    func broken(_ text: String) throws {
        let response = try read(text, Self.pixels)
        #expect(response.actions.isEmpty && response.complaints.count == 1)
    }

    @Test("The versions count differently, and each finds the middle")
    func coordinates() throws {
        let screen = ModelSample.screen
        let middle = Point(x: screen.width / 2, y: screen.height / 2)
        for settings in [LocalModel.Settings.uiTARS, .uiTARS15] {
            let request = try ModelSample.request()
            let sent = settings.scaling(request).size
            let text = "Action: click(start_box='(\(sent.width / 2),\(sent.height / 2))')"
            guard case .input(.click(let point?, _, _, _)) = try #require(try read(text, settings).actions.first).action
            else { Issue.record("no click"); return }
            #expect(abs(point.x - middle.x) <= 2 && abs(point.y - middle.y) <= 2)
        }
        #expect(LocalModel.Settings.uiTARS15.images.size(for: screen).width % 28 == 0)
    }

    static let qwen: [(String, [Action])] = [
        (#"{"action": "left_click", "coordinate": [100, 200]}"#, [.input(.click(at: Point(x: 100, y: 200)))]),
        (#"{"action": "left_click"}"#, [.input(.click(at: nil))]),
        (#"{"action": "triple_click", "coordinate": ["1", "2"]}"#, [.input(.click(at: Point(x: 1, y: 2), count: 3))]),
        (#"{"action": "mouse_move", "coordinate": [1, 2]}"#, [.input(.move(to: Point(x: 1, y: 2)))]),
        (#"{"action": "key", "keys": ["ctrl", "c"]}"#, [.input(.key("ctrl+c"))]),
        (#"{"action": "type", "text": "hello"}"#, [.input(.type("hello"))]),
        (#"{"action": "scroll", "pixels": -300}"#, [.input(.scroll(at: nil, dx: 0, dy: 3))]),
        (#"{"action": "hscroll", "pixels": 300}"#, [.input(.scroll(at: nil, dx: 3, dy: 0))]),
        (
            #"{"action": "left_click_drag", "coordinate": [9, 8]}"#,
            [
                .input(.press(button: .left)), .input(.move(to: Point(x: 9, y: 8))), .input(.release(button: .left)),
            ]
        ),
        (#"{"action": "wait", "time": 3}"#, [.wait(.seconds(3))]),
        (#"{"action": "terminate", "status": "success"}"#, [.done("")]),
        (#"{"action": "terminate", "status": "failure"}"#, [.fail("")]),
        (#"{"action": "answer", "text": "1912"}"#, [.done("1912")]),
    ]

    @Test("Every action of Qwen-VL is read", arguments: qwen.indices)
    func qwenVL(_ index: Int) throws {
        let (arguments, actions) = Self.qwen[index]
        let text = "I act.\n<tool_call>\n{\"name\": \"computer_use\", \"arguments\": \(arguments)}\n</tool_call>"
        let response = try read(text, .init(format: .qwenVL, coordinates: .pixels))
        #expect(response.actions.map(\.action) == actions)
        #expect(response.text == "I act.")
    }

    @Test("An answer and the end that follows it are one end")
    func answerAndEnd() throws {
        let text = """
            <tool_call>{"name": "computer_use", "arguments": {"action": "answer", "text": "1912"}}</tool_call>
            <tool_call>{"name": "computer_use", "arguments": {"action": "terminate", "status": "success"}}</tool_call>
            """
        #expect(try read(text, .qwen3VL).actions.map(\.action) == [.done("1912")])
    }

    @Test("A server that takes the calls out of the text is understood")
    func toolCalls() throws {
        var answer = ChatAnswer()
        let pieces: [JSONValue] = [
            ["index": 0, "function": ["name": "computer_use", "arguments": #"{"action": "left_"#]],
            ["index": 0, "function": ["arguments": #"click", "coordinate": [500, 500]}"#]],
        ]
        for piece in pieces {
            _ = try answer.take(
                ModelSample.event(["choices": [["delta": ["tool_calls": [piece]]]]]), call: ModelSample.call
            ) { _ in }
        }
        let response = LocalAnswer(settings: .qwen3VL, request: try ModelSample.request()).read(answer)
        #expect(response.actions.map(\.action) == [.input(.click(at: Point(x: 640, y: 400)))])
    }

    static let brokenQwen = [
        "nothing", "<tool_call></tool_call>",
        #"<tool_call>{"name": "other", "arguments": {"action": "wait"}}</tool_call>"#,
        #"<tool_call>{"name": "computer_use", "arguments": {"action": "left_click", "coordinate": [1]}}</tool_call>"#,
        #"<tool_call>{"name": "computer_use", "arguments": {"action": "scroll", "pixels": 0}}</tool_call>"#,
    ]

    @Test("What makes no sense of Qwen-VL goes back with a reason", arguments: brokenQwen)
    func brokenQwenVL(_ text: String) throws {
        let response = try read(text, .qwen3VL)
        #expect(response.actions.isEmpty && response.complaints.count == 1)
    }

    static let names: [(String, LocalModel.Settings)] = [
        ("UI-TARS-1.5-7B", .uiTARS15), ("bytedance/ui-tars-7b-dpo", .uiTARS), ("Qwen2.5-VL-7B-Instruct", .qwen25VL),
        ("qwen3-vl:8b", .qwen3VL), ("gemma-3-12b", .init()),
    ]

    @Test("A model's name tells its form", arguments: names.indices)
    func suggestion(_ index: Int) {
        #expect(LocalModel.Settings.suggested(for: Self.names[index].0) == Self.names[index].1)
    }

    static let addresses = [
        ("http://h:1", "http://h:1/v1/chat/completions"), ("http://h:1/v1/", "http://h:1/v1/chat/completions"),
        ("http://h/api/v1/chat/completions", "http://h/api/v1/chat/completions"),
        ("http://h/openai/v2", "http://h/openai/v2/chat/completions"),
    ]

    @Test("The server, its API or the whole address will do", arguments: addresses)
    func address(_ given: String, _ whole: String) { #expect(LocalModel.endpoint(given) == whole) }
}
