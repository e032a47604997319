import GodHandCore
import Testing

@testable import DesktopTools

@Suite("Actions that a client asks for")
struct DesktopActionTests {
    @Test(
        "are those of the library",
        arguments: [
            (["type": "click", "x": 1, "y": 2], .input(.click(at: Point(x: 1, y: 2)))),
            (
                ["type": "click", "count": 2, "button": "right", "modifiers": "ctrl+shift"],
                .input(.click(at: nil, button: .right, count: 2, modifiers: "ctrl+shift"))
            ),
            (["type": "move", "x": 1, "y": 2], .input(.move(to: Point(x: 1, y: 2)))),
            (["type": "press"], .input(.press(button: .left))), (["type": "release"], .input(.release(button: .left))),
            (
                ["type": "drag", "path": [["x": 1, "y": 2], ["x": 3, "y": 4]]],
                .drag(from: Point(x: 1, y: 2), to: Point(x: 3, y: 4), button: .left, modifiers: .none)
            ),
            (["type": "scroll", "dy": 3], .input(.scroll(at: nil, dx: 0, dy: 3))),
            (["type": "key", "keys": "ctrl+s", "count": 3], .input(.key("ctrl+s", repeat: 3))),
            (["type": "hold", "keys": "a", "seconds": 0.5], .input(.hold("a", duration: .milliseconds(500)))),
            (["type": "type", "text": "hé"], .input(.type("hé"))),
            (["type": "wait", "seconds": 2], .wait(.seconds(2))),
            (
                ["type": "click_element", "name": "Save", "role": "push button"],
                .seeing(.element(.named(role: "push button", name: "Save"), .click()))
            ),
            (
                ["type": "type_into_element", "name": "Name", "text": "x", "replacing": true],
                .seeing(.element(.named(role: nil, name: "Name"), .type("x", replacing: true)))
            ),
            (
                ["type": "wait_for_text", "text": "Ready", "seconds": 5],
                .seeing(.waitFor(.text("Ready"), atMost: .seconds(5)))
            ),
            (
                ["type": "wait_for_element", "name": "Save"],
                .seeing(.waitFor(.element(role: nil, name: "Save"), atMost: .seconds(10)))
            ),
        ] as [(JSONValue, DesktopAction)])
    func read(_ json: JSONValue, _ action: DesktopAction) throws {
        #expect(try DesktopAction.list([json]) == [action])
    }

    @Test(
        "are refused whole if one makes no sense",
        arguments: [
            (["type": "click", "x": 1], "'y'"), (["type": "move"], "needs"), (["type": "key"], "'keys'"),
            (["type": "type"], "'text'"), (["type": "wait"], "'seconds'"), (["type": "click", "text": "x"], "'text'"),
            (["type": "drag", "path": [["x": 1, "y": 1]]], "two points"), (["type": "nonsense"], "'nonsense'"),
            (["type": "click_element"], "'name'"),
        ] as [(JSONValue, String)])
    func refused(_ json: JSONValue, _ word: String) throws {
        let error = #expect(throws: GodHandError.self) { try DesktopAction.list([["type": "press"], json]) }
        let text = try #require(error).description
        #expect(text.contains(word), "\(text)")
        #expect(text.contains("Action 2"), "\(text)")
    }

    @Test("may wait only so long together")
    func waits() throws {
        let minute: JSONValue = ["type": "wait", "seconds": 60]
        #expect(try DesktopAction.list([minute, minute]).count == 2)
        #expect(throws: GodHandError.self) {
            try DesktopAction.list([minute, minute, ["type": "wait", "seconds": 0.1]])
        }
    }
}
