/// Neighbouring pages of a guest's memory.
struct PageRun: Sendable, Hashable {
    /// The first page, counted from the start of guest memory.
    var first: Int
    /// How many.
    var count: Int

    /// The page after the last.
    var end: Int { first + count }
}

/// Pages of a guest's memory, as runs in rising order that do not touch each other.
struct PageSet: Sendable, Hashable {
    /// What guests, hosts and page maps count in.
    static let pageSize = 4096

    private(set) var runs: [PageRun] = []
    private(set) var count = 0

    /// The bytes in them.
    var byteCount: Int { count * Self.pageSize }

    /// Adds pages that lie after all that are in the set, or are the last of it again.
    mutating func append(from first: Int, to end: Int) {
        let first = max(first, runs.last?.end ?? 0)
        guard first < end else { return }
        count += end - first
        if let last = runs.indices.last, runs[last].end == first {
            runs[last].count += end - first
        } else {
            runs.append(PageRun(first: first, count: end - first))
        }
    }

    /// The pages below `limit` that are not in the set.
    func complement(below limit: Int) -> PageSet {
        var rest = PageSet()
        var next = 0
        for run in runs {
            rest.append(from: next, to: min(run.first, limit))
            next = run.end
        }
        rest.append(from: next, to: limit)
        return rest
    }

    /// The pages that are in both sets.
    func intersection(_ other: PageSet) -> PageSet {
        var both = PageSet()
        var (index, otherIndex) = (0, 0)
        while index < runs.count, otherIndex < other.runs.count {
            let (run, otherRun) = (runs[index], other.runs[otherIndex])
            both.append(from: max(run.first, otherRun.first), to: min(run.end, otherRun.end))
            if run.end < otherRun.end { index += 1 } else { otherIndex += 1 }
        }
        return both
    }

    /// The same pages in about equal shares, for as many workers.
    func split(into parts: Int) -> [PageSet] {
        let share = max(1, (count + parts - 1) / parts)
        var sets: [PageSet] = []
        var current = PageSet()
        for run in runs {
            var first = run.first
            while first < run.end {
                let end = min(run.end, first + share - current.count)
                current.append(from: first, to: end)
                first = end
                if current.count == share {
                    sets.append(current)
                    current = PageSet()
                }
            }
        }
        if current.count > 0 { sets.append(current) }
        return sets
    }
}
