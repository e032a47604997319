import GodHandCore

extension AgentRun {
    /// Takes a conversation up where another process left it.
    ///
    /// - Throws: `GodHandError` with `data.damaged` if it cannot be read.
    func takeUp(_ events: [RunEvent]) throws {
        turns = try events.conversation()
        for event in events {
            switch event {
            case .modelTurn(let entry):
                takenUp.append(event)
                if entry.speaker == .model { report.turns += 1 }
                if let cost = entry.cost { report.cost = report.cost + cost }
            case .step(let step):
                stepsBefore = max(stepsBefore, step.index)
                guard let cost = step.judgeCost else { continue }
                report.cost = report.cost + cost
                judgeCost = judgeCost.map { $0 + cost } ?? cost
            case .started, .lifecycle, .exec, .check, .decision, .intervention, .branch, .within, .finished: break
            }
        }
        takenUp.append(.intervention(Intervention(.continued)))
        guard case .model(let response)? = turns.last else {
            notices.append("The run was interrupted, and goes on. The screen may have changed since.")
            return
        }
        var turn = OpenTurn(response)
        // Nobody knows whether they were done, so they are not done again.
        while let item = turn.take() {
            let words = [ModelContent.text("The run was interrupted. It is not known whether this was done.")]
            switch item {
            case .action(let call): turn.answer(call.id, words, isError: true)
            case .malformed(let call): turn.answer(call.id, words, isError: true)
            case .text, .reasoning: break
            }
        }
        turn.steps = 1
        open = turn
        notices.append("The run was interrupted, and goes on. Look at the screen to see what was done.")
    }
}
