import GodHandCore

extension AgentRun {
    /// Takes a run up where another process left it: its conversation, what it cost, and what of its limits is spent.
    ///
    /// - Parameter machine: What is to be known of the machine.
    /// - Throws: `GodHandError` with `data.damaged` if the conversation cannot be read, `request.invalid` if the other
    ///   process is still at it.
    func takeUp(_ run: RecordedRun, machine: ResumedMachine) throws {
        guard !run.isBeingWritten || run.outcome != nil else {
            throw GodHandError(
                .invalidRequest, "The run has not ended: a process still writes its trace.",
                hint: "Wait until that process has ended, or end it.")
        }
        turns = try run.events.conversation()
        for event in run.events {
            guard case .modelTurn(let entry) = event else { continue }
            takenUp.append(event)
            if entry.speaker == .model { report.turns += 1 }
            if let cost = entry.cost { report.cost = report.cost + cost }
        }
        continuation = run.continuation
        stepsBefore = run.lastStep
        judgeCost = run.judgeCost
        if let judgeCost { report.cost = report.cost + judgeCost }
        takenUp += machine.events
        takenUp.append(.intervention(Intervention(.continued, machine.words(after: stepsBefore))))
        if let words = machine.notice(after: stepsBefore) { notices.append(.text(words)) }
        takeUpTurn()
    }

    /// Answers what the model asked for last, as far as it is known what came of it.
    private func takeUpTurn() {
        guard case .model(let response)? = turns.last else {
            notices.append(.text("The run was interrupted, and goes on. The screen may have changed since."))
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
        notices.append(.text("The run was interrupted, and goes on. Look at the screen to see what was done."))
    }
}

/// The machine on which a run goes on that another process began.
enum ResumedMachine {
    /// The caller's: what is on it is not known here.
    case given
    /// One that was made of what had been stored after a step.
    case restored(Snapshot, step: Int, LifecycleEvent)
    /// A new one, on which nothing was done.
    case fresh(LifecycleEvent)

    var events: [RunEvent] {
        switch self {
        case .given: []
        case .restored(_, step: _, let event), .fresh(let event): [.lifecycle(event)]
        }
    }

    /// For the trace.
    func words(after last: Int) -> String {
        switch self {
        case .given: "On a machine that the program gave."
        case .restored(_, let step, _): "On the machine as it was \(Self.when(step))." + Self.undone(step, last)
        case .fresh: "On a new machine, on which nothing was done."
        }
    }

    /// For the model.
    func notice(after last: Int) -> String? {
        switch self {
        case .given: nil
        case .restored(let snapshot, let step, _):
            "The machine was put back to how it was \(Self.when(step))." + Self.undone(step, last)
                + (snapshot.preserves == .filesystem ? " Programs that were open are not open any more." : "")
        case .fresh: "The machine is a new one: nothing that you did before is on it. Begin again."
        }
    }

    private static func when(_ step: Int) -> String { step == 0 ? "before the first step" : "after step \(step)" }

    private static func undone(_ step: Int, _ last: Int) -> String {
        switch last - step {
        case ...0: ""
        case 1: " What step \(last) did is not on it."
        default: " What steps \(step + 1) to \(last) did is not on it."
        }
    }
}
