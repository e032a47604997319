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

    @Test func `models and what they may cost`() {
        let claude = ClaudeModel("claude-haiku-5-5")
        let openAI = OpenAIModel("gpt-6.1-sol", settings: OpenAIModel.Settings(effort: .low))
        let gemini = GeminiModel("gemini-3.5-flash", settings: GeminiModel.Settings(environment: .desktop))
        let name = "qwen3-vl-8b"
        let local = LocalModel(name, at: "http://127.0.0.1:8080", settings: .suggested(for: name))
        let hosted = LocalModel(
            "some-model", at: "https://models.example.org", key: .environment("EXAMPLE_KEY"),
            settings: LocalModel.Settings(constraint: .strict))
        let models: [any LanguageModel] = [claude, openAI, gemini, local, hosted]
        #expect(Set(models.map(\.name)).count == 5)
        #expect(local.settings.coordinates == .thousandths && hosted.settings.constraint == .strict)

        var settings = AgentSettings()
        settings.effort = .low
        settings.limits.steps = 40
        settings.limits.tokens = 400_000
        settings.limits.price = 0.50
        settings.prices.prices["my-model"] = PriceTable.Price(input: 0.4, output: 1.6, cachedInput: 0.1)
        let agent = Agent(model: claude, settings: settings)
        #expect(agent.model.name == "claude-haiku-5-5")
        #expect(agent.settings.prices["my-model"]?.output == 1.6)
        #expect(agent.settings.prices["claude-sonnet-4-5-20250929"] != nil && agent.settings.prices.asOf != nil)

        settings.prices = PriceTable(
            [
                "claude-haiku-5-5": PriceTable.Price(input: 1, output: 5, cachedInput: 0.1, cacheWrite: 1.25),
                "qwen3-vl": PriceTable.Price(input: 0, output: 0),
            ], asOf: "2026-11")
        #expect(settings.prices[name]?.input == 0 && settings.prices["claude-sonnet-4-5"] == nil)
    }

    /// Agrees to whatever it is asked.
    private struct Desk: Person {
        func answer(_ question: PersonQuestion) async throws -> PersonAnswer? { .approved }
    }

    @Test func `checks of the provider's`() async throws {
        let desk = Desk()
        var settings = AgentSettings()
        settings.acknowledgedChecks = ["irrelevant_domain"]
        settings.person = desk
        settings.pace.quiet = .milliseconds(5)
        try await withDisplay { [settings] display in
            let check = SafetyCheck(id: "1", code: "malicious_instructions", message: "Careful.")
            let call = ActionCall(id: "c", action: .look, safetyChecks: [check])
            let model = ScriptedModel([
                .response(ModelResponse(items: [.action(call)], stop: .actions)), .act(.done("")),
            ])
            let sandbox = ScriptedGuest(display: display, Self.shell).sandbox
            let report = try await Agent(model: model, settings: settings).pursue("Look", in: sandbox)
            #expect(report.steps.map(\.action) == [.look, .done("")])
        }
    }
}
