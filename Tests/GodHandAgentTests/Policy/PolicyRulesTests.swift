import GodHandCore
import GodHandTesting
import Testing

@testable import GodHandAgent

struct PolicyRulesTests {
    static let outOfBounds: [Action] = [
        .input(.click(at: Point(x: -1, y: 5))), .input(.click(at: Point(x: .max, y: .min))),
        .input(.click(at: nil, count: 1_000_000)), .input(.move(to: Point(x: 640, y: 0))),
        .input(.drag(path: [Point(x: 1, y: 1)])), .input(.scroll(at: nil, dx: .max, dy: .min)),
        .input(.key("NoSuchKey")), .input(.key("a", repeat: .max)), .input(.hold("a", duration: .seconds(61))),
        .input(.type(String(repeating: "é", count: 2_049))), .input(.type("a\u{0}b")), .input(.type("\u{202e}gpj.exe")),
        .input(.type("a\u{200b}b")), .input(.type("x\u{e0041}")), .wait(.seconds(61)), .wait(.seconds(-1)),
        .waitFor(.stillScreen, atMost: .seconds(3_600)),
        .waitFor(.text(String(repeating: "a", count: 5_000)), atMost: .zero),
        .zoom(Rect(x: 600, y: 0, width: 100, height: 10)), .zoom(Rect(x: 0, y: 0, width: 0, height: 5)),
        .zoom(Rect(x: .max, y: .max, width: .max, height: .max)), .element(.mark(9), .click()),
        .element(.named(role: nil, name: String(repeating: "a", count: 2_000)), .click()),
        .element(.named(role: nil, name: "OK"), .click(count: 0)), .exec([]), .exec([""]),
        .exec(Array(repeating: "a", count: 65)), .exec(["a\u{202e}b"]), .open(""), .open("https://a.b/\u{200d}"),
        .open(String(repeating: "a", count: 3_000)), .done(String(repeating: "a", count: 70_000)),
    ]

    @Test(arguments: outOfBounds) func `what is out of bounds is denied`(action: Action) async throws {
        let given = try await verdict(of: LimitsPolicy(), on: action)
        #expect(given.isDenied)
    }

    @Test(arguments: [
        Action.input(.click(at: Point(x: 639, y: 399))), .input(.type("Ünï\tcödé\n👩‍🚀 ❤️")), .wait(.seconds(60)),
        .zoom(Rect(x: 0, y: 0, width: 640, height: 400)), .element(.mark(1), .type("x")), .exec(["printf", "a\nb"]),
        .open("firefox-esr"), .done(""), .look, .cursorPosition,
    ]) func `what is within bounds is allowed`(action: Action) async throws {
        let mark = ScreenMark(number: 1, name: "Field", box: Rect(x: 0, y: 0, width: 9, height: 9))
        let given = try await verdict(of: LimitsPolicy(), on: action, marks: [mark])
        #expect(given == .allow)
    }

    @Test func `a turn has so many actions and no more`() async throws {
        let policy = LimitsPolicy()
        try await withBench { bench in
            let click = Action.input(.click(at: Point(x: 1, y: 1)))
            let look = try await bench.context(look: 1)
            for _ in 0..<20 {
                let given = try await policy.evaluate(click, look)
                #expect(given == .allow)
            }
            let beyond = try await policy.evaluate(click, look)
            #expect(beyond.isDenied)
            let looked = try await policy.evaluate(click, bench.context(look: 2))
            #expect(looked == .allow)
        }
    }

    @Test(
        arguments: [
            "ctrl+alt+F2", "F2+alt+ctrl", "Control_R+Alt_R+F12", "ctrl+alt+shift+F1", "CTRL+ALT+DEL", "alt+Print",
            "0x1008fe02", "nonsense+x",
        ] as [KeyChord]) func `chords that leave the desktop are denied`(chord: KeyChord) async throws
    {
        let policy = try KeyChordPolicy()
        for action in [Action.input(.key(chord)), .input(.hold(chord, duration: .seconds(1)))] {
            let given = try await verdict(of: policy, on: action)
            #expect(given.isDenied)
        }
    }

    @Test(arguments: ["ctrl+F2", "alt+F2", "ctrl+alt+t", "Return", "ctrl+shift+T", "alt+F4", "a"] as [KeyChord])
    func `other chords are pressed`(chord: KeyChord) async throws {
        let given = try await verdict(of: KeyChordPolicy(), on: .input(.key(chord)))
        #expect(given == .allow)
    }

    @Test func `chords that close can be denied as well`() async throws {
        let policy = try KeyChordPolicy(denying: KeyChordPolicy.closing)
        let given = try await verdict(of: policy, on: .input(.key("Alt_R+F4")))
        #expect(given.isDenied)
        #expect(throws: GodHandError.self) { try KeyChordPolicy(denying: [.none]) }
        #expect(throws: GodHandError.self) { try KeyChordPolicy(denying: ["hyperdrive"]) }
    }

    @Test(arguments: [
        Action.exec(["ls"]), .open("xterm"), .open("/usr/bin/xterm"), .open("-profile"), .open("python3.11"),
        .open("sh -c x"), .open("Bash"), .open("./x"), .open("еnv"), .open("file:///bin/sh"), .open(""),
    ]) func `without rules nothing runs`(action: Action) async throws {
        let given = try await verdict(of: CommandPolicy(), on: action)
        #expect(given.isDenied)
    }

    @Test func `commands are compared argument by argument`() async throws {
        let policy = CommandPolicy(allowing: [
            CommandRule(["ls", .oneOf(["-l", "-a"]), .anyValue]), CommandRule(["git", "log"], andAnythingAfter: true),
            CommandRule([]),
        ])
        let commands: [([String], Bool)] = [
            (["ls", "-l", "/home"], true), (["ls", "-l", "--color"], false), (["ls", "-l"], false),
            (["ls", "-l", "/home", "/etc"], false), (["/bin/ls", "-l", "/home"], false), (["git", "log", "-3"], true),
            (["git", "push"], false), (["sh", "-c", "ls -l /home"], false), ([], false),
        ]
        for (command, isAllowed) in commands {
            let given = try await verdict(of: policy, on: .exec(command))
            #expect(given.isAllowed == isAllowed, "\(command)")
        }
        let opened = try await verdict(of: CommandPolicy(opening: ["gimp"]), on: .open("mousepad"))
        #expect(opened.isDenied)
    }

    @Test(arguments: [
        Action.input(.type("/etc/passwd")), .input(.type("~/.ssh/id_rsa\n")), .input(.type("../../etc/shadow")),
        .input(.type("/home/user/shared/../.ssh/id")), .input(.type("/home/user/sharedsecrets/x")),
        .input(.type("file:///etc/passwd")), .open("file:///home/user/shared/%2e%2e/.ssh/id"), .open("/etc/passwd"),
        .open("FILE://host/etc/passwd"), .exec(["cp", "/home/user/shared/a", "/tmp/b"]),
        .exec(["curl", "-F", "f=@/etc/passwd"]), .exec(["tar", "--file=/etc/x"]), .input(.type("~root/x")),
        .element(.named(role: nil, name: "File name"), .type("/root/x")), .input(.type("/\n")),
    ]) func `files outside the roots are denied`(action: Action) async throws {
        let given = try await verdict(of: FilePolicy(below: ["/home/user/shared"]), on: action)
        #expect(given.isDenied)
    }

    @Test(arguments: [
        Action.input(.type("/home/user/shared/report.pdf\n")), .input(.type("~/shared/x/./y")), .input(.type("and/or")),
        .input(.type("wait... what/ever")), .open("file:///home/user/shared/a%20b"),
        .exec(["cat", "/home/user/shared/a"]),
        .input(.type("/ a slash")), .open("https://example.org/etc/passwd"),
    ]) func `files in the roots, and what is no path, are allowed`(action: Action) async throws {
        let given = try await verdict(of: FilePolicy(below: ["/home/user/shared"]), on: action)
        #expect(given == .allow)
    }

    @Test func `a path in pieces is one path`() async throws {
        let policy = try FilePolicy(below: ["/home/user/shared"])
        let last = try await withBench { bench in
            let context = try await bench.context()
            _ = try await policy.evaluate(.input(.type("/home/user/shared/")), context)
            return try await policy.evaluate(.input(.type("../.ssh/id_rsa")), context)
        }
        #expect(last.isDenied)
        #expect(throws: GodHandError.self) { try FilePolicy(below: ["shared"]) }
    }

    static let passwordField = ScreenMark(
        number: 1, role: "password text", name: "Password", box: Rect(x: 100, y: 200, width: 200, height: 30))

    @Test func `a password field takes placeholders only`() async throws {
        let policy = PasswordFieldPolicy()
        try await withBench { bench in
            let context = try await bench.context(marks: [Self.passwordField])
            _ = try await policy.evaluate(.input(.click(at: Point(x: 150, y: 210))), context)
            let typed = try await policy.evaluate(.input(.type("hunter2")), context)
            let key = try await policy.evaluate(.input(.key("h")), context)
            let secret = try await policy.evaluate(.input(.type("{{secret:mail}}\n")), context)
            let named = try await policy.evaluate(
                .element(.named(role: "password text", name: "Password"), .type("hunter2")), context)
            _ = try await policy.evaluate(.input(.click(at: Point(x: 10, y: 10))), context)
            let elsewhere = try await policy.evaluate(.input(.type("hunter2")), context)
            #expect(typed.needsApproval && key.needsApproval && named.needsApproval)
            #expect(secret == .allow && elsewhere == .allow)
        }
    }

    @Test func `the guest tells which field has the keyboard`() async throws {
        let box = Rect(x: 10, y: 10, width: 100, height: 20)
        let name = ScreenElement(role: "entry", name: "Name", box: box)
        let password = ScreenElement(role: "password text", name: "Kennwort", box: passwordBox)
        let page = ScreenElement(role: "document web", name: "", box: box, states: ["focused"])
        func focused(_ element: ScreenElement) -> ScreenElement {
            var element = element
            element.states.insert("focused")
            return element
        }
        let cases: [([ScreenElement]?, Action, Bool)] = [
            ([name, focused(password)], .input(.type("hunter2")), true),
            ([name, focused(password)], .input(.key("h")), true),
            ([name, focused(password)], .input(.type("{{secret:mail}}\n")), false),
            ([page, name, focused(password)], .input(.type("hunter2")), true),
            ([focused(name), password], .input(.type("bob")), false),
            // It begins in one field and goes on in the next.
            ([focused(name), password], .input(.type("bob\thunter2")), true),
            ([focused(name)], .input(.type("a\tb")), false),
            ([name, password], .element(.named(role: nil, name: "kennwort"), .type("hunter2")), true),
            ([name, password], .element(.named(role: nil, name: "Name"), .type("bob")), false),
            ([name, password], .element(.mark(4), .type("hunter2")), true),
            ([page, password], .input(.type("x")), false), (nil, .input(.type("x")), false),
        ]
        for (elements, action, needsApproval) in cases {
            let mark = ScreenMark(number: 4, name: "?", box: passwordBox)
            let given = try await verdict(of: PasswordFieldPolicy { _ in elements }, on: action, marks: [mark])
            #expect(given.needsApproval == needsApproval, "\(action.summary)")
        }
    }

    private let passwordBox = Rect(x: 10, y: 40, width: 100, height: 20)

    /// The policy itself asks a guest that can tell, in the words in which guests tell it.
    @Test func `a guest is asked`() async throws {
        let line =
            #"{"depth": 1, "role": "password text", "name": "Kennwort", "box": [10, 40, 100, 20], "states": ["focused"]}"#
        try await withDisplay { display in
            let guest = ScriptedGuest(display: display) { arguments, _ in
                arguments.last == "elements" ? .init(output: line + "\n" + #"{"complete": true}"# + "\n") : nil
            }
            let (frame, serial) = try await display.frame()
            let sight = Sight(
                observation: Observation(screenshot: try Screenshot(of: frame)), frame: frame, serial: serial)
            let context = PolicyContext(goal: "g", sandbox: guest.sandbox, sight: sight)
            let given = try await PasswordFieldPolicy().evaluate(.input(.type("hunter2")), context)
            #expect(given.needsApproval)
            let clicked = try await PasswordFieldPolicy().evaluate(click(1, 1), context)
            #expect(clicked == .allow && guest.commands.count == 1)
        }
    }

    @Test(arguments: [
        ("Delete account", true), ("Pay now", true), ("Ｓｅｎｄ", true), ("Se\u{200b}nd", true), ("PUBLISH…", true),
        ("I agree to the terms", true), ("Install", true), ("Sign in", false), ("Sender", false), ("Next", false),
        ("Search", false), ("Cancel", false), ("Deleted items", false), ("Posts", false), ("Sort order", false),
    ]) func `buttons with effects need approval`(name: String, needsApproval: Bool) async throws {
        let mark = ScreenMark(
            number: 3, role: "push button", name: name, box: Rect(x: 10, y: 10, width: 80, height: 20))
        for action: Action in [
            .input(.click(at: Point(x: 20, y: 20))), .element(.mark(3), .click()),
            .element(.named(role: nil, name: name), .click()),
        ] {
            let given = try await verdict(of: CriticalActionPolicy(), on: action, marks: [mark])
            #expect(given.needsApproval == needsApproval, "\(action)")
        }
    }

    @Test func `keys, commands and places can have effects as well`() async throws {
        let policy = CriticalActionPolicy { point, _ in point.x < 100 ? "Buy" : nil }
        let actions: [(Action, String?, Bool)] = [
            (.input(.key("ctrl+Return")), nil, true), (.input(.key("shift+Delete")), nil, true),
            (.input(.key("Return")), "Delete file?", true), (.input(.key("Return")), "Save as", false),
            (.input(.key("Return")), "How to delete a file — Mozilla Firefox", false),
            (.exec(["sudo", "rm", "-r", "/"]), nil, true), (.exec(["ls"]), nil, false),
            (.input(.click(at: Point(x: 5, y: 5))), nil, true), (.input(.click(at: Point(x: 300, y: 5))), nil, false),
        ]
        for (action, title, needsApproval) in actions {
            let given = try await verdict(of: policy, on: action, title: title)
            #expect(given.needsApproval == needsApproval, "\(action)")
        }
    }

    @Test func `three harmless things together need approval`() async throws {
        let policy = TrifectaPolicy(privateTitles: ["payroll"], trustedTitles: ["mousepad"])
        try await withBench { bench in
            let click = Action.input(.click(at: Point(x: 1, y: 1)))
            let titles = ["Payroll 2026", "Untitled - Mousepad", "Some page", "Untitled - Mousepad"]
            var needed: [Bool] = []
            for title in titles {
                needed.append(try await policy.evaluate(click, bench.context(title: title)).needsApproval)
            }
            #expect(needed == [false, false, true, true])
            let scroll = try await policy.evaluate(.input(.scroll(at: nil, dx: 0, dy: 1)), bench.context())
            #expect(scroll == .allow)
        }
        let offline = TrifectaPolicy(privateTitles: ["payroll"]) { _ in false }
        let verdicts = try await withBench { bench in
            _ = try await offline.evaluate(.look, bench.context(title: "Payroll"))
            return try await offline.evaluate(.open("firefox-esr"), bench.context())
        }
        #expect(verdicts == .allow)
    }

    @Test func `a budget is spent once`() async throws {
        let clock = TestClock()
        var policy = BudgetPolicy(clock: clock)
        policy.commands = 2
        policy.typedBytes = 10
        policy.time = .seconds(60)
        try await withBench { [policy] bench in
            let context = try await bench.context()
            var allowed: [Bool] = []
            for action: Action in [
                .exec(["a"]), .exec(["b"]), .exec(["c"]), .input(.type("12345")), .input(.type("123456")), .open("x"),
            ] { allowed.append(try await policy.evaluate(action, context).isAllowed) }
            #expect(allowed == [true, true, false, true, false, true])
        }
        let late = BudgetPolicy(clock: clock)
        try await withBench { bench in
            let context = try await bench.context()
            let first = try await late.evaluate(.open("x"), context)
            clock.advance(by: .seconds(3_601))
            let second = try await late.evaluate(.open("x"), context)
            #expect(first == .allow && second.isDenied)
        }
    }
}
