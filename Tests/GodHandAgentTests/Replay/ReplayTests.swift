import Foundation
import GodHandCore
import GodHandTesting
import Testing

@testable import GodHandAgent

@Suite struct ReplayTests {
    private static let script: ScriptedGuest.Script = { arguments, _ in
        switch arguments[0] {
        case "xdotool": .init(output: "A window\n")
        case "true", "sh": .init()
        default: nil
        }
    }

    /// A run of a few clicks, as it was recorded.
    private static func recorded(_ steps: [PlannedStep] = usual) async throws -> [RunEvent] {
        try await withDisplay { display in
            let recorder = EventList()
            let plan = Walkthrough(goal: "g", steps: steps, checks: [.windowTitle(contains: "window")])
            _ = try await plan.run(in: ScriptedGuest(display: display, script).sandbox, recorder: recorder)
            return recorder.events
        }
    }

    private static let usual = [
        PlannedStep("Click", .click(Point(x: 100, y: 100)), expecting: .screenChanged()),
        PlannedStep("Click there", .click(Point(x: 250, y: 150)), expecting: .commandSucceeds(["true"])),
        PlannedStep("Ask the guest", .exec(["true"])),
        PlannedStep("Type", .type("ab"), expecting: .screenChanged()),
    ]

    private static func replay(
        _ events: [RunEvent], script: @escaping ScriptedGuest.Script = script,
        settings: @Sendable (inout Replay) -> Void = { _ in }
    ) async throws -> ReplayReport {
        var replay = try Replay(events)
        replay.patience = .zero
        settings(&replay)
        return try await withDisplay { [replay] display in
            try await replay.run(in: ScriptedGuest(display: display, script).sandbox)
        }
    }

    @Test func `what goes the same way has no difference, and everything was compared`() async throws {
        let report = try await Self.replay(Self.recorded())
        #expect(report.difference == nil && report.notes.isEmpty && report.steps.map(\.index) == [1, 2, 3, 4, nil])
        #expect(report.comparedScreens == 8 && report.comparedVerdicts == 5)
        let coded = try JSONDecoder().decode(ReplayReport.self, from: JSONEncoder().encode(report))
        #expect(coded == report)
    }

    @Test(arguments: 1...4)
    func `a screen that is not as it was is found at its step`(step: Int) async throws {
        let place = Rect(x: 200, y: 20, width: 40, height: 20)
        let events = try await Self.recorded().map { event in
            guard case .step(var recorded) = event, recorded.index >= step else { return event }
            recorded.after.screenshot = try Self.planted(recorded.after.screenshot, place)
            if recorded.index > step {
                recorded.before.screenshot = try Self.planted(recorded.before.screenshot, place)
            }
            return .step(recorded)
        }
        let difference = try #require(try await Self.replay(events).difference)
        #expect(difference.step == step && difference.kind == .screenAfter)
        #expect(difference.bounds == place && difference.changedPixels == place.width * place.height)
        let (recorded, found) = (try #require(difference.recorded), try #require(difference.found))
        #expect(try PNG.decode(recorded).difference(to: PNG.decode(found)).boxes == [place])
        let report = try await Self.replay(events, settings: { $0.comparison.ignored = [place] })
        #expect(report.isClean == true)
    }

    @Test func `screens that were seen while waiting may be passed, and the next action waits for its own`()
        async throws
    {
        var steps = Self.usual
        steps.insert(contentsOf: [PlannedStep("Wait", .action(.wait(.zero))), PlannedStep("Look", .look)], at: 1)
        let place = Rect(x: 200, y: 20, width: 40, height: 20)
        let events = try await Self.recorded(steps).map { event in
            guard case .step(var step) = event else { return event }
            // As if the screen had been on its way for three steps.
            if step.index < 3 { step.after.screenshot = try Self.planted(step.after.screenshot, place) }
            if [2, 3].contains(step.index) { step.before.screenshot = try Self.planted(step.before.screenshot, place) }
            return .step(step)
        }
        let report = try await Self.replay(events)
        #expect(report.difference == nil && report.comparedScreens == 8 && report.steps.count == 7)
    }

    private static func planted(_ screenshot: Screenshot, _ place: Rect) throws -> Screenshot {
        let frame = try PNG.decode(screenshot.png).filling(place, red: 255, green: 0, blue: 255)
        return try Screenshot(of: frame)
    }

    @Test func `a command that fails now is found`() async throws {
        let report = try await Self.replay(Self.recorded(Array(Self.usual[2...2]))) { arguments, _ in
            arguments[0] == "true" ? .init(code: 1) : try await Self.script(arguments, [])
        }
        #expect(report.difference?.kind == .action && report.difference?.step == 1)
    }

    @Test func `a check that does not hold now is found`() async throws {
        let report = try await Self.replay(Self.recorded(Array(Self.usual[0...1]))) { arguments, _ in
            arguments[0] == "true" ? .init(code: 1) : try await Self.script(arguments, [])
        }
        #expect(report.difference?.kind == .verdict && report.difference?.step == 2)
        let title = try await Self.replay(Self.recorded(Array(Self.usual[0...0]))) { arguments, _ in
            arguments[0] == "xdotool" ? .init(output: "Another") : try await Self.script(arguments, [])
        }
        #expect(title.difference?.kind == .verdict && title.difference?.step == nil)
    }

    @Test func `an action that could not be done and can be now is found`() async throws {
        let events = try await Self.recorded(Array(Self.usual[0...0])).map { event in
            guard case .step(var step) = event else { return event }
            step.verdict = .undone(step.action, "It was not found.")
            return .step(step)
        }
        let report = try await Self.replay(events)
        #expect(report.difference?.kind == .action && report.difference?.step == 1)
    }

    @Test func `a screen of which nothing is compared does not count as compared`() async throws {
        let whole = Rect(x: 0, y: 0, width: 9_999, height: 9_999)
        let report = try await Self.replay(Self.recorded(), settings: { $0.comparison.ignored = [whole] })
        #expect(report.isClean && report.comparedScreens == 0)
        #expect(report.notes.contains("Nothing of the screen of step 1 was to be compared."))
    }

    @Test(arguments: ["{{secret:pass}}", "(secret pass)", "x(secret y z)(secret pass)\n"])
    func `a secret is asked for before anything is done`(text: String) async throws {
        let events = try await Self.recorded([PlannedStep("Type", .type(text))])
        let guest = try await withDisplay { display in
            let guest = ScriptedGuest(display: display, Self.script)
            await #expect(throws: GodHandError.self) { _ = try await Replay(events).run(in: guest.sandbox) }
            return guest
        }
        #expect(guest.commands.isEmpty)
        #expect(try Replay(events).secretNames == ["pass"])
        let filled = RecordedSecrets.filled(.exec(["a", text]), ["pass": "hunter2"])
        #expect(filled == .exec(["a", text.replacing(/\(secret pass\)|\{\{secret:pass\}\}/, with: "hunter2")]))
    }

    @Test func `machines get names of their own and nothing that reaches beyond them`() throws {
        var spec = SandboxSpec.desktop
        spec.network = .named("lab")
        spec.name = "taken"
        let fresh = try Replay.fresh([.wiki(on: "lab"), spec], [])
        #expect(fresh[0].network == fresh[1].network && fresh[0].network != .named("lab") && fresh[1].name == nil)
        var open = SandboxSpec.desktop
        open.network = .full
        #expect(throws: GodHandError.self) { try Replay.fresh([open], [.hostDirectories]) }
        #expect(try Replay.fresh([open], [.network])[0].network == .full)
        var mounted = SandboxSpec.desktop
        mounted.mounts = [SandboxSpec.Mount(source: "/", target: "/host")]
        #expect(throws: GodHandError.self) { try Replay.fresh([mounted], [.network]) }
        #expect(try Replay.fresh([mounted], [.hostDirectories])[0].mounts.count == 1)
    }

    @Test func `what cannot be replayed says why`() async throws {
        #expect(throws: GodHandError.self) { try Replay([.finished(.achieved(nil))]) }
        let events = try await Self.recorded()
        #expect(throws: GodHandError.self) { try Replay([events[0]]) }
        var restored = events
        restored.insert(.lifecycle(LifecycleEvent(.restored, sandbox: .unique())), at: 3)
        let report = try await Self.replay(restored)
        #expect(report.isClean == true && report.notes.count == 1 && report.steps.count == 2)
    }
}
