import GodHandCore

/// The branches of a search, as a trace tells of them.
///
/// A parent is older than its forks, so whatever was written, this is a tree.
struct BranchTree {
    /// One branch.
    struct Node {
        let id: Int
        let opening: BranchOpening
        let openedAt: Duration
        let depth: Int
        var score: BranchScore?
        var closing: BranchClosing?
        /// What it showed last.
        var screen: Screenshot?
        /// What its first step saw.
        var first: Screenshot?
        var entries: [ReportEntry] = []
        /// Commands that ran for the step that follows.
        var commands: [CommandRun] = []
        var steps = 0
        var children: [Int] = []
    }

    /// More branches than a person looks at are counted, not drawn.
    private static let most = 500

    private(set) var nodes: [Int: Node] = [:]
    /// The forks of the machine on which the search began.
    private(set) var roots: [Int] = []
    var count: Int { known.count }
    private(set) var steps = 0
    /// What the machine showed on which the search began.
    private(set) var beginning: Screenshot?
    /// All branches, those that are not drawn included.
    private var known: Set<Int> = []
    /// The branches from the first to the one that won.
    private(set) var winners: Set<Int> = []

    var isEmpty: Bool { nodes.isEmpty }

    /// Takes in what was seen of the machine on which the search begins, before its first branch.
    mutating func begins(with screen: Screenshot) {
        if isEmpty { beginning = screen }
    }

    /// - Returns: False for an event that has no place.
    mutating func add(_ event: BranchEvent, at elapsed: Duration) -> Bool {
        let id = event.branch
        switch event.change {
        case .opened(let opening):
            guard !known.contains(id), opening.parent == 0 || known.contains(opening.parent) else { return false }
            known.insert(id)
            guard count <= Self.most else { return true }
            nodes[id] = Node(
                id: id, opening: opening, openedAt: elapsed, depth: (nodes[opening.parent]?.depth ?? 0) + 1)
            if opening.parent == 0 { roots.append(id) } else { nodes[opening.parent]?.children.append(id) }
        case .scored(let score, let screen):
            guard known.contains(id) else { return false }
            nodes[id]?.score = score
            if let screen { nodes[id]?.screen = screen }
        case .closed(let closing):
            guard known.contains(id) else { return false }
            nodes[id]?.closing = closing
            if let screen = closing.screen { nodes[id]?.screen = screen }
            if closing.fate == .won { markWinners(to: id) }
        }
        return true
    }

    /// - Returns: Where it is told; nil for an event that has no place.
    mutating func add(_ event: RunEvent, in branch: Int, at elapsed: Duration) -> String? {
        if case .step = event { steps += 1 }
        guard var node = nodes[branch] else { return known.contains(branch) ? "b\(branch)" : nil }
        var anchor = "b\(branch)"
        switch event {
        case .step(let step):
            node.steps += 1
            anchor = "b\(branch)s\(node.steps)"
            node.entries.append(.step(step, elapsed, anchor: anchor, commands: node.commands))
            node.commands = []
            node.first = node.first ?? step.before.screenshot
            node.screen = step.after.screenshot
        case .check(let verdict): node.entries.add(check: verdict, at: elapsed)
        case .lifecycle(let event): node.entries.append(.lifecycle(event, elapsed))
        case .decision(let decision): node.entries.append(.notice(ReportWords.decision(decision), elapsed))
        case .intervention(let intervention):
            node.entries.append(.notice(ReportWords.intervention(intervention), elapsed))
        case .exec(let command): node.commands.append(command)
        case .started, .finished, .modelTurn, .branch, .within: break
        }
        nodes[branch] = node
        return anchor
    }

    private mutating func markWinners(to id: Int) {
        winners = []
        var next = id
        while let node = nodes[next] {
            winners.insert(next)
            next = node.opening.parent
        }
    }

    /// All pictures that may be shown of it, branch after branch, so that neighbours are alike.
    var screenshots: [Screenshot] {
        [beginning].compactMap(\.self)
            + inOrder.flatMap { node in
                [node.first].compactMap(\.self) + node.entries.flatMap(\.screenshots)
                    + [node.screen].compactMap(\.self)
            }
    }

    /// All branches, each before what comes of it.
    var inOrder: [Node] {
        var order: [Node] = []
        var left = Array(roots.reversed())
        while let id = left.popLast() {
            guard let node = nodes[id] else { continue }
            order.append(node)
            left += node.children.reversed()
        }
        return order
    }
}
