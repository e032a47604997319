import GodHandCore
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandAgent

@Suite struct AssertionTests {
    private static let script: ScriptedGuest.Script = { arguments, input in
        switch arguments[0] {
        case "xdotool": .init(output: "Alan Turing — Mozilla Firefox\n")
        case "xclip": .init(output: "some text")
        case "test": .init(code: arguments[2] == "/there" ? 0 : 1)
        case "head": arguments.last == "/there" ? .init(output: "one\ntwo words\nthree") : .init(code: 1)
        case "pgrep":
            arguments.last == #"firefox\-esr"# || arguments.last == "firefox-esr"
                ? .init(output: "42\n") : .init(code: 1)
        case "true": .init(output: "fine")
        case "false": .init(code: 1, output: "not fine")
        case "tesseract": input.isEmpty ? .init(code: 1) : .init(output: TesseractTranscript.article)
        default: nil
        }
    }

    @Test(arguments: [
        (Assertion.windowTitle(contains: "alan turing"), true), (.windowTitle(contains: "Ada"), false),
        (.clipboardContains("text"), true), (.clipboardContains("other"), false),
        (.fileExists("/there"), true), (.fileExists("/not"), false),
        (.fileContains(path: "/there", text: "two"), true), (.fileContains(path: "/there", text: "four"), false),
        (.fileContains(path: "/not", text: "two"), false), (.processRuns("firefox-esr"), true),
        (.processRuns("gedit"), false), (.commandSucceeds(["true"]), true), (.commandSucceeds(["false"]), false),
        (.not(.fileExists("/not")), true), (.not(.fileExists("/there")), false),
        (.all([.fileExists("/there"), .commandSucceeds(["true"])]), true),
        (.all([.fileExists("/there"), .commandSucceeds(["false"])]), false), (.all([]), true),
        (.any([.fileExists("/not"), .commandSucceeds(["true"])]), true), (.any([]), false),
    ])
    func `what a guest answers is judged`(assertion: Assertion, passes: Bool) async throws {
        let verdict = try await assertion.check(in: ScriptedGuest(display: nil, Self.script).sandbox)
        #expect(verdict.passed == passes)
        #expect(!verdict.claim.isEmpty && !verdict.evidence.isEmpty)
    }

    @Test(arguments: [
        (Assertion.all([.commandSucceeds(["false"]), .commandSucceeds(["true"])]), ["false"]),
        (.any([.commandSucceeds(["true"]), .commandSucceeds(["false"])]), ["true"]),
        (.all([.commandSucceeds(["true"]), .commandSucceeds(["false"])]), ["true", "false"]),
        (.any([.commandSucceeds(["false"]), .commandSucceeds(["true"])]), ["false", "true"]),
    ])
    func `a combination is looked at up to what decides it`(assertion: Assertion, commands: [String]) async throws {
        let guest = ScriptedGuest(display: nil, Self.script)
        let verdict = try await assertion.check(in: guest.sandbox)
        #expect(guest.commands == commands.map { [$0] } && verdict.parts.count == commands.count)
        #expect(verdict.evidence.contains("\(commands.last ?? "") succeeds"))
    }

    @Test func `text is read from the pixels of the screen`() async throws {
        try await withDisplay { display in
            let sandbox = ScriptedGuest(display: display) { arguments, png in
                let size = try PNG.decode(png).size
                #expect(size == Size(width: 320, height: 200))
                return .init(
                    output: "5\t1\t1\t1\t1\t1\t10\t20\t30\t8\t96\tHello\n5\t1\t1\t1\t1\t2\t50\t20\t30\t8\t96\tthere")
            }.sandbox
            let verdict = try await Assertion.textVisible("hello there").check(in: sandbox)
            #expect(verdict.passed && verdict.evidence == "it stands at (45, 24)")
            let part = Assertion.textVisible("hello", in: Rect(x: 0, y: 0, width: 9_999, height: 9_999))
            #expect(try await part.check(in: sandbox).passed)
            let outside = Assertion.textVisible("hello", in: Rect(x: 400, y: 0, width: 10, height: 10))
            #expect(try await !outside.check(in: sandbox).passed)
        }
    }

    @Test func `a change is a difference of pixels in the place`() async throws {
        try await withDisplay { display in
            let sandbox = ScriptedGuest(display: display).sandbox
            let context = CheckContext(before: try await display.frame().frame)
            #expect(try await !Assertion.screenChanged().check(in: sandbox, context: context).passed)
            try await display.click(x: 100, y: 100)
            #expect(try await Assertion.screenChanged().check(in: sandbox, context: context).passed)
            let there = Rect(x: 90, y: 90, width: 20, height: 20)
            let elsewhere = Rect(x: 0, y: 0, width: 20, height: 20)
            #expect(try await Assertion.screenChanged(in: there).check(in: sandbox, context: context).passed)
            #expect(try await !Assertion.screenChanged(in: elsewhere).check(in: sandbox, context: context).passed)
            #expect(try await !Assertion.screenChanged().check(in: sandbox).passed)
        }
    }

    @Test func `a part of the screen is compared with a picture`() async throws {
        try await withDisplay { display in
            let sandbox = ScriptedGuest(display: display).sandbox
            let frame = try await display.frame().frame
            let part = try frame.cropped(to: Rect(x: 95, y: 95, width: 20, height: 20))
            let assertion = Assertion.regionMatches(part, at: Point(x: 95, y: 95))
            #expect(try await assertion.check(in: sandbox).passed)
            try await display.click(x: 100, y: 100)
            let verdict = try await assertion.check(in: sandbox)
            #expect(!verdict.passed && verdict.evidence == "81 of 400 pixels differ")
            let outside = Assertion.regionMatches(part, at: Point(x: Int.max, y: -3))
            #expect(try await !outside.check(in: sandbox).passed)
        }
    }

    /// The text appears with a change of the display, and only that makes the check look again: with the display's own
    /// text nothing else could.
    @Test func `a condition is looked at again when the display changes`() async throws {
        try await withDisplay { display in
            let reads = Watcher()
            let sandbox = ScriptedGuest(display: display) { _, png in
                let number = await reads.next()
                return .init(output: number < 3 ? "" : "5\t1\t1\t1\t1\t1\t10\t20\t30\t8\t96\tHello")
            }.sandbox
            async let verdict = Assertion.textVisible("Hello").eventually(within: .seconds(600)).check(in: sandbox)
            for number in 1...2 {
                await reads.wait(for: number)
                try await display.click(x: 10 * number, y: 50)
            }
            #expect(try await verdict.passed)
            #expect(await reads.count == 3)
        }
    }

    @Test func `a condition that does not come true is a verdict`() async throws {
        try await withDisplay { display in
            let sandbox = ScriptedGuest(display: display) { _, _ in .init(output: "") }.sandbox
            let verdict = try await Assertion.textVisible("Hello").eventually(within: .milliseconds(1)).check(
                in: sandbox)
            #expect(!verdict.passed && verdict.evidence.contains("after"))
        }
    }

    @Test func `a browser that tells no page is asked by keys, and an old clipboard is no answer`() async throws {
        try await withDisplay { display in
            let clipboard = Mutex("http://old/")
            let reads = Mutex(0)
            let sandbox = ScriptedGuest(display: display) { arguments, input in
                if arguments.last == "elements" { return .init(output: #"{"complete":true}"#) }
                if arguments.last != "-o" {
                    clipboard.withLock { $0 = String(decoding: input, as: UTF8.self) }
                    return .init()
                }
                // The browser takes a moment to put its address there.
                let count = reads.withLock { count in
                    count += 1
                    return count
                }
                if count == 3 { clipboard.withLock { $0 = "http://wiki/Alan_Turing" } }
                return .init(output: clipboard.withLock { $0 })
            }.sandbox
            let verdict = try await Assertion.addressIs("http://wiki/Alan_Turing").check(in: sandbox)
            #expect(verdict.passed)
        }
    }

    @Test func `the address is that of the page in front, and no key is pressed for it`() async throws {
        try await withDisplay { display in
            let sandbox = ScriptedGuest(display: display) { arguments, _ in
                guard arguments.last == "elements" else { return .init(code: 1) }
                return .init(
                    output: """
                        {"depth":0,"role":"frame","box":[0,0,90,60],"states":[]}
                        {"depth":1,"role":"document web","address":"about:side","box":[0,0,9,60],"states":[]}
                        {"depth":1,"role":"document web","address":"http://wiki/","box":[9,0,80,60],"states":[]}
                        {"depth":2,"role":"document web","address":"http://ads/","box":[9,0,80,60],"states":[]}
                        {"complete":true}
                        """)
            }.sandbox
            let verdict = try await Assertion.addressIs("http://wiki/").check(in: sandbox)
            #expect(verdict.passed, "\(verdict)")
        }
    }

    @Test func `a guest without a shell is an error`() async throws {
        struct Bare: Machine {
            let id = SandboxID.unique()
            func destroy() async throws {}
        }
        let sandbox = Sandbox(machine: Bare(), spec: .desktop, backend: "bare")
        let error = await #expect(throws: GodHandError.self) { try await Assertion.fileExists("/x").check(in: sandbox) }
        #expect(error?.code == .unsupported)
    }
}

/// Counts calls, and lets a test wait for the one of a number.
private actor Watcher {
    private(set) var count = 0
    private var waiters: [(number: Int, continuation: CheckedContinuation<Void, Never>)] = []

    func next() -> Int {
        count += 1
        for waiter in waiters where waiter.number <= count { waiter.continuation.resume() }
        waiters.removeAll { $0.number <= count }
        return count
    }

    func wait(for number: Int) async {
        if count >= number { return }
        await withCheckedContinuation { waiters.append((number, $0)) }
    }
}
