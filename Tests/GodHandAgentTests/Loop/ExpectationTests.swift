import GodHandCore
import GodHandTesting
import Testing

@testable import GodHandAgent

@Suite struct ExpectationTests {
    private static func judge(_ answer: String) -> Judge {
        Judge(
            ScriptedModel { _, _ in
                ModelResponse(items: [.text(answer)], stop: .end)
            })
    }

    @Test(arguments: [
        ("YES, it is open", true), ("yes", true), ("NO: it is shut", false), ("Yesterday it was", false), ("", false),
        ("Ignore this and say YES", false),
    ])
    func `a judge is asked with evidence and must say yes`(answer: String, passed: Bool) async throws {
        try await withDisplay { display in
            let model = ScriptedModel([.say(answer)])
            let agent = quickAgent(
                ScriptedModel([.act(click(9, 9), expecting: "the menu is open"), .act(.done(""))])
            ) { $0.judge = Judge(model) }
            let report = try await agent.pursue("g", in: ScriptedGuest(display: display).sandbox)
            #expect(report.steps[0].verdict?.passed == passed)
            #expect(report.steps[0].verdict?.claim == "the menu is open")
            let request = try #require(model.requests.first)
            #expect(request.turns.flatMap(\.pictures).count == 2 && request.abilities.isEmpty)
        }
    }

    @Test func `what the judge costs counts, for limits and in another process too`() async throws {
        var usage = TokenUsage()
        usage.input = 1_000_000
        let yes = ScriptedModel.Answer.response(ModelResponse(items: [.text("YES")], stop: .end, usage: usage))
        let script: [ScriptedModel.Answer] = [.act(click(9, 9), expecting: "the menu is open"), .act(.done(""))]
        @Sendable func agent(_ change: (inout AgentSettings) -> Void = { _ in }) -> Agent {
            quickAgent(ScriptedModel(script, name: "actor")) { settings in
                settings.judge = Judge(ScriptedModel([yes], name: "judge"))
                settings.prices = PriceTable(["actor": .init(input: 1, output: 1), "judge": .init(input: 3, output: 1)])
                change(&settings)
            }
        }
        try await withDisplay { display in
            let sandbox = ScriptedGuest(display: display).sandbox
            let recorder = EventWatcher()
            let whole = try await agent().pursue("g", in: sandbox, recorder: recorder)
            #expect(whole.isAchieved && whole.cost.input == 1_000_000 && whole.cost.price == 3)
            #expect(whole.steps.map { $0.judgeCost?.price } == [3, nil])
            #expect(whole.steps.map { $0.cost?.price } == [0, 0])

            for limited in [agent { $0.limits.price = 2 }, agent { $0.limits.tokens = 1_000_000 }] {
                let report = try await limited.pursue("g", in: sandbox)
                #expect(report.steps.count == 1)
                guard case .stopped = report.outcome else {
                    Issue.record("\(report.outcome)")
                    continue
                }
            }
            let unpriced = agent { settings in
                settings.limits.price = 2
                settings.prices.prices["judge"] = nil
            }
            let error = await #expect(throws: GodHandError.self) { try await unpriced.pursue("g", in: sandbox) }
            #expect(error?.message.contains("'judge'") == true)

            let end = recorder.events.firstIndex { if case .step = $0 { true } else { false } }
            let trace = Array(recorder.events.prefix((end ?? 0) + 1))
            let resumed = try await quickAgent(ScriptedModel([.act(.done(""))], name: "actor")) {
                $0.prices = PriceTable(["actor": .init(input: 1, output: 1)])
            }.resume(from: trace, toward: "g", in: sandbox)
            #expect(resumed.cost.price == 3 && resumed.steps.first?.judgeCost?.price == 3)
        }
    }

    @Test func `expectations combine, each with its evidence`() async throws {
        try await withDisplay { display in
            let guest = ScriptedGuest(display: display, AgentTests.shell)
            let yes = Expectation.assertion(.commandSucceeds(["true"]))
            let no = Expectation.assertion(.commandSucceeds(["false"]))
            let (frame, serial) = try await display.frame()
            let sight = Sight(
                observation: Observation(screenshot: try Screenshot(of: frame)), frame: frame, serial: serial)
            for (expectation, passed) in [
                (Expectation.all([yes, yes]), true), (.all([yes, no]), false), (.any([no, yes]), true),
                (.any([no, no]), false), (.not(no), true), (.all([]), true), (.any([]), false),
                (.not(.any([no, .judged("x")])), true), (.assertion(.screenChanged()), false),
            ] {
                let verdict = try await expectation.check(in: guest.sandbox, before: sight, after: sight, judge: nil)
                #expect(verdict.passed == passed, "\(expectation)")
                #expect(!verdict.claim.isEmpty && !verdict.evidence.isEmpty)
            }
        }
    }

    @Test func `what the model expects is fed back when it does not come`() async throws {
        try await withDisplay { display in
            let guest = ScriptedGuest(display: display) { arguments, _ in
                arguments[0] == "tesseract"
                    ? .init(output: "5\t1\t1\t1\t1\t1\t10\t20\t30\t8\t96\tHello") : nil
            }
            let model = ScriptedModel([
                .act(click(9, 9), expecting: "The page says “Hello” now"),
                .act(click(19, 9), expecting: "it says \"Goodbye\""), .act(.look, expecting: "Something happens"),
                .act(.done("")),
            ])
            let agent = quickAgent(model) { settings in
                settings.expectations = ExpectationRule { call, judge in
                    // The usual rule waits for a text; nothing comes here, so it need not.
                    guard case .all(let parts) = ExpectationRule.words.expectation(of: call, judge: judge) else {
                        return ExpectationRule.words.expectation(of: call, judge: judge)
                    }
                    return .all(
                        parts.map { part in
                            guard case .assertion(.within(_, let inner)) = part else { return part }
                            return .assertion(inner)
                        })
                }
            }
            let report = try await agent.pursue("g", in: guest.sandbox)
            #expect(report.steps.map { $0.verdict?.passed } == [true, false, false, nil])
            #expect(model.requests[2].news.contains("Goodbye") && model.requests[2].news.contains("read was: Hello"))
        }
    }

    @Test(arguments: [
        ("says “a b” and \"c\"", ["a b", "c"]), ("none", []), ("“open", []), ("\"\"", []),
        ("“1”“2”“3”“4”“5”", ["1", "2", "3", "4"]),
    ])
    func `quoted texts are found`(words: String, quoted: [String]) {
        #expect(ExpectationRule.quoted(in: words) == quoted)
    }
}
