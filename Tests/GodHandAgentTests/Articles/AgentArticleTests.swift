import GodHandAgent
import GodHandCore
import GodHandTesting
import Testing

// The code of the articles "Verification" and "Choosing a model", compiled, and run where no provider is needed. It uses
// only what is public.

struct AgentArticleTests {
    private static let shell: ScriptedGuest.Script = { arguments, _ in
        switch arguments[0] {
        case "xdotool": .init(output: "letter.txt - Mousepad\n")
        case "head": .init(output: "Dear Ada\n")
        default: .init()
        }
    }

    @Test func `a goal with checks`() async throws {
        try await withDisplay { display in
            let sandbox = ScriptedGuest(display: display, Self.shell).sandbox
            var agent = Agent(model: ScriptedModel([.act(.done("saved"))]))
            agent.settings.pace.quiet = .milliseconds(5)
            let goal = Goal(
                "Write a letter to Ada and save it as letter.txt",
                checks: [
                    .fileContains(path: "/home/user/letter.txt", text: "Dear Ada"),
                    .not(.windowTitle(contains: "Untitled")),
                ])
            let report = try await agent.pursue(goal, in: sandbox)
            for check in report.checks {
                print(check.passed ? "yes" : "no", check.claim, check.evidence)
            }
            #expect(report.isAchieved && report.checks.count == 2)
        }
    }

    @Test func `expectations of one's own`() {
        var settings = AgentSettings()
        settings.judge = Judge(ScriptedModel([.say("YES, the menu is open")]))
        settings.expectations = ExpectationRule { call, judge in
            switch call.action {
            case .open: .assertion(Assertion.screenChanged().eventually(within: .seconds(10)))
            case .input(.type(let text)) where !text.contains("{{"):
                .any([.assertion(.textVisible(text)), .judged("The field shows what was typed")])
            default: ExpectationRule.words.expectation(of: call, judge: judge)
            }
        }
        let call = ActionCall(id: "1", action: .input(.type("Ada")))
        #expect(settings.expectations.expectation(of: call, judge: settings.judge) != nil)
    }

    @Test func `a model and what it may cost`() {
        var settings = AgentSettings()
        settings.effort = .low
        settings.limits.steps = 40
        settings.limits.tokens = 400_000
        settings.limits.price = 0.50
        settings.prices.prices["my-model"] = PriceTable.Price(input: 0.4, output: 1.6, cachedInput: 0.1)
        let agent = Agent(model: ClaudeModel("claude-haiku-5-5"), settings: settings)
        #expect(agent.model.name == "claude-haiku-5-5")
        #expect(agent.settings.prices["my-model"]?.output == 1.6)
    }
}
