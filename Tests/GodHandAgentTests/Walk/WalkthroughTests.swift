import GodHandCore
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandAgent

@Suite struct WalkthroughTests {
    private static let script: ScriptedGuest.Script = { arguments, _ in
        switch arguments[0] {
        case "xdotool": .init(output: "A window\n")
        case "true", "sh": .init()
        case "false": .init(code: 3)
        case "tesseract": .init(output: "5\t1\t1\t1\t1\t1\t10\t20\t30\t8\t96\tHello")
        default: nil
        }
    }

    @Test func `a plan is carried out and told step by step`() async throws {
        try await withDisplay { display in
            let guest = ScriptedGuest(display: display, Self.script)
            let recorder = EventList()
            let plan = Walkthrough(
                goal: "Say hello",
                steps: [
                    PlannedStep("Open the page", reasoning: "It is there.", .open("http://wiki/?a=$(b)")),
                    PlannedStep("Click", .click(Point(x: 100, y: 100)), expecting: .screenChanged()),
                    PlannedStep("Click on the text", .clickText("Hello"), expecting: .screenChanged()),
                    PlannedStep("Mark the text", .selectText("Hello")),
                    PlannedStep(
                        "Type", .type("ab\n"), expecting: .all([.screenChanged(), .commandSucceeds(["true"])])),
                    PlannedStep("Ask the guest", .exec(["true"])), PlannedStep("Answer", .action(.done("hello"))),
                ], checks: [.windowTitle(contains: "window"), .textVisible("Hello")])
            let report = try await plan.run(in: guest.sandbox, recorder: recorder)

            #expect(report.outcome == .achieved("hello") && report.isAchieved)
            #expect(report.steps.map(\.index) == Array(1...7))
            #expect(report.checks.map(\.passed) == [true, true])
            #expect(
                recorder.events.dropFirst().dropLast().filter { if case .exec = $0 { false } else { true } }
                    == report.steps.map { .step($0) } + report.checks.map { .check($0) })
            let commands = recorder.events.compactMap { if case .exec(let command) = $0 { command } else { nil } }
            #expect(commands.map(\.arguments) == [["true"]] && commands.map(\.step) == [6])
            #expect(commands.first?.status == .exited(0))
            #expect(recorder.events.last == .finished(report.outcome))
            guard case .started(let header) = recorder.events.first else {
                throw GodHandError(.notFound, "no beginning")
            }
            #expect(header.goal == "Say hello" && header.backend == "scripted")

            let click = report.steps[1]
            #expect(click.after.changes == [Rect(x: 96, y: 96, width: 9, height: 9)])
            #expect(click.before.screenshot.png != click.after.screenshot.png && click.after.isSettled)
            #expect(click.after.windowTitle == "A window")
            #expect(report.steps[2].before == Observation(after: click), "what was seen last is not looked at again")
            #expect(report.steps[2].action == .input(.click(at: Point(x: 25, y: 24))))
            #expect(
                report.steps[3].action
                    == .input(.drag(path: [Point(x: 8, y: 24), Point(x: 25, y: 24), Point(x: 42, y: 24)])))
            #expect(report.steps[5].verdict?.passed == true)
            #expect(
                guest.commands.first { $0[0] == "sh" }?.suffix(3) == [
                    "firefox-esr", "--new-window", "http://wiki/?a=$(b)",
                ])
        }
    }

    @Test(arguments: [
        PlannedStep("Nothing happens", .look, expecting: .screenChanged()),
        PlannedStep("A command fails", .exec(["false"])),
        PlannedStep("A text is not there", .clickText("Goodbye"), expecting: .commandSucceeds(["true"])),
        PlannedStep("A text to mark is not there", .selectText("Goodbye"), expecting: .commandSucceeds(["true"])),
    ])
    func `a step that does not work ends the run`(bad: PlannedStep) async throws {
        try await withDisplay { display in
            let recorder = EventList()
            let plan = Walkthrough(
                goal: "g", steps: [PlannedStep("Look", .look), bad, PlannedStep("Never", .click(Point(x: 1, y: 1)))],
                checks: [.commandSucceeds(["true"])])
            let report = try await plan.run(
                in: ScriptedGuest(display: display, Self.script).sandbox, recorder: recorder)
            guard case .abandoned(let reason) = report.outcome else {
                throw GodHandError(.notFound, "\(report.outcome)")
            }
            #expect(reason.contains(bad.intent))
            #expect(report.steps.count == 2 && report.checks.isEmpty)
            #expect(recorder.events.last == .finished(report.outcome))
        }
    }

    @Test func `what fell short is said of the part that decided`() {
        let inner = Verdict(passed: false, claim: "the title is “a”", evidence: "it is “b”")
        let verdict = Verdict(
            passed: false, claim: "both of these hold", evidence: "not so",
            parts: [Verdict(passed: true, claim: "c", evidence: "d"), inner])
        #expect(verdict.shortfall == "Expected that the title is “a”, but it is “b”")
        #expect(verdict.parts[0].shortfall == nil)
    }

    @Test func `a failed check at the end abandons the goal, after all were looked at`() async throws {
        try await withDisplay { display in
            let plan = Walkthrough(
                goal: "g", steps: [], checks: [.commandSucceeds(["false"]), .commandSucceeds(["true"])])
            let report = try await plan.run(
                in: ScriptedGuest(display: display, Self.script).sandbox, recorder: EventList())
            #expect(!report.isAchieved && report.checks.map(\.passed) == [false, true])
        }
    }

    @Test(arguments: [
        (Action.fail("no such page"), Outcome.abandoned("no such page")),
        (.ask("Which?"), .stopped("There is nobody to ask: Which?")),
    ])
    func `a plan may end itself`(action: Action, outcome: Outcome) async throws {
        try await withDisplay { display in
            let plan = Walkthrough(
                goal: "g", steps: [PlannedStep("End", .action(action)), PlannedStep("Never", .look)])
            let report = try await plan.run(
                in: ScriptedGuest(display: display, Self.script).sandbox, recorder: EventList())
            #expect(report.outcome == outcome && report.steps.count == 1)
        }
    }

    @Test func `a broken machine throws, and the trace has an end all the same`() async throws {
        try await withDisplay { display in
            let recorder = EventList()
            let plan = Walkthrough(goal: "g", steps: [PlannedStep("Click", .click(Point(x: 5_000, y: 1)))])
            let error = await #expect(throws: GodHandError.self) {
                try await plan.run(in: ScriptedGuest(display: display, Self.script).sandbox, recorder: recorder)
            }
            #expect(error?.code == .invalidRequest)
            guard case .finished(.failed(code: .invalidRequest, message: _)) = recorder.events.last else {
                throw GodHandError(.notFound, "no end")
            }
        }
    }

    @Test func `a cancelled run says so in its trace and throws the cancellation`() async throws {
        try await withDisplay { display in
            let recorder = EventList()
            let plan = Walkthrough(goal: "g", steps: [PlannedStep("Wait", .action(.wait(.seconds(600))))])
            let guest = ScriptedGuest(display: display, Self.script)
            let run = Task { try await plan.run(in: guest.sandbox, recorder: recorder) }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            #expect(recorder.events.last == .finished(.stopped("It was cancelled.")))
        }
    }

    @Test(arguments: ["", "-x", "--version://"])
    func `what is neither program nor address is not opened`(target: String) async throws {
        let guest = ScriptedGuest(display: nil, Self.script)
        await #expect(throws: GodHandError.self) { try await guest.sandbox.open(target) }
        #expect(guest.commands.isEmpty)
    }
}

extension Observation {
    /// What the step after this one sees before it acts, if nothing moves in between.
    fileprivate init(after step: Step) {
        self = step.after
        changes = []
    }
}
