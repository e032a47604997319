// A desktop as a tool of an agent that you have already: a loop that asks a model, calls tools, and hands results back.
import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox

/// The tool, as models are told of it and as they call it. What it gives is a text and a picture.
struct DesktopTool {
    let desktop: Sandbox

    static let schema: JSONValue = [
        "name": "desktop", "description": "Use a Linux desktop; gives a picture of its screen afterwards.",
        "parameters": [
            "type": "object", "required": ["action"],
            "properties": [
                "action": ["type": "string", "enum": ["click", "type", "key", "run", "wait"]],
                "x": ["type": "integer"], "y": ["type": "integer"], "text": ["type": "string"],
            ],
        ],
    ]

    func call(_ arguments: JSONValue) async throws -> (text: String, png: Data) {
        let (display, text) = (try desktop.display, arguments["text"]?.string ?? "")
        var said = "done"
        switch arguments["action"]?.string {
        case "click": try await display.click(x: arguments["x"]?.integer ?? 0, y: arguments["y"]?.integer ?? 0)
        case "type": try await display.type(text)
        case "key": try await display.press(KeyChord(text))
        case "run": said = try await desktop.exec(["sh", "-c", text]).output
        case "wait":
            let window = Assertion.windowTitle(contains: text).eventually(within: .seconds(30))
            said = try await window.check(in: desktop).evidence
        default: said = "There is no such action."
        }
        return (said, try await display.settledScreenshot(reaction: .milliseconds(500)).screenshot.png)
    }
}

/// Your model, by whatever client you have; this one says what it was told to say.
struct ToolCallingModel {
    var calls: ArraySlice<JSONValue> = [
        ["action": "run", "text": "setsid -f mousepad ~/answer.txt >/dev/null 2>&1; echo started"],
        ["action": "wait", "text": "answer.txt"], ["action": "type", "text": "42\n"],
        ["action": "key", "text": "ctrl+s"], ["action": "run", "text": "cat ~/answer.txt"],
    ]

    mutating func next(_ messages: [JSONValue], tools: [JSONValue]) -> JSONValue? { calls.popFirst() }
}

do {
    try await DockerBackend().withSandbox(.desktop) { desktop in
        let tool = DesktopTool(desktop: desktop)
        var model = ToolCallingModel()
        var messages: [JSONValue] = [["role": "user", "content": "How much is 6 times 7? Write it into answer.txt."]]
        while let arguments = model.next(messages, tools: [DesktopTool.schema]) {
            let result = try await tool.call(arguments)
            messages.append(["role": "tool", "content": .string(result.text)])
            let (action, said) = (arguments["action"]?.string ?? "", result.text.split(separator: "\n").joined())
            print("\(action): \(said), and a picture of \(result.png.count) bytes")
        }
        print("The last word: \(messages.last?["content"]?.string ?? "")", terminator: "")
    }
} catch {
    print("error: \(error)")
    exit(1)
}
