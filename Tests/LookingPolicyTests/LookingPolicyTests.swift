import GodHandAgent
import GodHandCore
import Testing

@testable import LookingPolicy

/// Screens in words: what stands where, and what of it is a link.
struct Sketch {
    var lines: [TextLine] = []
    var links: [Rect] = []

    /// Adds a line of words, each as wide as its letters.
    mutating func add(_ text: String, x: Int, y: Int, height: Int = 12, isLink: Bool = false) {
        var left = x
        let words = text.split(separator: " ").map { word -> TextLine.Word in
            let box = Rect(x: left, y: y, width: word.count * 8, height: height)
            left += word.count * 8 + 5
            if isLink { links.append(box) }
            return TextLine.Word(String(word), box: box)
        }
        lines.append(TextLine(words: words))
    }

    func seen() throws -> Seen {
        var frame = try Frame.filled(Size(width: 1280, height: 800), red: 255, green: 255, blue: 255)
        for link in links { frame = frame.filling(link, red: 51, green: 102, blue: 204) }
        return Seen(frame: frame, text: ScreenText(lines: lines))
    }

    static var mainPage: Sketch {
        var sketch = Sketch()
        sketch.add("GodHand Wiki — Mozilla Firefox", x: 533, y: 8)
        sketch.add("Search GodHand Wiki", x: 381, y: 139)
        sketch.add("Main Page", x: 168, y: 220, height: 22)
        sketch.add("Welcome. This small encyclopedia has more than sixty articles", x: 168, y: 310)
        sketch.add("Alan Turing", x: 605, y: 402, isLink: true)
        return sketch
    }

    static var turing: Sketch {
        var sketch = Sketch()
        sketch.add("Alan Turing — Mozilla Firefox", x: 533, y: 8)
        sketch.add("Search GodHand Wiki", x: 381, y: 139)
        sketch.add("Alan Turing", x: 168, y: 220, height: 22)
        sketch.add("Born 23 June 1912, Maida Vale, London", x: 800, y: 320)
        sketch.add("Died 7 June 1954, Wilmslow", x: 800, y: 350)
        sketch.add("Bletchley Park", x: 300, y: 600, isLink: true)
        return sketch
    }
}

@Suite struct LookingPolicyTests {
    private func decide(
        _ goal: String, _ sketch: Sketch, title: String?, after past: [PastMove] = []
    ) throws -> Decision {
        LookingPolicy(goal: goal, past: past, seen: try sketch.seen(), title: title).decide()
    }

    private let wiki = "In the encyclopedia at http://wiki, "

    @Test(arguments: [
        ("find when Alan Turing was born", 1), ("open the article on London, then follow the link to Maida Vale", 2),
        ("Open the text editor, write \"Let us go and open it\" and save it as /home/user/a.txt", 3),
        ("copy the word cipher into the text editor", 3),
        ("open the file manager, open the folder Documents and create a folder named Letters in it", 3),
    ])
    func `goals come apart into what they ask for`(goal: String, count: Int) {
        let parsed = ParsedGoal(goal)
        #expect(parsed.puzzle == nil)
        #expect(parsed.parts.count == count)
    }

    @Test func `a goal that makes no sense is given up`() throws {
        let decision = try decide("Bake a cake", .mainPage, title: nil)
        guard case .fail = decision.move else { return #expect(Bool(false), "\(decision)") }
    }

    @Test func `without a browser, the encyclopedia is opened`() throws {
        let decision = try decide(wiki + "find when Alan Turing was born", Sketch(), title: "")
        #expect(decision.move == .open("http://wiki/"))
    }

    @Test func `a page that has not come is waited for, and neither opened again nor reloaded`() throws {
        var past = [PastMove(part: 0, label: "open")]
        for title in ["", "Mozilla Firefox", "Mozilla Firefox", "Mozilla Firefox"] {
            let decision = try decide(wiki + "find when Alan Turing was born", Sketch(), title: title, after: past)
            guard case .waitForWindow = decision.move else { return #expect(Bool(false), "\(decision)") }
            past.append(PastMove(part: 0, label: decision.label))
        }
    }

    @Test(arguments: ["", "Mozilla Firefox"])
    func `a page that was waited for in vain is opened again`(title: String) throws {
        let past = [PastMove(part: 0, label: "open"), PastMove(part: 0, label: "wait", failed: true)]
        let decision = try decide(wiki + "find when Alan Turing was born", Sketch(), title: title, after: past)
        #expect(decision.move == .open("http://wiki/"))
    }

    @Test func `the search box is clicked, and then typed into`() throws {
        let goal = wiki + "find when Alan Turing was born"
        let first = try decide(goal, .mainPage, title: "GodHand Wiki — Mozilla Firefox")
        #expect(first.label == "focus")
        let second = try decide(
            goal, .mainPage, title: "GodHand Wiki — Mozilla Firefox", after: [PastMove(part: 0, label: "focus")])
        #expect(second.move == .type("Alan Turing\n"))
    }

    @Test(arguments: ["Alan Turing — Mozilla Firefox", nil])
    func `the answer is read off the page`(title: String?) throws {
        let decision = try decide(wiki + "find when Alan Turing was born", .turing, title: title)
        #expect(decision.move == .done("23 June 1912"))
    }

    @Test func `a link is followed where it is, and the goal is reached where it leads`() throws {
        let goal = wiki + "open the article on Alan Turing, then follow the link to Bletchley Park"
        let decision = try decide(goal, .turing, title: "Alan Turing — Mozilla Firefox")
        guard case .click(let point, count: 1) = decision.move else { return #expect(Bool(false), "\(decision)") }
        #expect(Rect(x: 300, y: 600, width: 120, height: 12).contains(point))
        let end = try decide(
            goal, Sketch(), title: "Bletchley Park — Mozilla Firefox", after: [PastMove(part: 1, label: "follow")])
        guard case .done = end.move else { return #expect(Bool(false), "\(end)") }
    }

    @Test(arguments: ["Notice", nil])
    func `a dialog that nobody asked for is closed first`(title: String?) throws {
        var sketch = Sketch.turing
        sketch.add("The battery is low.", x: 586, y: 377)
        sketch.add("OK", x: 643, y: 420)
        let decision = try decide(wiki + "find when Alan Turing was born", sketch, title: title)
        #expect(decision.label == "close dialog")
        #expect(decision.move == .click(Point(x: 651, y: 426)))
    }

    @Test func `what asks for a name gets it`() throws {
        let goal = "Open the file manager and create a folder named Reports"
        var past = [PastMove(part: 0, label: "open"), PastMove(part: 1, label: "new")]
        let first = try decide(goal, Sketch(), title: "Create New Folder", after: past)
        #expect(first.move == .press("ctrl+a"))
        past.append(PastMove(part: 1, label: first.label))
        let second = try decide(goal, Sketch(), title: "Create New Folder", after: past)
        #expect(second.move == .type("Reports\n"))
    }

    @Test func `nothing is tried for ever`() throws {
        let past = Array(repeating: PastMove(part: 0, label: "scroll"), count: 16)
        let decision = try decide(wiki + "find when Alan Turing was born", .mainPage, title: "x — Firefox", after: past)
        guard case .fail = decision.move else { return #expect(Bool(false), "\(decision)") }
    }

    @Test(arguments: [
        ("how high Mount Kilimanjaro is", "Its summit, Uhuru Peak, lies 5895 metres above the sea.", "5895 metres"),
        ("how deep Lake Baikal is", "the deepest lake in the world, at 1642 metres, and", "1642 metres"),
    ])
    func `measures are read with their units`(question: String, text: String, answer: String) throws {
        guard case .answer(let asked, _)? = ParsedGoal("find " + question).parts.first else {
            return #expect(Bool(false))
        }
        var sketch = Sketch()
        sketch.add(text, x: 10, y: 10)
        #expect(Answers.find(asked, in: ScreenText(lines: sketch.lines)) == answer)
    }

    @Test(.enabled("There is no tesseract on this host.") { ScreenReader.isAvailable })
    func `a picture is read, and then only what changed`() throws {
        let blank = try Frame.filled(Size(width: 640, height: 400), red: 255, green: 255, blue: 255)
        let seen = try ScreenReader().look(at: try PNG.encode(blank))
        #expect(seen.text.lines.isEmpty)
        #expect(seen.failure == nil)
    }
}
