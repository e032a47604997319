/// What attempts come to as figures.
public struct Summary: Sendable, Hashable {
    /// How many attempts there are.
    public var attempts: Int
    /// How many of them did everything.
    public var successes: Int
    /// How many broke before they could be scored.
    public var broken: Int
    /// The mean over tasks of the mean score of each.
    public var score: Double
    /// Its interval, by drawing tasks anew; nil for a single task.
    public var scoreInterval: Interval?
    /// The share that did everything.
    public var successRate: Double
    /// Wilson's interval of it. It takes attempts for independent, so with several seeds a task it is a little narrow.
    public var successInterval: Interval
    /// How many steps they took together.
    public var steps: Int
    /// How many tokens.
    public var tokens: Int
    /// What they cost in US dollars; nil if that is not known for all.
    public var price: Double?
    /// The mean time of an attempt in seconds.
    public var seconds: Double

    /// Sums attempts up.
    public init(_ attempts: [BenchResult.Attempt]) {
        let groups = Dictionary(grouping: attempts, by: \.task).sorted { $0.key < $1.key }.map { $0.value.map(\.value) }
        self.attempts = attempts.count
        successes = attempts.count(where: \.isSuccess)
        broken = attempts.count { $0.score == nil }
        score = groups.map(\.mean).mean
        scoreInterval = .bootstrap(groups)
        successRate = attempts.isEmpty ? 0 : Double(successes) / Double(attempts.count)
        successInterval = .wilson(successes: successes, of: attempts.count)
        steps = attempts.reduce(0) { $0 + $1.steps }
        tokens = attempts.reduce(0) { $0 + $1.tokens }
        price = attempts.reduce(0) { sum, attempt in sum.flatMap { sum in attempt.price.map { sum + $0 } } }
        seconds = attempts.map(\.seconds).mean
    }
}
