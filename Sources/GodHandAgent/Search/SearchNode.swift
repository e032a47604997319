import GodHandCore

/// A branch while the search is under way. Number zero is the machine on which it began.
struct SearchNode {
    let id: Int
    let parent: Int
    let depth: Int
    let title: String
    let path: [String]
    let sandbox: Sandbox
    var sight: Sight?
    var report: RunReport?
    var score: BranchScore?
    /// What can be tried from here; nil before it was asked for.
    var alternatives: [Alternative]?
    /// How many of them were begun.
    var begun = 0
    /// How many of them have their fork.
    var forked = 0
    /// What became of it, once that is known.
    var ending: (fate: BranchClosing.Fate, reason: String)?
    /// What would have become of it, were it not the best so far.
    var spare: (fate: BranchClosing.Fate, reason: String)?
    /// Why it could not be gone on from, if that was tried.
    var deadEnd: String?
    /// Whether its machine is there.
    var isLive = true

    var candidate: SearchFrontier.Candidate {
        SearchFrontier.Candidate(branch: id, depth: depth, score: score?.value ?? 0)
    }

    var branch: Branch {
        Branch(
            id: id, parent: parent, depth: depth, title: title, sandbox: sandbox.id, score: score,
            fate: ending?.fate ?? .cancelled, reason: ending?.reason ?? "")
    }
}

/// An alternative that is to be tried.
struct SearchJob: Sendable {
    let branch: Int
    let parent: Int
    let alternative: Alternative
}

/// What the tasks of a round tell.
enum SearchEvent: Sendable {
    case forked([SearchJob], Result<[Sandbox], any Error>, took: Duration)
    case tried(Int, BranchTrial)
    case destroyed
    case timeIsUp
}

/// The tasks of a round.
struct SearchTasks {
    var group: TaskGroup<SearchEvent>
    /// How many have not ended, the timer not counted.
    var count = 0
    /// How many branches run.
    var running = 0
    var isForking = false
}
