public import GodHandCore

/// A place in the tree of a search: the machine on which it began, or what an alternative led to.
///
/// Whoever proposes or scores may look at the machine, and should leave it as it is: its forks begin from there.
public struct BranchPoint: Sendable {
    /// The branch, counted from one. Zero is the machine on which the search began.
    public let branch: Int
    /// How many alternatives lie between the beginning and here.
    public let depth: Int
    /// The titles of those alternatives, in order.
    public let path: [String]
    /// The machine.
    public let sandbox: Sandbox
    /// What is seen here; nil for a machine without a display.
    public let sight: Sight?
    /// What the alternative came to; nil at the beginning, and for a closure that reports nothing.
    public let report: RunReport?
    /// How good this place is; nil at the beginning, and while it is being scored.
    public let score: BranchScore?

    let journal: SearchJournal

    /// Counts what proposing or scoring cost, against the limits of the search.
    public func charge(_ cost: StepCost) async { await journal.charge(cost, to: branch) }
}
