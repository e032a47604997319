import GodHandCore
import GodHandTesting
import Testing

@testable import GodHandAgent

private struct Answering: Person {
    var reply: PersonAnswer?
    func answer(_ question: PersonQuestion) async throws -> PersonAnswer? { reply }
}

/// Hears the question, and never answers.
private struct Absent: Person {
    func answer(_ question: PersonQuestion) async throws -> PersonAnswer? {
        let never = AsyncStream.makeStream(of: Void.self)
        for await _ in never.stream {}
        try Task.checkCancellation()
        return nil
    }
}

@Suite struct GateTests {
    private struct Run: Sendable {
        var report: RunReport
        var news: String
        var results: [ActionResult]
        var decisions: [ActionDecision]
    }

    /// Runs one click past the policies.
    private func run(
        _ policies: [any ActionPolicy], person: (any Person)? = nil, checks: [SafetyCheck] = [],
        _ change: @escaping @Sendable (inout AgentSettings) -> Void = { _ in }
    ) async throws -> Run {
        try await withDisplay { display in
            let call = ActionCall(id: "c", action: click(50, 50), safetyChecks: checks)
            let model = ScriptedModel([
                .response(ModelResponse(items: [.action(call)], stop: .actions)), .act(.done("")),
            ])
            let recorder = EventWatcher()
            let agent = quickAgent(model) { settings in
                settings.policies = policies
                settings.person = person
                settings.policyDeadline = .milliseconds(200)
                change(&settings)
            }
            let report = try await agent.pursue(
                "g", in: ScriptedGuest(display: display).sandbox, recorder: recorder)
            let request = model.requests[1]
            let results = request.turns.flatMap { turn -> [ActionResult] in
                if case .results(let results) = turn { results } else { [] }
            }
            return Run(report: report, news: request.news, results: results, decisions: recorder.decisions)
        }
    }

    @Test func `what is denied does not happen, and the model is told why`() async throws {
        let run = try await run([ActionRule { _, _ in .deny("Not here.") }])
        #expect(run.report.steps.count == 1 && run.report.isAchieved)
        #expect(run.news.contains("c!: Not done. Not here."))
        #expect(run.decisions.map(\.ruling) == [.denied])
    }

    @Test func `a policy that fails or is late denies`() async throws {
        let failing = try await run([ActionRule { _, _ in throw GodHandError(.hostFailed, "oops") }])
        #expect(failing.decisions.map(\.ruling) == [.denied])
        let gate = Gate()
        let late = try await run([
            ActionRule { _, _ in
                try await gate.pass()
                return .allow
            }
        ])
        #expect(late.decisions.map(\.ruling) == [.denied] && late.report.steps.count == 1)
    }

    @Test(
        arguments: [(PersonAnswer.approved, 2), (.refused, 1), (.text("maybe"), 1), (nil, 1)] as [(PersonAnswer?, Int)])
    func `approval is asked for`(answer: PersonAnswer?, steps: Int) async throws {
        let run = try await run([ActionRule { _, _ in .requireApproval("It buys.") }], person: Answering(reply: answer))
        #expect(run.report.steps.count == steps)
        #expect(run.decisions.map(\.ruling) == [steps == 2 ? .approved : .refused])
    }

    @Test func `a person may take longer than a policy`() async throws {
        let asking = ActionRule { _, _ in .requireApproval("It buys.") }
        let run = try await run([asking]) { settings in
            settings.approvals = Approvals { _ in
                try await Task.sleep(for: .milliseconds(300))
                return true
            }
        }
        #expect(run.report.steps.count == 2 && run.decisions.map(\.ruling) == [.approved])
    }

    @Test(arguments: [true, false])
    func `who does not answer in time has not agreed`(isStrict: Bool) async throws {
        let asking = ActionRule { _, _ in .requireApproval("It buys.") }
        let run = try await run([asking], person: Absent()) { settings in
            settings.answerLimit = .milliseconds(20)
            if isStrict { settings.approvals = Approvals { _ in try await Absent().answer(.question("")) != nil } }
        }
        #expect(run.report.steps.count == 1 && run.decisions.map(\.ruling) == [.refused])
        #expect(run.news.contains("A person did not agree to it: It buys."))
    }

    @Test func `what changed while a person read is approved and not done`() async throws {
        let asking = ActionRule { _, _ in .requireApproval("It buys.") }
        let run = try await run([asking]) { settings in
            settings.approvals = Approvals { _ in true }
            // Nothing that was seen is as it was.
            settings.approvals?.tolerance = -1
        }
        #expect(run.report.steps.count == 1 && run.decisions.map(\.ruling) == [.approved, .denied])
        #expect(run.news.contains("the screen has changed meanwhile"))
    }

    @Test func `whoever stops a run does not wait for a person`() async throws {
        try await withDisplay { display in
            let control = RunControl()
            let model = ScriptedModel([.act(click(50, 50))])
            let agent = quickAgent(model) { settings in
                settings.policies = [ActionRule { _, _ in .requireApproval("It buys.") }]
                settings.answerLimit = nil
                settings.approvals = Approvals { _ in
                    control.stop("Enough.")
                    return try await Absent().answer(.question("")) != nil
                }
            }
            let report = try await agent.pursue("g", in: ScriptedGuest(display: display).sandbox, control: control)
            #expect(report.outcome == .stopped("Enough.") && report.steps.isEmpty)
        }
    }

    @Test func `whoever cancels a run does not wait for a person`() async throws {
        try await withDisplay { display in
            let (asked, ask) = AsyncStream.makeStream(of: Void.self)
            let agent = quickAgent(ScriptedModel([.act(click(50, 50))])) { settings in
                settings.policies = [ActionRule { _, _ in .requireApproval("It buys.") }]
                settings.approvals = Approvals { _ in
                    ask.finish()
                    return try await Absent().answer(.question("")) != nil
                }
            }
            let sandbox = ScriptedGuest(display: display).sandbox
            let run = Task { try await agent.pursue("g", in: sandbox) }
            for await _ in asked {}
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
        }
    }

    @Test func `a policy cannot do more in an action's place`() async throws {
        for wider: Action in [
            .exec(["rm", "-r", "/"]), click(60, 50), .input(.click(at: Point(x: 50, y: 50), count: 2)),
        ] {
            let run = try await run([ActionRule { action, _ in action == wider ? .allow : .rewrite(wider) }])
            #expect(run.report.steps.map(\.action) == [.done("")] && run.decisions.map(\.ruling) == [.denied])
        }
    }

    @Test func `what a policy rewrites is what happens`() async throws {
        let run = try await run([ActionRule { action, _ in action == .look ? .allow : .rewrite(.look) }])
        #expect(run.report.steps[0].action == .look)
        #expect(run.news.contains("This was done instead: Look."))
        #expect(run.decisions.first?.replacement == .look)
    }

    @Test func `the provider's checks need agreement, which goes back to it`() async throws {
        let check = SafetyCheck(id: "1", code: "malicious", message: "Careful.")
        let alone = try await run([], checks: [check])
        #expect(alone.report.steps.count == 1 && alone.results.first?.acknowledgedChecks == [])
        let agreed = try await run([], person: Answering(reply: .approved), checks: [check])
        #expect(agreed.report.steps.count == 2 && agreed.results.first?.acknowledgedChecks == [check])
    }

    @Test func `a question reaches a person, and the answer the model`() async throws {
        try await withDisplay { display in
            let model = ScriptedModel([.act(.ask("Which?")), .act(.done(""))])
            let agent = quickAgent(model) { $0.person = Answering(reply: .text("The left one.")) }
            let recorder = EventWatcher()
            let report = try await agent.pursue("g", in: ScriptedGuest(display: display).sandbox, recorder: recorder)
            #expect(report.isAchieved && recorder.interventions == [.asked, .answered])
            #expect(model.requests[1].news.contains("call-1-1: A person answers: The left one."))
        }
    }

    @Test func `what changed since the model looked is not clicked`() async throws {
        try await withDisplay { display in
            let model = ScriptedModel { request, turn in
                if turn == 1 {
                    for x in stride(from: 30, to: 90, by: 8) {
                        for y in stride(from: 30, to: 70, by: 8) {
                            try await display.input.perform(.click(at: Point(x: x, y: y)))
                        }
                    }
                }
                let answer: ScriptedModel.Answer = turn == 1 ? .act(click(50, 50), .input(.type("x"))) : .act(.done(""))
                return try await ScriptedModel([answer]).respond(to: request, progress: { _ in })
            }
            let report = try await quickAgent(model).pursue("g", in: ScriptedGuest(display: display).sandbox)
            #expect(report.isAchieved && report.steps.count == 1)
            let news = model.requests[1].news
            #expect(news.contains("Since you looked, the screen is not as it was around (50, 50)."))
            #expect(news.contains("call-1-2!: Not done."))
        }
    }

    @Test func `secrets are typed and neither told nor recorded`() async throws {
        try await withDisplay { display in
            var secrets = Secrets()
            try secrets.add(Secret("hunter22", for: .anywhere), as: "mail")
            let model = ScriptedModel([.act(.input(.type("{{secret:mail}}"))), .act(.done("hunter22"))])
            let recorder = EventWatcher()
            let agent = quickAgent(model) { $0.use(secrets) }
            let report = try await agent.pursue("g", in: ScriptedGuest(display: display).sandbox, recorder: recorder)
            #expect(report.steps[0].action == .input(.type("{{secret:mail}}")))
            #expect(!report.steps[0].after.changes.isEmpty)
            #expect(model.requests[0].instructions.contains("{{secret:mail}}"))
            #expect(!recorder.events.contains { "\($0)".contains("hunter22") })
            #expect(report.outcome == .achieved("(secret mail)"))
        }
    }

    @Test func `a report and an error hold no secrets either`() async throws {
        try await withDisplay { display in
            var secrets = Secrets()
            try secrets.add(Secret("hunter22", for: .anywhere), as: "mail")
            let check = Assertion.commandSucceeds(["cat", "hunter22"])
            let reached = try await quickAgent(ScriptedModel([.act(.done(""))])) { $0.use(secrets) }.pursue(
                Goal("g", checks: [check]), in: ScriptedGuest(display: display) { _, _ in .init() }.sandbox)
            #expect(reached.isAchieved && reached.checks.count == 1)
            #expect(!"\(reached.checks)".contains("hunter22"))

            let broken = ScriptedGuest(display: display) { _, _ in throw GodHandError(.engineFailed, "hunter22 broke") }
            let agent = quickAgent(ScriptedModel([.act(.done(""))])) { $0.use(secrets) }
            let error = await #expect(throws: GodHandError.self) { try await agent.pursue("g", in: broken.sandbox) }
            #expect(error?.message == "(secret mail) broke")
        }
    }
}
