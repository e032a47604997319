import Foundation
import GodHandCore

/// Events and places for the tests of traces.
enum Samples {
    static let actions: [Action] = [
        .input(.move(to: Point(x: 1, y: 2))),
        .input(.click(at: Point(x: 640, y: 400))),
        .input(.click(at: nil, button: .right, count: 3, modifiers: "ctrl+shift")),
        .input(.press(button: .middle)),
        .input(.release(button: .forward)),
        .input(.drag(path: [Point(x: 1, y: 1), Point(x: 50, y: 9), Point(x: -3, y: 70)], modifiers: "alt")),
        .input(.scroll(at: Point(x: 9, y: 9), dx: -2, dy: 7)),
        .input(.scroll(at: nil, dx: 0, dy: -1, modifiers: "ctrl")),
        .input(.key("ctrl++", repeat: 2)),
        .input(.hold("Shift_L", duration: .milliseconds(1_500))),
        .input(.type("Grüße </script>\n\t\"\\ \u{0} 👩‍👩‍👧‍👦 \u{2028}")),
        .exec(["sh", "-c", "echo 'a b'", ""]),
        .open("http://wiki/?q=1&r=2"),
        .look,
        .wait(.nanoseconds(1_234_567_891)),
        .zoom(Rect(x: 1, y: 2, width: 30, height: 40)),
        .cursorPosition,
        .element(.mark(7), .click(button: .right, count: 2)),
        .element(.named(role: "push button", name: "Save"), .type("x", replacing: true)),
        .waitFor(.element(role: nil, name: "OK"), atMost: .seconds(5)),
        .waitFor(.stillScreen, atMost: .milliseconds(1)),
        .done("1912-06-23"),
        .fail("there is no such page"),
        .ask("May I?"),
    ]

    static func picture(_ seed: UInt8, count: Int = 300) -> Screenshot {
        let bytes = [0x89, 0x50, 0x4e, 0x47] + (0..<count).map { UInt8(truncatingIfNeeded: $0 &* Int(seed) &+ 7) }
        return Screenshot(
            png: Data(bytes), size: Size(width: 1280, height: 800),
            takenAt: Date(timeIntervalSinceReferenceDate: 812_345_678.123_456_7), serial: UInt64.max - UInt64(seed))
    }

    static func step(_ index: Int, _ action: Action, verdict: Verdict? = nil) -> Step {
        var timings = StepTimings()
        timings.perceive = .nanoseconds(12_345_678)
        timings.act = .microseconds(3)
        timings.verify = .seconds(2)
        return Step(
            index: index, intent: "Step \(index)", reasoning: index.isMultiple(of: 2) ? "Because." : nil,
            action: action,
            before: Observation(
                screenshot: picture(UInt8(index % 7)), isSettled: true,
                changes: [Rect(x: 1, y: 2, width: 3, height: 4)], windowTitle: "A — B", cursor: Point(x: 5, y: 6)),
            after: Observation(screenshot: picture(UInt8((index + 1) % 7)), isSettled: false), verdict: verdict,
            timings: timings, startedAt: Date(timeIntervalSinceReferenceDate: 812_345_679.000_001 + Double(index)))
    }

    static var header: RunHeader {
        var spec = SandboxSpec.wiki(on: "lab")
        spec.environment = ["A": "b=c"]
        spec.mounts = [SandboxSpec.Mount(source: "/a", target: "/b", readOnly: false)]
        spec.user = "1000"
        spec.labels = ["x": "y"]
        spec.profile = .sealed
        spec.screen = Size(width: 800, height: 600)
        spec.timeouts.exec = .milliseconds(2_500)
        spec.ports = [SandboxSpec.PublishedPort(guest: 80, host: 8_080)]
        spec.name = "abc"
        var limits = RunLimits()
        limits.price = 0.5
        return RunHeader(
            run: "run1", goal: "Find a page", spec: spec, sandbox: SandboxID(rawValue: "abc"), backend: "docker",
            planner: "nobody", model: ModelIdentity(provider: "acme", name: "m-1"),
            provenance: MachineProvenance(imageDigest: "sha256:12", engine: "Docker/20.10.24"), limits: limits,
            versions: ["godhand": "0.1.0", "os": "Debian"],
            startedAt: Date(timeIntervalSinceReferenceDate: 812_345_678.5),
            continues: Continuation(
                run: "run0", records: 7, digest: String(repeating: "0a", count: 32), steps: 3,
                time: .milliseconds(4_200), judgeCost: cost))
    }

    static let verdict = Verdict(
        passed: false, claim: "all of these", evidence: "one failed",
        parts: [
            Verdict(passed: true, claim: "the title is 'x'", evidence: "it is"),
            Verdict(passed: false, claim: "a file exists", evidence: "it does not"),
        ], check: ["kind": "all", "parts": [["kind": "window-title", "text": "x"], ["kind": "file", "path": "/f"]]])

    static let outcomes: [Outcome] = [
        .achieved(nil), .achieved("42"), .abandoned("no"), .stopped("steps"),
        .failed(code: .displayLost, message: "gone"),
    ]

    static let lifecycle: [LifecycleEvent] = [
        LifecycleEvent(.created, sandbox: SandboxID(rawValue: "abc"), took: .milliseconds(412)),
        LifecycleEvent(.forked, sandbox: SandboxID(rawValue: "def"), origin: "abc"),
        LifecycleEvent(
            .snapshotted, sandbox: SandboxID(rawValue: "abc"), origin: "stored1",
            stored: StoredMachine(
                preserves: .filesystem, takenAt: Date(timeIntervalSinceReferenceDate: 812_345_678.25),
                outlivesProcess: true)),
        LifecycleEvent(.discarded, sandbox: SandboxID(rawValue: "abc"), origin: "stored1"),
        LifecycleEvent(.destroyed, sandbox: SandboxID(rawValue: "abc")),
        LifecycleEvent(.created, sandbox: SandboxID(rawValue: "ghi"), spec: header.spec),
    ]

    static let commands: [CommandRun] = [
        CommandRun(
            sandbox: SandboxID(rawValue: "abc"), arguments: ["sh", "-c", "echo 'a b'"], status: .exited(3),
            output: "a b\n", errorOutput: "no\u{0} such </script>", droppedBytes: 12, took: .milliseconds(7), step: 2),
        CommandRun(
            sandbox: SandboxID(rawValue: "abc"), arguments: ["true"], status: .signalled(9), output: "",
            errorOutput: ""),
    ]

    static var cost: StepCost {
        var cost = StepCost()
        cost.input = 12
        cost.cachedInput = 3_000
        cost.output = 7
        cost.images = 1
        cost.price = 0.25
        return cost
    }

    static var conversation: [RunEvent] {
        [
            .modelTurn(
                ConversationEntry(
                    .program, model: "m", content: ["user": ["text </script>", 1, 2.5, nil, true]],
                    pictures: [picture(3).png, picture(1).png])),
            .modelTurn(ConversationEntry(.model, model: "m", content: "x", cost: cost)),
            .decision(ActionDecision(.denied, of: .open("http://evil/"), reason: "It is not allowed.")),
            .decision(
                ActionDecision(.rewritten, of: .wait(.seconds(9)), reason: "", replacement: .wait(.seconds(1)))),
            .intervention(Intervention(.hint, "Use the <menu>")), .intervention(Intervention(.takenOver)),
        ]
    }

    /// One of everything.
    static var run: [RunEvent] {
        var events: [RunEvent] = [.started(header), .lifecycle(lifecycle[0])]
        for (index, action) in actions.enumerated() {
            events.append(.step(step(index + 1, action, verdict: index == 3 ? verdict : nil)))
        }
        var paid = step(events.count, .look)
        paid.cost = cost
        paid.judgeCost = cost
        paid.timings.application = .milliseconds(5)
        paid.after.hidden = [Rect(x: 9, y: 8, width: 7, height: 6)]
        return events + commands.map { .exec($0) } + [.step(paid)] + conversation + [
            .check(verdict), .finished(.achieved("42")),
        ]
    }

    /// A few small events, for tests that look at every byte.
    static var short: [RunEvent] {
        [.started(header), .step(step(1, .look, verdict: verdict)), .step(step(2, .look)), .finished(.abandoned("x"))]
    }
}

/// A directory that lasts as long as the body.
func withTemporaryDirectory<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(
        path: "godhand-trace-\(UInt64.random(in: 0...UInt64.max))", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory)
}
