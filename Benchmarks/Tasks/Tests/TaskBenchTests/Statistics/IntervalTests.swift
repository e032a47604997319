import TaskBench
import Testing

struct IntervalTests {
    /// The figures are those of `scipy.stats.binomtest(...).proportion_ci(method="wilson")`, version 1.17.
    @Test(arguments: [
        (0, 10, 0.0, 0.27753279986288926), (10, 10, 0.7224672001371109, 1.0),
        (7, 10, 0.39677814746114526, 0.892208732593699), (19, 20, 0.763868806553258, 0.9911185511992047),
        (1, 3, 0.06149194472039626, 0.7923403991979523), (55, 100, 0.45244602997442135, 0.6438546202048803),
    ])
    func `a share has Wilson's interval`(successes: Int, count: Int, low: Double, high: Double) {
        let interval = Interval.wilson(successes: successes, of: count)
        #expect(abs(interval.low - low) < 1e-12 && abs(interval.high - high) < 1e-12, "\(interval)")
    }

    @Test func `of no attempts nothing is known`() {
        #expect(Interval.wilson(successes: 0, of: 0) == Interval(0, 1))
    }

    /// `scipy.stats.bootstrap(..., method="percentile")` with 200000 draws says 0.375 to 0.84375.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `a mean has the interval of the bootstrap`(seed: UInt64) throws {
        let interval = try #require(
            Interval.bootstrap([0, 0.25, 0.5, 0.75, 1, 1, 1, 0.5].map { [$0] }, seed: seed))
        #expect(abs(interval.low - 0.375) <= 0.03125 && abs(interval.high - 0.84375) <= 0.03125, "\(interval)")
    }

    @Test func `of two groups the interval can be said by hand`() {
        // Both drawn are the first with a probability of a quarter, which is more than 2.5 percent.
        #expect(Interval.bootstrap([[0], [1]]) == Interval(0, 1))
    }

    @Test func `attempts at one task are one observation`() {
        let many = [Double](repeating: 1, count: 50)
        #expect(Interval.bootstrap([many, [0]]) == Interval.bootstrap([[1], [0]]))
        #expect(Interval.bootstrap([[0.5, 0.7]]) == nil && Interval.bootstrap([]) == nil)
    }
}
