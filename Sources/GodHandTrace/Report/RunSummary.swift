import Foundation
import GodHandCore

/// What the top of a report says of a run, and the entries below.
struct RunSummary {
    private(set) var header: RunHeader?
    private(set) var outcome: Outcome?
    private(set) var entries: [ReportEntry] = []
    private(set) var longestStep: Duration = .zero
    private var begin: Date?
    private var duration: Duration = .zero
    private var verdicts: [Verdict] = []
    private var segments: [(step: Step, start: Duration)] = []
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
            let total = step.timings.total
            longestStep = max(longestStep, total)
            segments.append((step, max(.zero, elapsed - total)))
            entries.append(.step(step, elapsed, anchor: "s\(step.index)"))
            tree.begins(with: step.after.screenshot)
        case .check(let verdict):
            verdicts.append(verdict)
            entries.add(check: verdict, at: elapsed)
        // What was said is the same as what the steps tell, so the page leaves it out.
        case .modelTurn, .exec: break
        case .decision(let decision): entries.append(.notice(ReportWords.decision(decision), elapsed))
        case .intervention(let intervention):
            entries.append(.notice(ReportWords.intervention(intervention), elapsed))
        case .branch(let event): return tree.add(event, at: elapsed)
        case .within(let branch, let event):
            if case .step(let step) = event.innermost {
                longestStep = max(longestStep, step.timings.total)
                if let verdict = step.verdict { verdicts.append(verdict) }
            }
            return tree.add(event.innermost, in: branch, at: elapsed)
        case .finished(let outcome):
            self.outcome = outcome
            entries.append(.finished(outcome, elapsed))
        }
        return true
    }

    var headMarkup: Markup {
        """
        <header class="top"><h1>\(header?.goal ?? "A run without a beginning")</h1>
        \(outcomeMarkup)
        \(factsMarkup)
        \(notices.map { note -> Markup in #"<p class="notice">\#(note)</p>"# })
        \(stripMarkup)</header>
        """
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
            fact("Steps", String(segments.count + tree.steps), big: true),
        ]
        if !tree.isEmpty { facts.append(fact("Branches", String(tree.count), big: true)) }
        let all = verdicts + segments.compactMap(\.step.verdict)
        if !all.isEmpty {
            facts.append(fact("Checks passed", "\(all.count { $0.passed }) of \(all.count)", big: true))
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

    /// The whole run from left to right, a block for each step.
    private var stripMarkup: Markup {
        let whole = Seconds.value(duration)
        // In a search much happens at once, and the tree tells more.
        guard whole > 0, !segments.isEmpty, tree.isEmpty else { return .empty }
        let blocks = segments.map { step, start -> Markup in
            let x = Int(Seconds.value(start) / whole * 10_000)
            let width = max(20, Int(Seconds.value(step.timings.total) / whole * 10_000))
            return """
                <a href="#s\(step.index)" class="\(ReportWords.tone(step.verdict))"><title>\(step.index). \
                \(step.intent)</title><rect x="\(x)" y="0" width="\(width)" height="30"/></a>
                """
        }
        return """
            <svg class="strip" viewBox="0 0 10000 30" preserveAspectRatio="none" role="img" \
            aria-label="The steps on a line of time">\(blocks)</svg>\
            <p class="ends"><span>0 s</span><span>\(ReportWords.duration(duration))</span></p>
            """
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
