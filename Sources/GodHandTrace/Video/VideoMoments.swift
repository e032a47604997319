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
}

/// Gathers the moments of a run: of a search those of the way that won, if one did.
struct VideoMoments {
    private(set) var all: [VideoMoment] = []
    /// Commands of which it is not known yet to what they belong, with their branch.
    private var waiting: [(branch: Int?, command: CommandRun)] = []
    private let tree: BranchTree
    /// More would be read by nobody.
    private static let most = 3

    init(_ trace: Trace, _ tree: BranchTree) {
        self.tree = tree
        for event in trace.events {
            guard case .within(let branch, let inner) = event else {
                add(event, in: nil)
                continue
            }
            if tree.winners.isEmpty || tree.winners.contains(branch) { add(inner.innermost, in: branch) }
        }
        for branch in Set(waiting.map(\.branch)) { tellCommands(of: branch, except: nil) }
    }

    var steps: Int { all.count { if case .step = $0 { true } else { false } } }

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
