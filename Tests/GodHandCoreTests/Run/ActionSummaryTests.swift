import GodHandCore
import Testing

@Suite struct ActionSummaryTests {
    @Test(arguments: [
        (Action.input(.click(at: Point(x: 640, y: 400))), "Click at (640, 400)"),
        (.input(.click(at: nil, button: .right)), "Right click"),
        (.input(.click(at: nil, button: .right, count: 2, modifiers: "ctrl")), "ctrl + Double right click"),
        (.input(.click(at: nil, count: 5)), "5 clicks"),
        (.input(.drag(path: [Point(x: 1, y: 2), Point(x: 3, y: 4)])), "Drag from (1, 2) to (3, 4)"),
        (.input(.drag(path: [])), "Drag nothing"),
        (.input(.scroll(at: nil, dx: Int.min, dy: 3)), "Scroll 3 down and 9223372036854775808 left"),
        (.input(.key("ctrl+l")), "Press ctrl+l"), (.input(.key("Tab", repeat: 3)), "Press Tab 3 times"),
        (.input(.hold("a", duration: .milliseconds(1500))), "Hold a for 1.5 s"),
        (.input(.type("Alan Turing\n")), "Type “Alan Turing⏎”"),
        (.exec(["echo", "a b", "", "it's"]), #"Run echo 'a b' '' 'it'\''s'"#),
        (.wait(.milliseconds(250)), "Wait 250 ms"), (.wait(.seconds(2)), "Wait 2 s"),
        (.open("http://wiki/"), "Open http://wiki/"), (.look, "Look"), (.done(""), "Done"),
        (.fail("no page"), "Give up: no page"),
    ])
    func `an action in words`(action: Action, words: String) { #expect(action.summary == words) }
}
