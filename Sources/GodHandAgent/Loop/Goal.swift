import GodHandCore

/// What an agent is to reach, and what must hold once it has.
///
/// ```swift
/// let goal = Goal("Save the letter as letter.txt", checks: [.fileExists("/home/user/letter.txt")])
/// ```
/// The checks are what counts: a model that says that it is done is believed only if all of them pass.
public struct Goal: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The goal in words, as a person would say it.
    public var text: String
    /// What must hold for success. Without any, the model's word is taken for it.
    public var checks: [Assertion]

    /// Makes a goal.
    public init(_ text: String, checks: [Assertion] = []) {
        self.text = text
        self.checks = checks
    }

    /// Makes a goal without checks.
    public init(stringLiteral value: String) { self.init(value) }
}

/// When a run that gets nowhere is told so, and what is tried then.
public struct Recovery: Sendable {
    /// After how many ineffective or failed steps in a row the model is told to make another plan.
    public var replanAfter = 3
    /// After how many of them the machine is put back to its last good state; without ``restorePoints``, or after it was
    /// put back already, the run ends.
    public var giveUpAfter = 6
    /// How often the model may say that it is done when it is not.
    public var falseDones = 3
    /// How many turns in a row may bring no step: nothing to do, malformed calls, denied actions.
    public var idleTurns = 6
    /// Stores the machine now and then, to go back to; nil for never.
    public var restorePoints: RestorePoints?

    /// The usual patience, without restore points.
    public init() {}
}
