/// The places from which a search may go on, and which of them comes next. It only decides; the run acts.
struct SearchFrontier {
    /// A place that was scored.
    struct Candidate: Equatable {
        var branch: Int
        var depth: Int
        var score: Double
    }

    private let strategy: BranchSearch.Strategy
    private let depth: Int
    private var open: [Candidate]

    /// A search that begins at its base.
    init(_ strategy: BranchSearch.Strategy, depth: Int) {
        self.strategy = strategy
        self.depth = depth
        open = depth > 0 ? [Candidate(branch: 0, depth: 0, score: 0)] : []
    }

    /// Takes a place in.
    ///
    /// - Returns: Those for which there is no use any more, it itself perhaps.
    mutating func add(_ candidate: Candidate) -> [Int] {
        switch strategy {
        case .beam(let width): return insert(candidate, keeping: max(1, width))
        case .bestFirst(let width):
            // Where nothing can come after, nothing is to be gone on with.
            guard candidate.depth < depth else { return [candidate.branch] }
            return insert(candidate, keeping: max(1, width))
        case .firstGood(let least):
            guard candidate.score >= least, candidate.depth < depth else { return [candidate.branch] }
            open.append(candidate)
            return []
        }
    }

    /// Takes out the places from which to go on now; none if the search is over.
    mutating func next() -> [Int] {
        switch strategy {
        case .beam:
            let level = open
            open = []
            return level.filter { $0.depth < depth }.map(\.branch)
        case .bestFirst: return open.isEmpty ? [] : [open.removeFirst().branch]
        case .firstGood: return open.last.map { [$0.branch] } ?? []
        }
    }

    /// Forgets a place from which everything was tried.
    mutating func remove(_ branch: Int) { open.removeAll { $0.branch == branch } }

    /// How many alternatives are tried before it is decided anew what comes next; nil for all of them.
    var stride: Int? { if case .firstGood = strategy { 1 } else { nil } }

    /// The best first; of equals, the one that was opened first.
    private mutating func insert(_ candidate: Candidate, keeping count: Int) -> [Int] {
        let place = open.firstIndex { Self.isBetter(candidate, $0) } ?? open.endIndex
        open.insert(candidate, at: place)
        guard open.count > count else { return [] }
        return [open.removeLast().branch]
    }

    static func isBetter(_ one: Candidate, _ other: Candidate) -> Bool {
        one.score == other.score ? one.branch < other.branch : one.score > other.score
    }
}
