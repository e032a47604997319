import GodHandCore

/// Two agents at the same tasks with the same seeds.
public struct Comparison: Sendable, Hashable {
    /// An attempt of each at the same thing.
    public struct Pair: Sendable, Hashable {
        /// That of the first agent.
        public var first: BenchResult.Attempt
        /// That of the second agent.
        public var second: BenchResult.Attempt
        /// By how much the second scored higher.
        public var difference: Double { second.value - first.value }
    }

    /// The name of the first agent.
    public var first: String
    /// The name of the second agent.
    public var second: String
    /// What both have attempted.
    public var pairs: [Pair]
    /// How many attempts only one of them made; they are left out.
    public var unpaired: Int
    /// By how much the second scores higher: the mean over tasks.
    public var effect: Double
    /// Its interval, by drawing tasks anew; nil for a single task.
    public var interval: Interval?
    /// Whether that may be chance.
    public var test: PermutationTest

    /// Compares two results.
    ///
    /// - Throws: `GodHandError` with `request.invalid` if they have nothing in common, or one has an attempt twice.
    public init(_ first: BenchResult, _ second: BenchResult) throws {
        let one = try Self.byPlan(first)
        let other = try Self.byPlan(second)
        let common = one.keys.filter { other[$0] != nil }.sorted { ($0.task, $0.seed) < ($1.task, $1.seed) }
        guard !common.isEmpty else {
            throw GodHandError(
                .invalidRequest, "The two results have no task with the same seed in common.",
                hint: "Run both agents with the same --tasks, --seed and --repeats.")
        }
        self.first = first.agent
        self.second = second.agent
        let pairs = common.compactMap { key in
            one[key].flatMap { first in other[key].map { Pair(first: first, second: $0) } }
        }
        self.pairs = pairs
        unpaired = one.count + other.count - 2 * pairs.count
        let groups = Dictionary(grouping: pairs, by: \.first.task).sorted { $0.key < $1.key }
            .map { $0.value.map(\.difference) }
        effect = groups.map(\.mean).mean
        interval = .bootstrap(groups)
        test = PermutationTest(pairs.map(\.difference))
    }

    private struct Key: Hashable {
        var task: String
        var seed: UInt64
    }

    private static func byPlan(_ result: BenchResult) throws -> [Key: BenchResult.Attempt] {
        var attempts: [Key: BenchResult.Attempt] = [:]
        for attempt in result.attempts {
            guard attempts.updateValue(attempt, forKey: Key(task: attempt.task, seed: attempt.seed)) == nil else {
                throw GodHandError(
                    .invalidRequest,
                    "The result of \(result.agent) has '\(attempt.task)' with the seed \(attempt.seed) twice.")
            }
        }
        return attempts
    }
}
