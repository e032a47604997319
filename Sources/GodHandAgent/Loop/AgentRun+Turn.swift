import GodHandCore

/// Asking the model.
extension AgentRun {
    /// Closes the turn before, shows the model the screen and takes its next turn.
    func consult() async throws {
        guard countIdleTurn() else { return }
        takeHints()
        var timings = StepTimings()
        var lap = Lap()
        let previous = sight
        var (seen, waited) = try await look()
        timings.application += waited
        let shown = try await settings.perception.view(&seen, after: previous, in: sandbox)
        let view = seen.words(since: previous) + shown
        sight = seen
        try await tell(view)
        var request = ModelRequest(
            instructions: AgentInstructions.text(settings), turns: settings.history.pruned(turns),
            screen: seen.frame.size, abilities: settings.abilities,
            maximumOutputTokens: settings.maximumOutputTokens, effort: settings.effort)
        request.changesOnly = settings.history.changesOnly
        lap.end(&timings.perceive)
        guard let response = try await answer(to: request) else { return }
        lap.end(&timings.plan)
        let cost = settings.prices.cost(of: response.usage, model: model.name)
        report.turns += 1
        report.cost = report.cost + cost
        try await hideTyped(in: response)
        try await append(.model(response), cost: cost)
        var turn = OpenTurn(response)
        turn.timings = timings
        turn.cost = cost
        let isEmpty = turn.isOver
        open = turn
        consider(response, isEmpty: isEmpty)
    }

    /// Adds to the conversation what came of the last turn, what is seen, and what the model should know.
    private func tell(_ view: [ModelContent]) async throws {
        // A turn that the provider paused goes back as it is, and nothing may come between.
        if pauses > 0 {
            open = nil
            return
        }
        var view = view
        var words: [ModelContent] = []
        if turns.isEmpty { words.append(.text("The goal: \(goal.text)")) }
        if let open, !open.results.isEmpty {
            try await append(.results(open.results(showing: &view)))
        }
        open = nil
        words += notices
        notices = []
        if !(words + view).isEmpty { try await append(.user(words + view)) }
    }

    func append(_ turn: ModelTurn, cost: StepCost? = nil) async throws {
        turns.append(turn)
        guard recorder != nil else { return }
        try await record(.modelTurn(turn.entry(model: model.name, cost: cost)))
    }

    /// The model's answer; nil if the run is over instead.
    private func answer(to request: ModelRequest) async throws -> ModelResponse? {
        var request = request
        if wasPrunedHard { request.turns = settings.history.prunedHard(turns) }
        do {
            return try await ask(request)
        } catch let error as CancellationError {
            throw error
        } catch let error as GodHandError where error.code == .modelContextFull && !wasPrunedHard {
            wasPrunedHard = true
            return try await answer(to: request)
        } catch let error as GodHandError {
            if error.code == .modelContextFull {
                outcome = .stopped("The conversation does not fit into the model's context. \(error.message)")
            } else if let left = timeLeft, left <= .zero {
                outcome = .stopped("The limit of \(settings.limits.time?.formattedSeconds ?? "time").")
            } else {
                outcome = .failed(code: error.code, message: error.message)
            }
            return nil
        } catch {
            outcome = .failed(code: .modelProtocol, message: "The model failed with an error of another kind.")
            return nil
        }
    }

    private func ask(_ request: ModelRequest) async throws -> ModelResponse? {
        let (model, progress, left) = (model, settings.progress, timeLeft)
        return try await control.perform(unless: { $0.stopReason != nil }) {
            guard let left else { return try await model.respond(to: request, progress: progress) }
            return try await withDeadline(left, "The run") { try await model.respond(to: request, progress: progress) }
        }
    }

    /// What follows from how the turn ended, beside its actions.
    private func consider(_ response: ModelResponse, isEmpty: Bool) {
        if response.stop == .paused, isEmpty {
            pauses += 1
            if pauses > 10 { outcome = .stopped("The model's provider paused it again and again.") }
            return
        }
        pauses = 0
        if response.stop == .refused {
            let said = response.text.shortened(to: 300)
            outcome = .failed(
                code: .modelRefused, message: "The model declines to go on\(said.isEmpty ? "." : ": \(said)")")
            return
        }
        guard isEmpty else {
            wasAskedToAct = false
            return
        }
        if response.stop == .length {
            notices.append(.text("Your answer was cut off because it was too long. Be brief, and act."))
        } else if wasAskedToAct || !settings.abilities.contains(.finish) {
            // It was told already how to say so, or cannot: its words are taken for it.
            open?.finish(saying: response.text)
        } else {
            wasAskedToAct = true
            notices.append(
                .text(
                    "You did nothing. Go on with an action; if the goal is reached, or cannot be, say so with the "
                        + "action for it."))
        }
    }

    private func countIdleTurn() -> Bool {
        guard let open else { return true }
        // A paused turn is no answer yet.
        if pauses > 0 { return true }
        idleTurns = open.steps == 0 ? idleTurns + 1 : 0
        guard idleTurns >= max(2, settings.recovery.idleTurns) else { return true }
        outcome = .abandoned("The model did nothing that could be done, \(idleTurns) turns in a row.")
        return false
    }

    private func takeHints() {
        let (hints, isStale) = control.take { state -> ([String], Bool) in
            defer {
                state.hints = []
                state.looksStale = state.isTakenOver
            }
            return (state.hints, state.looksStale)
        }
        if isStale {
            forgetScreen()
            sight = nil
            notices.append(.text("A person has used the machine meanwhile. Look at the screen afresh."))
        }
        notices += hints.map { .text("The user says: \($0)") }
    }
}

extension OpenTurn {
    /// A claim that the model makes by words alone.
    mutating func finish(saying text: String) { insert(.action(ActionCall(id: "", action: .done(text)))) }
}
