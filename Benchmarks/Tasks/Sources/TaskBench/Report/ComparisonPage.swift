extension Comparison {
    /// The verdict in a few lines, for a terminal.
    public var summary: String {
        let better = effect > 0 ? second : first
        let words =
            effect == 0
            ? "Both score the same" : "\(better) scores higher by \(Figures.fixed(abs(effect) * 100, 1)) points"
        return """
            \(words), over \(pairs.count) pairs of attempts at \(Set(pairs.map(\.first.task)).count) tasks
            \(second) minus \(first): with 95 % confidence \(Figures.bounds(interval))
            \(certainty)
            """ + (unpaired > 0 ? "\n\(unpaired) attempts have no counterpart and are left out" : "")
    }

    /// A web page of it all. It needs nothing but itself.
    public var page: String {
        var page = Page("\(second) beside \(first)")
        page.say(summary)
        page.say(
            "Attempts are paired by task and seed. The probability is that of a permutation test: how often a difference "
                + "as large would come about if it did not matter which of the two made which attempt of a pair. The "
                + "interval is one by drawing whole tasks anew (bootstrap).")
        let groups = Dictionary(grouping: pairs, by: \.first.task).sorted { $0.key < $1.key }
        page.table(
            "By task", ["Task", "Pairs", first, second, "Difference"],
            groups.map { task, pairs in
                let difference = pairs.map(\.difference).mean
                return [
                    .text(task), .number("\(pairs.count)"), .share(pairs.map(\.first.value).mean),
                    .share(pairs.map(\.second.value).mean),
                    .number((difference > 0 ? "+" : "") + Figures.fixed(difference * 100, 1)),
                ]
            })
        return page.html
    }

    private var certainty: String {
        let kind = test.isExact ? "all exchanges counted" : "100000 exchanges drawn"
        let chance = test.probability < 0.05 ? "that is hardly chance" : "that may be chance"
        return "p = \(Figures.probability(test.probability)) (\(kind)): \(chance)"
    }
}
