import GodHandCore

/// What a video tells of a run, in order.
enum VideoMoment {
    /// A step, the branch in which it was done, and the commands that ran for it.
    case step(Step, branch: String?, commands: [CommandRun])
    /// Commands that belong to no step.
    case commands([CommandRun], branch: String?)
    /// Something was decided about an action before it happened.
    case decision(ActionDecision, branch: String?)
    /// Somebody or something stepped in.
    case intervention(Intervention, branch: String?)
    /// Several ways are tried from here, each in a fork of the machine.
    case fork([BranchTree.Node], branch: String?)
    /// What became of one of them, and why.
    case fate(BranchTree.Node)
}

/// Gathers the moments of a run. Of a search these are those of the way that won, if one did; of what else was tried beside
/// it only what became of that.
struct VideoMoments {
    private(set) var all: [VideoMoment] = []
    /// Commands of which it is not known yet to what they belong, with their branch.
    private var waiting: [(branch: Int?, command: CommandRun)] = []
    private let tree: BranchTree
    /// The branches from which forks were told.
    private var forked: Set<Int> = []
    /// The branches of which it was told what became of them.
    private var judged: Set<Int> = []
    /// More would be read by nobody.
    private static let most = 3

    init(_ trace: Trace, _ tree: BranchTree) {
        self.tree = tree
        for event in trace.events {
            switch event {
            case .within(let branch, let inner): if isShown(branch) { add(inner.innermost, in: branch) }
            case .branch(let event): if isShown(event.branch) { add(event) }
            default: add(event, in: nil)
            }
        }
        for branch in Set(waiting.map(\.branch)) { tellCommands(of: branch, except: nil) }
    }

    var steps: Int { all.count { if case .step = $0 { true } else { false } } }

    private func isShown(_ branch: Int) -> Bool { tree.winners.isEmpty || tree.winners.contains(branch) }

    /// What was tried beside it is told before it: so what follows is what came of the best.
    private mutating func add(_ event: BranchEvent) {
        guard let node = tree.nodes[event.branch] else { return }
        switch event.change {
        case .opened(let opening):
            guard forked.insert(opening.parent).inserted else { return }
            let siblings = (tree.nodes[opening.parent]?.children ?? tree.roots).compactMap { tree.nodes[$0] }
            all.append(.fork(siblings, branch: name(opening.parent)))
            for sibling in siblings where !isShown(sibling.id) { all.append(.fate(sibling)) }
        case .scored, .closed:
            guard judged.insert(node.id).inserted else { return }
            all.append(.fate(node))
        }
    }

    private mutating func add(_ event: RunEvent, in branch: Int?) {
        switch event {
        case .exec(let command): waiting.append((branch, command))
        case .step(let step):
            tellCommands(of: branch, except: step.index)
            let own = waiting.filter { $0.branch == branch }.map(\.command)
            waiting.removeAll { $0.branch == branch }
            all.append(.step(step, branch: name(branch), commands: Array(own.prefix(Self.most))))
        case .decision(let decision):
            tellCommands(of: branch, except: nil)
            all.append(.decision(decision, branch: name(branch)))
        case .intervention(let intervention):
            tellCommands(of: branch, except: nil)
            all.append(.intervention(intervention, branch: name(branch)))
        case .started, .lifecycle, .check, .modelTurn, .branch, .within, .finished: break
        }
    }

    /// Commands that belong to no step come before what follows them.
    private mutating func tellCommands(of branch: Int?, except step: Int?) {
        func isOther(_ entry: (branch: Int?, command: CommandRun)) -> Bool {
            entry.branch == branch && (entry.command.step == nil || (step != nil && entry.command.step != step))
        }
        let commands = waiting.filter(isOther).map(\.command)
        waiting.removeAll(where: isOther)
        if !commands.isEmpty { all.append(.commands(Array(commands.prefix(Self.most)), branch: name(branch))) }
    }

    private func name(_ branch: Int?) -> String? {
        branch.flatMap { number in tree.nodes[number].map { "Branch \(number), \($0.opening.title)" } }
    }
}
