/// Something that happens to a branch of a search: to an alternative that is tried in a fork of its own.
public struct BranchEvent: Sendable, Hashable {
    /// The branch, counted from one. Zero is the machine on which the search began.
    public var branch: Int
    /// What happened.
    public var change: Change

    /// Makes an event.
    public init(_ branch: Int, _ change: Change) {
        self.branch = branch
        self.change = change
    }

    /// The stations of a branch.
    public enum Change: Sendable, Hashable {
        /// Its fork is there, and what is to be tried begins.
        case opened(BranchOpening)
        /// What was tried is done, and was judged; the screen shows what it led to.
        case scored(BranchScore, screen: Screenshot?)
        /// Nothing more comes of it by itself.
        case closed(BranchClosing)
    }
}

/// Where a branch comes from, and what is tried in it.
public struct BranchOpening: Sendable, Hashable, Codable {
    /// The branch of which it is a fork. Zero is the machine on which the search began.
    public var parent: Int
    /// What is tried, in a few words.
    public var title: String
    /// Why, in the words of whoever proposed it.
    public var reasoning: String?
    /// The fork.
    public var sandbox: SandboxID
    /// What the fork kept of its origin.
    public var preservation: Preservation
    /// How long it took to make the fork and those that were made with it.
    public var took: Duration?

    /// Makes a record of how a branch begins.
    public init(
        parent: Int, title: String, reasoning: String? = nil, sandbox: SandboxID, preservation: Preservation,
        took: Duration? = nil
    ) {
        self.parent = parent
        self.title = title
        self.reasoning = reasoning
        self.sandbox = sandbox
        self.preservation = preservation
        self.took = took
    }
}

/// How good the state is that a branch led to.
public struct BranchScore: Sendable, Hashable, Codable {
    /// From 0, of no use, to 1.
    public let value: Double
    /// Whether the goal is reached, so that nothing else needs to be tried.
    public var reachesGoal: Bool
    /// Why, in a sentence.
    public var reason: String
    /// What was checked, if it was.
    public var verdicts: [Verdict]

    /// Makes a score.
    ///
    /// - Parameters:
    ///   - value: From 0 to 1; what lies beyond counts as the nearer of the two, and what is no number as 0.
    ///   - reachesGoal: Whether the goal is reached; nil if that is so at 1.
    ///   - reason: Why.
    ///   - verdicts: What was checked.
    public init(_ value: Double, reachesGoal: Bool? = nil, reason: String = "", verdicts: [Verdict] = []) {
        self.value = value.isNaN ? 0 : min(1, max(0, value))
        self.reachesGoal = reachesGoal ?? (value >= 1)
        self.reason = reason
        self.verdicts = verdicts
    }
}

/// How a branch ended.
public struct BranchClosing: Sendable, Hashable {
    /// What became of it.
    public var fate: Fate
    /// Why, in a sentence.
    public var reason: String
    /// The last that was seen of it, where it was not scored.
    public var screen: Screenshot?
    /// How many steps were done in it.
    public var steps: Int
    /// What its steps cost.
    public var cost: StepCost

    /// Makes a record of how a branch ended.
    public init(
        _ fate: Fate, reason: String, screen: Screenshot? = nil, steps: Int = 0, cost: StepCost = StepCost()
    ) {
        self.fate = fate
        self.reason = reason
        self.screen = screen
        self.steps = steps
        self.cost = cost
    }

    /// What can become of a branch.
    public enum Fate: String, Sendable, Hashable, Codable {
        /// Its machine goes on in place of the one on which the search began.
        case won
        /// It was forked, and what came of it are its forks.
        case continued
        /// Others were better.
        case lost
        /// What was tried did not work.
        case failed
        /// It was broken off, since another one won or a limit was reached.
        case cancelled
    }
}
