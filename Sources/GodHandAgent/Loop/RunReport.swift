public import GodHandCore

/// What a run came to.
public struct RunReport: Sendable, Hashable {
    /// What the run was for.
    public var goal: String
    /// How it ended, without secret values.
    public var outcome: Outcome = .stopped("It has not ended.")
    /// What was done.
    public var steps: [Step] = []
    /// What was found out at the end, without secret values.
    public var checks: [Verdict] = []
    /// How long all of it took.
    public var duration: Duration = .zero
    /// How often the model was asked.
    public var turns = 0
    /// What the models cost, that which plans and that which judges.
    public var cost = StepCost()
    /// The machine on which it ended, where that is another one than it began on: it was put back to a stored disk.
    public var restoredAs: SandboxID?

    /// A report of a run that has just begun.
    public init(goal: String) { self.goal = goal }

    /// Whether the goal was reached.
    public var isAchieved: Bool { if case .achieved = outcome { true } else { false } }
}

extension Outcome {
    /// The outcome of a run that an error ended.
    init(endedBy error: any Error) {
        self =
            switch error {
            case is CancellationError: .stopped("It was cancelled.")
            case let error as GodHandError: .failed(code: error.code, message: error.message)
            default: .failed(code: .hostFailed, message: "An error of another kind ended the run.")
            }
    }
}
