import Foundation
import GodHandCore
import GodHandSandbox
import Testing

@testable import GodHandAgent

extension Live {
    /// What can be used on a real desktop is found, where it is.
    @Suite(.liveWiki, .timeLimit(.minutes(5))) struct ElementTests {
        /// Something that is known to be on a screen.
        struct Known: Hashable, CustomStringConvertible {
            var role: String
            var name: String
            var description: String { "\(role) “\(name)”" }
        }

        static let articles = [
            "Alan_Turing", "Ada_Lovelace", "Gravity", "London", "Enigma_machine", "Charles_Babbage", "Moon", "Unix",
            "Marie_Curie", "DNA",
        ]

        /// What every page of the browser and the encyclopedia has.
        static let everywhere = [
            Known(role: "button", name: "Reload"), Known(role: "field", name: "Search with Google or enter address"),
            Known(role: "button", name: "Open a new tab (Ctrl+T)"), Known(role: "button", name: "Extensions"),
            Known(role: "link", name: "GodHand Wiki"), Known(role: "field", name: "Search GodHand Wiki"),
            Known(role: "button", name: "Toggle sidebar"), Known(role: "link", name: "Page"),
            Known(role: "link", name: "Discussion"), Known(role: "link", name: "Read"),
            Known(role: "link", name: "View source"), Known(role: "link", name: "View history"),
        ]

        @Test func `links, fields and buttons are found on pages, in dialogs and in menus`() async throws {
            try await LiveEngine.withWiki(screen: Size(width: 1280, height: 1400)) { sandbox in
                var tally = Tally()
                for article in Self.articles {
                    let title = article.replacing("_", with: " ")
                    try await Self.show(
                        "http://wiki/index.php/\(article)", titled: "\(title) - GodHand Wiki", in: sandbox)
                    let known = Self.everywhere + (try Self.links(of: article))
                    tally.add(known, in: try await sandbox.elements(), at: article)
                }
                try await Self.dialogs(sandbox, &tally)
                let clock = ContinuousClock()
                let took = try await clock.measure { for _ in 0..<10 { _ = try await sandbox.elements() } } / 10
                let toldWindows = try await clock.measure { for _ in 0..<10 { _ = try await sandbox.windows() } } / 10
                let title = try await clock.measure { for _ in 0..<10 { _ = try await sandbox.windowTitle() } } / 10
                print("bench element_hit_rate \(tally.percent) %")
                print("elements \(took), windows \(toldWindows), title \(title)")
                #expect(tally.known >= 150)
                #expect(tally.percent >= 95, "\(tally.missed)")
            }
        }

        /// A link that goes on in the next line, and one in a table, must be clicked where they are.
        @Test func `a click on a link by its name leads to its page`() async throws {
            try await LiveEngine.withWiki { sandbox in
                let actor = GuestElementActor()
                for (name, title) in [
                    ("Turing test", "Turing test"), ("computing", "Computer"), ("Enigma machine", "Enigma"),
                ] {
                    try await Self.show("http://wiki/index.php/Alan_Turing", titled: "Alan Turing", in: sandbox)
                    let sight = try await Self.look(sandbox)
                    let reply = try await actor.perform(
                        .element(.named(role: "link", name: name), .click()), in: sandbox, seeing: sight)
                    #expect(!reply.isError, "\(reply)")
                    let arrival = try await actor.perform(
                        .waitFor(.window(title), atMost: .seconds(10)), in: sandbox, seeing: sight)
                    #expect(!arrival.isError, "\(name): \(arrival)")
                }
                let typed = try await actor.perform(
                    .element(.named(role: "search box", name: "Search GodHand Wiki"), .type("Venice\n")), in: sandbox,
                    seeing: try await Self.look(sandbox))
                #expect(!typed.isError, "\(typed)")
                let found = try await actor.perform(
                    .waitFor(.window("Venice"), atMost: .seconds(10)), in: sandbox, seeing: try await Self.look(sandbox)
                )
                #expect(!found.isError, "\(found)")
            }
        }

        /// It answers too late to be heard, and must not be taken for a program that has nothing to tell: the words that
        /// could be read instead stand in more places than the link.
        @Test func `a browser that is busy for a moment is asked again`() async throws {
            try await LiveEngine.withWiki { sandbox in
                try await Self.show("http://wiki/index.php/Alan_Turing", titled: "Alan Turing", in: sandbox)
                let sight = try await Self.look(sandbox)
                let busy = "killall -STOP firefox-esr && (sleep 1; killall -CONT firefox-esr) >/dev/null 2>&1 &"
                _ = try await sandbox.exec(["sh", "-c", busy], timeout: .seconds(10))
                let reply = try await GuestElementActor().perform(
                    .element(.named(role: "link", name: "computing"), .click()), in: sandbox, seeing: sight)
                #expect(!reply.isError && reply.content.isEmpty, "\(reply)")
                let arrival = try await GuestElementActor().perform(
                    .waitFor(.window("Computer"), atMost: .seconds(10)), in: sandbox, seeing: sight)
                #expect(!arrival.isError, "\(arrival)")
            }
        }

        /// A program that hides itself from assistive programs is read and clicked all the same.
        @Test func `where the tree has nothing, text is marked and clicked`() async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                let script =
                    "exec setsid -f env NO_AT_BRIDGE=1 yad --title=Question --text='Delete all?' --button=Cancel:1 --button=Delete:0"
                _ = try await sandbox.exec(["sh", "-c", script + " >/dev/null 2>&1"])
                let actor = GuestElementActor()
                let start = try await Self.look(sandbox)
                let shown = try await actor.perform(
                    .waitFor(.window("Question"), atMost: .seconds(20)), in: sandbox, seeing: start)
                #expect(!shown.isError, "\(shown)")
                var sight = try await Self.look(sandbox)
                try Self.keep(sight.observation.screenshot.png, as: "unseen")
                _ = try await MarkedPerception().view(&sight, after: nil, in: sandbox)
                let mark = try #require(sight.marks.first { $0.name.contains("Cancel") }, "\(sight.marks)")
                let reply = try await actor.perform(.element(.mark(mark.number), .click()), in: sandbox, seeing: sight)
                #expect(!reply.isError, "\(reply)")
                let closed = try await Assertion.not(.processRuns("yad")).eventually().check(in: sandbox)
                #expect(closed.passed, "\(closed)")
            }
        }

        @Test func `numbers name what they are drawn on`() async throws {
            try await LiveEngine.withWiki { sandbox in
                try await Self.show("http://wiki/index.php/Gravity", titled: "Gravity", in: sandbox)
                var sight = try await Self.look(sandbox)
                let perception = MarkedPerception()
                let content = try await perception.view(&sight, after: nil, in: sandbox)
                for case .image(let image) in content { try Self.keep(image.png, as: "marks") }
                let mark = try #require(sight.marks.first { $0.name == "Isaac Newton" })
                let reply = try await GuestElementActor().perform(
                    .element(.mark(mark.number), .click()), in: sandbox, seeing: sight)
                #expect(!reply.isError && reply.target == mark.box)
                let arrival = try await GuestElementActor().perform(
                    .waitFor(.window("Isaac Newton"), atMost: .seconds(10)), in: sandbox, seeing: sight)
                #expect(!arrival.isError, "\(arrival)")
                // The number was of another page: nothing of it may be clicked now.
                let late = try await GuestElementActor().perform(
                    .element(.mark(mark.number), .click()), in: sandbox, seeing: sight)
                #expect(late.isError, "\(late)")
            }
        }
    }
}

extension Live.ElementTests {
    struct Tally {
        var known = 0
        var missed: [String] = []
        var percent: Double { (Double(known - missed.count) / Double(max(1, known)) * 1000).rounded() / 10 }

        mutating func add(_ wanted: [Known], in elements: [ScreenElement], at place: String) {
            for one in wanted {
                known += 1
                let isFound = elements.contains {
                    $0.isInteractive && $0.name == one.name && ScreenElement.isSame(role: one.role, $0.role)
                }
                if !isFound { missed.append("\(place): \(one)") }
            }
        }
    }

    /// The links in an article as they are written, from its source; each name once.
    static func links(of article: String) throws -> [Known] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../Images/wiki/articles/\(article).wiki")
        let text = try String(contentsOf: file, encoding: .utf8)
        let names = text.matches(of: /\[\[([^\]|]+)(?:\|([^\]]+))?\]\]/).compactMap { match -> String? in
            let target = String(match.1)
            return target.hasPrefix("Category:") ? nil : match.2.map(String.init) ?? target
        }
        return Set(names).sorted().map { Known(role: "link", name: $0) }
    }

    static func show(_ address: String, titled title: String, in sandbox: Sandbox) async throws {
        try await sandbox.open(address)
        let reply = try await WaitCondition.window(title).wait(atMost: .seconds(30), in: sandbox)
        #expect(!reply.isError, "\(title): \(reply)")
        // The title comes before the page does.
        let loaded = try await WaitCondition.element(role: "link", name: "View history").wait(
            atMost: .seconds(10), in: sandbox)
        #expect(!loaded.isError, "\(title): \(loaded)")
        _ = try await sandbox.display.settledFrame(quiet: .milliseconds(300), deadline: .seconds(5))
    }

    static func look(_ sandbox: Sandbox) async throws -> Sight {
        let settled = try await sandbox.display.settledFrame()
        let screenshot = try Screenshot(of: settled.frame, serial: settled.serial)
        return Sight(observation: Observation(screenshot: screenshot), frame: settled.frame, serial: settled.serial)
    }

    /// Leaves a picture where somebody who wants to see it says.
    static func keep(_ png: Data, as name: String) throws {
        guard let directory = ProcessInfo.processInfo.environment["GODHAND_TEST_PICTURES"] else { return }
        try png.write(to: URL(filePath: directory).appending(path: "\(name).png"))
    }

    static func dialogs(_ sandbox: Sandbox, _ tally: inout Tally) async throws {
        func start(_ arguments: [String]) async throws {
            _ = try await sandbox.exec(["setsid", "-f"] + arguments)
        }
        try await start([
            "yad", "--form", "--title=Settings", "--field=Active:CHK", "TRUE", "--field=Age:NUM", "30",
            "--field=Note", "none", "--button=Cancel:1", "--button=Save:0",
        ])
        let dialog = try await WaitCondition.element(role: "button", name: "Save").wait(
            atMost: .seconds(20), in: sandbox)
        #expect(!dialog.isError, "\(dialog)")
        tally.add(
            ["Cancel", "Save"].map { Known(role: "button", name: $0) } + [Known(role: "checkbox", name: "Active")],
            in: try await sandbox.elements(), at: "dialog")
        try await start(["mousepad"])
        let editor = try await WaitCondition.element(role: "menu", name: "Document").wait(
            atMost: .seconds(20), in: sandbox)
        #expect(!editor.isError, "\(editor)")
        let menus = ["File", "Edit", "Search", "View", "Document", "Help"]
        tally.add(menus.map { Known(role: "menu", name: $0) }, in: try await sandbox.elements(), at: "editor")
        try await start(["thunar"])
        let files = try await WaitCondition.element(role: "button", name: "Open Parent").wait(
            atMost: .seconds(20), in: sandbox)
        #expect(!files.isError, "\(files)")
        tally.add(
            ["Open Parent", "Home"].map { Known(role: "button", name: $0) } + [
                Known(role: "menu", name: "Bookmarks"), Known(role: "cell", name: "Desktop"),
                Known(role: "cell", name: "File System"),
            ], in: try await sandbox.elements(), at: "files")
        let windows = try await sandbox.windows()
        #expect(windows.last(where: \.isActive)?.title.contains("Thunar") == true, "\(windows)")
        #expect(Set(windows.map(\.program)).isSuperset(of: ["firefox-esr", "Yad", "Mousepad"]), "\(windows)")
    }
}
