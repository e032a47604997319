/// A range in which the true value lies with a confidence of 95 percent.
public struct Interval: Sendable, Hashable, Codable {
    /// Its lower end.
    public var low: Double
    /// Its upper end.
    public var high: Double

    /// Makes a range.
    public init(_ low: Double, _ high: Double) {
        self.low = low
        self.high = high
    }

    /// The 97.5th percentile of the normal distribution.
    private static let z = 1.959963984540054

    /// Wilson's interval of a share. Unlike the textbook's it stays within 0 and 1, and has a width also where all or
    /// none succeeded, which is what happens in a small benchmark.
    public static func wilson(successes: Int, of count: Int) -> Interval {
        guard count > 0 else { return Interval(0, 1) }
        let n = Double(count)
        let share = Double(min(max(0, successes), count)) / n
        let square = z * z
        let middle = (share + square / (2 * n)) / (1 + square / n)
        let half = z / (1 + square / n) * (share * (1 - share) / n + square / (4 * n * n)).squareRoot()
        return Interval(max(0, middle - half), min(1, middle + half))
    }

    /// The interval of the mean of means, by drawing whole groups anew: the percentile bootstrap.
    ///
    /// Attempts at one task are alike, so they are no independent observations; tasks are. And scores are mostly 0 or 1,
    /// so Student's interval, which takes them for normal, would reach beyond both. The price: where all groups have the
    /// same mean it has no width, and of less than two groups nothing can be said.
    ///
    /// - Parameters:
    ///   - groups: The values of each task.
    ///   - seed: Of the numbers by which groups are drawn, so that the same values give the same interval.
    public static func bootstrap(_ groups: [[Double]], seed: UInt64 = 1) -> Interval? {
        let means = groups.filter { !$0.isEmpty }.map(\.mean)
        guard means.count > 1 else { return nil }
        var numbers = SeededNumbers(seed: seed)
        let count = 10_000
        var drawn: [Double] = []
        drawn.reserveCapacity(count)
        for _ in 0..<count {
            var sum = 0.0
            for _ in means.indices { sum += means[Int(numbers.next() % UInt64(means.count))] }
            drawn.append(sum / Double(means.count))
        }
        drawn.sort()
        return Interval(drawn[count / 40], drawn[count - 1 - count / 40])
    }
}

extension [Double] {
    /// The mean; zero of none.
    public var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }
}
