import GodHandCore

/// Where the time of a run went: a lane for the run and for each branch, a block for each step, a colour for each phase.
struct RunChart {
    /// One step on the line of time.
    struct Block {
        let step: Step
        let anchor: String
        let end: Duration
        /// Zero for the run itself, else a branch.
        let lane: Int
    }

    private static let mostLanes = 24
    private static let width = 10_000

    private var blocks: [Block] = []
    private var cost: StepCost?

    mutating func add(_ block: Block) {
        blocks.append(block)
        for part in [block.step.cost, block.step.judgeCost] {
            if let part { cost = (cost ?? StepCost()) + part }
        }
    }

    /// What all steps cost together; nil if none says.
    var total: StepCost? { cost }
    var longest: Duration { blocks.map(\.step.timings.total).max() ?? .zero }

    /// - Parameter duration: From the beginning of the trace to its end.
    func markup(_ duration: Duration) -> Markup {
        let whole = Seconds.value(duration)
        guard whole > 0, !blocks.isEmpty else { return .empty }
        let lanes = Array(Set(blocks.map(\.lane)).sorted().prefix(Self.mostLanes))
        let rows = Dictionary(uniqueKeysWithValues: lanes.enumerated().map { ($1, $0) })
        let high = lanes.count == 1 ? 34 : 16
        let drawn = blocks.compactMap { block in
            rows[block.lane].map { self.block(block, y: $0 * (high + 4), high: high, whole: whole) }
        }
        let height = lanes.count * (high + 4) - 4
        let names: Markup =
            lanes.count == 1
            ? .empty
            : #"<p class="lanes" aria-hidden="true">\#(lanes.map { lane -> Markup in "<span>\(lane == 0 ? "run" : "branch \(lane)")</span>" })</p>"#
        return """
            <section class="chart" aria-label="Where the time went"><div class="plot">\(names)\
            <svg class="strip" viewBox="0 0 \(Self.width) \(height)" height="\(height)" preserveAspectRatio="none" \
            role="group" aria-label="The steps on a line of time">\(drawn)</svg></div>\
            <p class="ends"><span>0 s</span>\(legend)<span>\(ReportWords.duration(duration))</span></p></section>
            """
    }

    /// How far along the line a time is. A trace may say that a step took longer than the whole run.
    static func place(_ seconds: Double, of whole: Double) -> Int {
        Int(min(max(0, seconds / whole), 1) * Double(width))
    }

    private func block(_ block: Block, y: Int, high: Int, whole: Double) -> Markup {
        let timings = block.step.timings
        func place(_ seconds: Double) -> Int { Self.place(seconds, of: whole) }
        var x = place(Seconds.value(block.end) - Seconds.value(timings.total))
        let begin = x
        var parts: [Markup] = []
        for (name, time) in timings.phases where time > .zero {
            let width = max(1, place(Seconds.value(time)))
            parts.append(#"<rect class="\#(name)" x="\#(x)" y="\#(y)" width="\#(width)" height="\#(high - 5)"/>"#)
            x += width
        }
        let width = max(12, x - begin)
        let label = "\(block.step.index). \(block.step.intent), \(ReportWords.duration(timings.total))"
        // The clear box makes short steps easy to hit, and is what is outlined when one has the keyboard.
        return """
            <a href="#\(block.anchor)" class="\(ReportWords.tone(block.step.verdict))" aria-label="\(label)">\
            <title>\(label)</title>\(parts)<rect class="tone" x="\(begin)" y="\(y + high - 4)" width="\(width)" height="4"/>\
            <rect class="hit" x="\(begin)" y="\(y)" width="\(width)" height="\(high)"/></a>
            """
    }

    private var legend: Markup {
        let sum = blocks.reduce(Duration.zero) { $0 + $1.step.timings.total }
        let items = ["look", "plan", "act", "check"].compactMap { name -> Markup? in
            let time = blocks.reduce(Duration.zero) { sum, block in
                sum + (block.step.timings.phases.first { $0.name == name }?.time ?? .zero)
            }
            guard time > .zero else { return nil }
            let share = Int((min(1, Seconds.value(time) / max(Seconds.value(sum), 1e-9)) * 100).rounded())
            return #"<span class="key \#(name)">\#(name) \#(ReportWords.duration(time)), \#(share) %</span>"#
        }
        return #"<span class="legend">\#(items)</span>"#
    }
}
