public import GodHandCore

/// What a search came to: the winner, what it took, and every branch that was tried.
public struct SearchReport: Sendable {
    /// What the search was for.
    public var goal: String
    /// How it ended.
    public var outcome: SearchOutcome
    /// Every branch, in the order in which they were opened.
    public var branches: [Branch]
    /// What it took.
    public var expense: SearchExpense
    /// How long it took.
    public var duration: Duration

    /// The branch that reached the goal; nil if none did.
    public var winner: BranchFinding? { if case .found(let finding) = outcome { finding } else { nil } }
}

/// How a search ended. That the goal was not reached is an outcome, not an error.
public enum SearchOutcome: Sendable {
    /// This branch reached the goal, and its machine goes on.
    case found(BranchFinding)
    /// Everything that was allowed was tried. The machine of the branch that came closest is there still; nil if all
    /// failed.
    case exhausted(best: BranchFinding?)
    /// A limit ended it; which one, and what came closest until then.
    case stopped(String, best: BranchFinding?)
}

/// What a search hands over: a machine to go on with, and how it came to be.
public struct BranchFinding: Sendable {
    /// The machine. It belongs to the scope of the search.
    public var sandbox: Sandbox
    /// How good it is.
    public var score: BranchScore
    /// The branches that led to it, the last one is its own.
    public var path: [Branch]
    /// What its own alternative reported; nil for a closure that reports nothing.
    public var report: RunReport?
}

/// A branch of a search, as it is told of afterwards.
public struct Branch: Sendable, Hashable {
    /// Its number, from one.
    public var id: Int
    /// The branch of which it is a fork. Zero is the machine on which the search began.
    public var parent: Int
    /// How many alternatives lie between the beginning and it, itself included.
    public var depth: Int
    /// What was tried.
    public var title: String
    /// The fork in which it was tried.
    public var sandbox: SandboxID
    /// How good it was; nil if it failed or was broken off before it was scored.
    public var score: BranchScore?
    /// What became of it.
    public var fate: BranchClosing.Fate
    /// Why.
    public var reason: String
}
