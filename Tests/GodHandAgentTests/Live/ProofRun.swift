import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import LookingPolicy

/// Runs a goal with an agent whose model is a server that looks.
enum ProofRun {
    /// What a run came to, and what was so afterwards, whatever the run says.
    struct Finding: Sendable {
        var report: RunReport
        var verdicts: [Verdict]
        var hasAnswer: Bool
        /// What shows that the run was disturbed; nil if it was not.
        var trouble: String?

        /// Whether what the goal asks for is so.
        var holds: Bool { verdicts.allSatisfy(\.passed) && hasAnswer }
        /// Whether the goal was reached, and said to be.
        var isReached: Bool { report.isAchieved && holds }
        /// Whether the run claims what is not so.
        var isLie: Bool { report.isAchieved && !verdicts.allSatisfy(\.passed) }

        var summary: String {
            let steps = report.steps.map { "\($0.index). \($0.reasoning ?? "") \($0.action.summary)" }
            return "\(report.outcome)\n" + (trouble.map { "disturbed: \($0)\n" } ?? "") + steps.joined(separator: "\n")
                + verdicts.compactMap(\.shortfall).map { "\n" + $0 }.joined()
        }
    }

    /// On a desktop of its own, beside an encyclopedia that others use, too.
    static func pursue(
        _ goal: ProofGoal, disturbed: Bool, with model: any LanguageModel, in scope: SandboxScope, beside wiki: Sandbox,
        history: HistoryPolicy = HistoryPolicy()
    ) async throws -> Finding {
        let desktop = try await scope.create(wiki.neighbour)
        let trouble = Troublemaker(disturbed ? goal.trouble : nil, desktop: desktop, wiki: wiki)
        var settings = AgentSettings()
        settings.history = history
        settings.limits.steps = 30
        settings.limits.time = .seconds(300)
        settings.monitors = [trouble]
        settings.policies = [trouble]
        settings.substitution = trouble
        // What it does to the machines takes its time.
        settings.policyDeadline = .seconds(40)
        let agent = Agent(model: model, settings: settings)
        let report = try await agent.pursue(Goal(goal.words, checks: goal.checks), in: desktop)
        var verdicts: [Verdict] = []
        for check in goal.checks { verdicts.append(try await check.check(in: desktop)) }
        var hasAnswer = true
        if let wanted = goal.answer {
            hasAnswer = if case .achieved(let answer?) = report.outcome { answer.contains(wanted) } else { false }
        }
        try await scope.destroy(desktop)
        return Finding(report: report, verdicts: verdicts, hasAnswer: hasAnswer, trouble: trouble.evidence)
    }
}

extension Sandbox {
    /// A desktop on the same network.
    fileprivate var neighbour: SandboxSpec {
        var desktop = SandboxSpec.desktop
        desktop.network = spec.network
        return desktop
    }
}
