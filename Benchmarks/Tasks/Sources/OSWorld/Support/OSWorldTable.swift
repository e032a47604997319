import GodHandCore

/// What runs of a collection of tasks, as a page of Markdown. It names tasks by their ids alone.
public struct OSWorldTable: Sendable {
    private let rows: [(entry: OSWorldCatalog.Entry, support: OSWorldSupport)]

    /// Looks at all tasks.
    public init(_ catalog: OSWorldCatalog) {
        rows = catalog.entries.map { ($0, OSWorldSupport($0.task)) }
    }

    /// The page.
    public var markdown: String {
        (head + totals + reasons + functions + list).joined(separator: "\n") + "\n"
    }

    private var head: [String] {
        [
            "# OSWorld's tasks", "",
            "Which of the tasks of [OSWorld](https://github.com/xlang-ai/OSWorld) run on `godhand/osworld`, and why the others do",
            "not. `make bench-osworld` runs those for which a way is known, by that way and by doing nothing;",
            "`ARGS='--agent model'` has a model attempt all that run. The files and their evaluators are fetched for it: nothing",
            "of them is here. Our evaluator functions judge as theirs do, which tests compare on the same inputs.", "",
            "What differs from their machine: Debian's Chromium is their Chrome, there is no GNOME but its settings, nobody can",
            "become root, the machine has no network, and where their harness waits a fixed time ours waits for what is expected.",
            "What this newer browser notes for itself among its settings counts for nothing.",
            "", "This page is made by `bench-tasks --osworld FILE --table`; a test compares.", "",
        ]
    }

    private var totals: [String] {
        var lines = [
            "| | tasks | run | of these infeasible | do not run |", "|---|--:|--:|--:|--:|",
        ]
        let domains = Set(rows.map(\.entry.domain)).sorted()
        for (name, part) in domains.map({ name in (name, rows.filter { $0.entry.domain == name }) }) + [("all", rows)] {
            let running = part.filter(\.support.runs)
            let infeasible = running.count(where: \.support.isInfeasible)
            lines.append(
                "| \(name) | \(part.count) | \(running.count) | \(infeasible) | \(part.count - running.count) |")
        }
        return lines + [
            "", "An infeasible task cannot be done on purpose: what counts is that the agent says so.", "",
        ]
    }

    private var reasons: [String] {
        let stopped = rows.filter { !$0.support.runs }
        var counts: [String: (any: Int, only: Int)] = [:]
        for kinds in stopped.map({ Set($0.support.obstacles.map(\.kind)) }) {
            for kind in kinds {
                counts[kind, default: (0, 0)].any += 1
                if kinds.count == 1 { counts[kind, default: (0, 0)].only += 1 }
            }
        }
        var lines = ["| what stands in the way | tasks | and nothing else |", "|---|--:|--:|"]
        for (kind, count) in counts.sorted(by: { ($1.value.any, $0.key) < ($0.value.any, $1.key) }) {
            lines.append("| \(kind) | \(count.any) | \(count.only) |")
        }
        return lines + [""]
    }

    private var functions: [String] {
        let names = rows.flatMap { $0.entry.task.evaluator.function.elements }
        let all = Set(names).subtracting(["infeasible"])
        let known = all.intersection(Judgement.known)
        let getters = rows.flatMap { $0.entry.task.evaluator.checks }.flatMap { [$0.result, $0.expected] }
        let kinds = Set(getters.compactMap { $0?["type"]?.string })
        return [
            "\(known.count) of \(all.count) evaluator functions are known: \(known.sorted().joined(separator: ", ")).",
            "",
            "\(kinds.intersection(StateReader.known).count) of \(kinds.count) getters are known: "
                + "\(kinds.intersection(StateReader.known).sorted().joined(separator: ", ")).", "",
        ]
    }

    private var list: [String] {
        var lines = ["| task | runs | what stands in the way |", "|---|---|---|"]
        for (entry, support) in rows {
            let runs = support.runs ? support.isInfeasible ? "to be declined" : "yes" : ""
            let reasons = support.obstacles.map(\.description).joined(separator: ", ")
            lines.append("| \(entry.domain) `\(entry.task.id)` | \(runs) | \(reasons) |")
        }
        return lines
    }
}
