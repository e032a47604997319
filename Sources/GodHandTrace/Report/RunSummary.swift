import Foundation
import GodHandCore

/// What the top of a report says of a run, and the entries below.
struct RunSummary {
    private(set) var header: RunHeader?
    private(set) var outcome: Outcome?
    private(set) var entries: [ReportEntry] = []
    private(set) var chart = RunChart()
    private var begin: Date?
    private var duration: Duration = .zero
    private var verdicts: [Verdict] = []
    private var steps = 0
    /// Commands that ran for the step that follows.
    private var commands: [CommandRun] = []
    /// What was seen last.
    private var screen: Screenshot?
    private var notices: [String] = []
    /// The branches, for a search.
    private(set) var tree = BranchTree()

    /// What the page is called in a window's title.
    var title: String { header.map { "\($0.goal) · GodHand" } ?? "GodHand run report" }

    init(_ trace: Trace) {
        var unknown = 0
        var missing = 0
        begin = trace.records.first?.time
        duration = trace.records.last?.elapsed ?? .zero
        for record in trace.records {
            missing += record.missingBlobs.count
            guard let event = record.event else {
                unknown += 1
                continue
            }
            if !add(event, at: record.elapsed) { unknown += 1 }
        }
        if outcome == nil { entries.append(.unfinished) }
        if missing > 0 { notices.append("\(missing) pictures are missing or damaged.") }
        if unknown > 0 { notices.append("\(unknown) records are of a kind that this version does not know.") }
        if let tail = trace.tail {
            notices.append("The trace ends in \(tail.length) bytes that are not whole (\(tail.reason.rawValue)).")
        }
    }

    /// - Returns: False for an event that has no place.
    private mutating func add(_ event: RunEvent, at elapsed: Duration) -> Bool {
        switch event {
        case .started(let header): self.header = header
        case .lifecycle(let event): entries.append(.lifecycle(event, elapsed))
        case .step(let step):
            steps += 1
            let anchor = "s\(steps)"
            chart.add(RunChart.Block(step: step, anchor: anchor, end: elapsed, lane: 0))
            entries.append(.step(step, elapsed, anchor: anchor, commands: commands))
            commands = []
            if let verdict = step.verdict { verdicts.append(verdict) }
            screen = step.after.screenshot
            tree.begins(with: step.after.screenshot)
        case .check(let verdict):
            verdicts.append(verdict)
            entries.add(check: verdict, at: elapsed)
        case .exec(let command): commands.append(command)
        // What was said is the same as what the steps tell, so the page leaves it out.
        case .modelTurn: break
        case .decision(let decision): entries.append(.notice(ReportWords.decision(decision), elapsed))
        case .intervention(let intervention):
            entries.append(.notice(ReportWords.intervention(intervention), elapsed))
        case .branch(let event): return tree.add(event, at: elapsed)
        case .within(let branch, let event):
            guard let anchor = tree.add(event.innermost, in: branch, at: elapsed) else { return false }
            if case .step(let step) = event.innermost {
                chart.add(RunChart.Block(step: step, anchor: anchor, end: elapsed, lane: branch))
                if let verdict = step.verdict { verdicts.append(verdict) }
            }
        case .finished(let outcome):
            self.outcome = outcome
            entries.append(.finished(outcome, elapsed))
        }
        return true
    }

    func headMarkup(album: Album) -> Markup {
        let last = tree.nodes[tree.winners.max() ?? 0]?.screen ?? screen
        let picture = last.flatMap { album.picture($0, marks: .empty, label: "The screen at the end") }
        let end: Markup =
            picture.map {
                #"<figure class="last shot"><button type="button">\#($0)</button><figcaption><span>At the end</span></figcaption></figure>"#
            } ?? .empty
        let goal = header?.goal ?? "A run without a beginning"
        return """
            <header class="top"><div class="story"><h1 class="\(goal.count > 70 ? "long" : "")"><bdi>\(goal)</bdi></h1>
            \(outcomeMarkup)
            \(factsMarkup)
            \(notices.map { note -> Markup in #"<p class="notice">\#(note)</p>"# })</div>\(end)
            \(chart.markup(duration))</header>
            """
    }

    /// All pictures that may be shown, in an order in which neighbours are alike.
    var screenshots: [Screenshot] {
        entries.flatMap(\.screenshots) + tree.screenshots + [screen].compactMap(\.self)
    }

    private var outcomeMarkup: Markup {
        let look = ReportWords.outcome(outcome)
        let text: Markup = look.text.isEmpty ? "" : "<bdi>\(look.text)</bdi>"
        return """
            <p class="outcome \(look.tone)"><span class="badge">\(look.icon.markup)\(look.title)</span>\(text)</p>
            """
    }

    private var factsMarkup: Markup {
        var facts: [Markup] = [
            fact("Duration", ReportWords.duration(duration), big: true),
            fact("Steps", ReportWords.count(steps + tree.steps), big: true),
        ]
        if !tree.isEmpty { facts.append(fact("Branches", String(tree.count), big: true)) }
        if !verdicts.isEmpty {
            facts.append(
                fact("Checks passed", "\(verdicts.count { $0.passed }) of \(verdicts.count)", big: true))
        }
        if let cost = chart.total {
            facts.append(fact("Tokens", ReportWords.count(cost.tokens), big: true))
            if let price = cost.price, price > 0 { facts.append(fact("Price", ReportWords.money(price), big: true)) }
        }
        if let header {
            facts.append(fact("Backend", header.backend))
            facts.append(fact("Image", header.spec.image))
            if let screen = header.spec.screen { facts.append(fact("Screen", "\(screen.width) × \(screen.height)")) }
            facts.append(fact("Sandbox", header.sandbox.rawValue))
            facts.append(fact("Planned by", header.planner))
        }
        if let begin { facts.append(fact("Began", ReportWords.moment(begin))) }
        return #"<dl class="facts">\#(facts)</dl>"#
    }

    private func fact(_ name: String, _ value: String, big: Bool = false) -> Markup {
        let tone = big ? "big" : ""
        return #"<div class="\#(tone)"><dt>\#(name)</dt><dd><bdi>\#(value)</bdi></dd></div>"#
    }
}

extension [ReportEntry] {
    /// Adds a check to those that stand at the end, or begins a block of them.
    mutating func add(check verdict: Verdict, at elapsed: Duration) {
        if case .checks(let others, let time)? = last {
            self[count - 1] = .checks(others + [verdict], time)
        } else {
            append(.checks([verdict], elapsed))
        }
    }
}

extension RunEvent {
    /// What happened, in however many searches it lies.
    var innermost: RunEvent { if case .within(branch: _, let inner) = self { inner.innermost } else { self } }
}
