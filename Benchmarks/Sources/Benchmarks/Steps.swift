import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox

/// What the agent's loop costs beside the model and the programs on the desktop, and what a step costs in tokens.
func measureSteps(_ backend: DockerBackend) async throws {
    note("steps: an agent whose model needs no time")
    let count = 40
    let sandboxed = try await backend.withSandbox(.desktop) { sandbox in
        // A menu opens and closes again, so that each step changes the screen.
        let open = ScriptedModel.Answer.act(.input(.click(at: Point(x: 300, y: 300), button: .right)))
        let close = ScriptedModel.Answer.act(.input(.key(KeyChord("Escape"))))
        let answers = (0..<count).map { $0.isMultiple(of: 2) ? open : close } + [.act(.done(""))]
        let model = ScriptedModel(answers)
        var settings = AgentSettings()
        settings.history = .everything
        let agent = Agent(model: model, settings: settings)
        let run = try await agent.pursue("Open and close the menu", in: sandbox)
        return (overheads: run.steps.dropFirst().prefix(count - 1).map(\.timings.overhead), requests: model.requests)
    }
    let overheads = sandboxed.overheads.map { $0 / .milliseconds(1) }.sorted()
    guard !overheads.isEmpty else { return note("error: no steps were done") }
    report("step_overhead_ms", overheads[overheads.count / 2], "ms")

    let steps = Double(sandboxed.requests.count)
    let all = sandboxed.requests.reduce(0) { $0 + tokens(of: $1.turns) }
    let pruned = sandboxed.requests.reduce(0) { $0 + tokens(of: HistoryPolicy().pruned($1.turns)) }
    report("tokens_per_step", Double(pruned) / steps, "tokens")
    report("tokens_per_step_unpruned", Double(all) / steps, "tokens")
}

/// As providers usually count: 750 pixels, or four bytes of text, are a token.
private func tokens(of turns: [ModelTurn]) -> Int {
    turns.reduce(0) { sum, turn in
        switch turn {
        case .user(let content): sum + tokens(of: content)
        case .model(let response): sum + (response.text.utf8.count + response.reasoning.utf8.count) / 4
        case .results(let results): sum + results.reduce(0) { $0 + tokens(of: $1.content) }
        }
    }
}

private func tokens(of content: [ModelContent]) -> Int {
    content.reduce(0) { sum, part in
        switch part {
        case .text(let text), .untrusted(let text): sum + text.utf8.count / 4
        case .image(let image): sum + image.size.area / 750
        }
    }
}
