public import GodHandCore

/// Tries several ways at a decision point, each in a fork of the machine, and goes on with the best.
///
/// ```swift
/// let search = BranchSearch(width: 3, depth: 4, score: .checks([.fileExists("/home/user/letter.pdf")]))
/// let report = try await search.run("Export the letter", from: base, in: scope) { point in
///     [Alternative("Through the menu", steps: menu), Alternative("With the keyboard", steps: keys)]
/// }
/// if case .found(let finding) = report.outcome { print(finding.path.map(\.title), finding.sandbox.id) }
/// ```
/// A branch that fails is a failed branch, not a failed search. Losers are destroyed at once. When a branch reaches the
/// goal, the others are broken off, and its machine goes on in place of the one on which the search began.
public struct BranchSearch: Sendable {
    /// The most alternatives that are tried at one point.
    public var width: Int
    /// The most alternatives that are tried one upon the other.
    public var depth: Int
    /// What is tried next.
    public var strategy: Strategy
    /// Says how good a branch is; nil for the checks of the goal.
    public var score: BranchScorer?
    /// The most branches that run at once.
    public var concurrency: Int
    /// Where the search ends at the latest.
    public var limits = SearchLimits()
    /// What survives in forks; nil for the memory where the machine can keep it, and else the disk.
    public var preservation: Preservation?
    /// Whether the first branch that reaches the goal ends the search. If not, those beside it are heard, too.
    public var stopsEarly = true
    /// Whether the machine on which the search began stays when another one wins.
    public var keepsBase = false

    /// Makes a search.
    ///
    /// - Parameters:
    ///   - width: The most alternatives that are tried at one point.
    ///   - depth: The most alternatives that are tried one upon the other.
    ///   - strategy: What is tried next.
    ///   - score: Says how good a branch is; nil for the checks of the goal.
    ///   - concurrency: The most branches that run at once; nil for as many as are tried at one point.
    public init(
        width: Int = 3, depth: Int = 3, strategy: Strategy = .beam(1), score: BranchScorer? = nil,
        concurrency: Int? = nil
    ) {
        self.width = width
        self.depth = depth
        self.strategy = strategy
        self.score = score
        self.concurrency = concurrency ?? width
    }

    /// What is tried next.
    public enum Strategy: Sendable, Hashable {
        /// Level by level: everything is tried from the best few of a level, and the best few of what comes of that are
        /// the next level. With one, each decision is final.
        case beam(Int)
        /// From the best place that is known, on whatever level. At most so many places wait, each on a live machine.
        case bestFirst(keeping: Int = 4)
        /// One alternative after the other, each from the last place whose score was good enough. Where none of them is,
        /// it goes back to the place before, and tries what is left there.
        case firstGood(atLeast: Double = 0.5)
    }

    /// Searches.
    ///
    /// - Parameters:
    ///   - goal: What to reach. Its checks are the score, unless the search has a scorer.
    ///   - base: The machine to begin from. It is destroyed once another one has won, unless ``keepsBase``; else it is
    ///     left as it is.
    ///   - scope: Where the machine lives, and the forks will.
    ///   - recorder: Told of everything as one tree.
    ///   - propose: Says what can be tried at a point, at most ``width`` ways; none if there is nothing.
    /// - Returns: The winner and the tree. That the goal was not reached, or that a branch failed, is no error.
    /// - Throws: `GodHandError` with `request.invalid` for a width, depth or concurrency below one; what the first
    ///   proposal or the first fork throws; what the recorder throws; `CancellationError`. All forks are gone then.
    public func run(
        _ goal: Goal, from base: Sandbox, in scope: SandboxScope, recorder: (any RunRecorder)? = nil,
        propose: @escaping @Sendable (BranchPoint) async throws -> [Alternative]
    ) async throws -> SearchReport {
        try await run(goal, from: base, in: scope, preparesForks: false, recorder: recorder, propose: propose)
    }

    /// - Parameter preparesForks: Whether proposing takes so long that forks are worth preparing meanwhile.
    func run(
        _ goal: Goal, from base: Sandbox, in scope: SandboxScope, preparesForks: Bool, recorder: (any RunRecorder)?,
        propose: @escaping @Sendable (BranchPoint) async throws -> [Alternative]
    ) async throws -> SearchReport {
        guard width > 0, depth > 0, concurrency > 0 else {
            throw GodHandError(
                .invalidRequest, "A search of width \(width), depth \(depth) and concurrency \(concurrency) is none.",
                hint: "Each must be at least one.")
        }
        return try await SearchRun(self, goal, base, scope, preparesForks, recorder, propose).run()
    }
}

extension BranchSearch.Strategy {
    /// For people.
    var words: String {
        switch self {
        case .beam(let width): "beam of \(width)"
        case .bestFirst: "best first"
        case .firstGood: "first good one"
        }
    }
}
