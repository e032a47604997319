/// The paired permutation test: how often a difference as large as this one would come about if it did not matter which
/// of two agents made which attempt of a pair.
///
/// It supposes nothing about how scores are distributed.
public struct PermutationTest: Sendable, Hashable {
    /// The probability, of both signs together.
    public var probability: Double
    /// Whether all exchanges were counted; otherwise many were drawn.
    public var isExact: Bool

    /// Up to so many pairs that differ, all exchanges are counted.
    private static let exactLimit = 16
    private static let draws = 100_000

    /// Tests differences of pairs.
    ///
    /// - Parameters:
    ///   - differences: One for each pair.
    ///   - seed: Of the numbers by which exchanges are drawn where there are too many to count.
    public init(_ differences: [Double], seed: UInt64 = 1) {
        // A pair that does not differ stays as it is by an exchange, and so decides nothing.
        let sizes = differences.filter { $0 != 0 }.map(abs)
        let seen = abs(differences.reduce(0, +))
        // Sums of the same numbers in another order may differ in their last digits.
        let enough = seen - 1e-9 * max(1, sizes.reduce(0, +))
        isExact = sizes.count <= Self.exactLimit
        if isExact {
            let all = 1 << sizes.count
            let extreme = (0..<all).count { signs in abs(Self.sum(sizes, UInt64(signs))) >= enough }
            probability = Double(extreme) / Double(all)
            return
        }
        var numbers = SeededNumbers(seed: seed)
        var extreme = 0
        for _ in 0..<Self.draws {
            var sum = 0.0
            for start in stride(from: 0, to: sizes.count, by: 64) {
                sum += Self.sum(sizes[start..<min(sizes.count, start + 64)], numbers.next())
            }
            if abs(sum) >= enough { extreme += 1 }
        }
        // What was seen is one of the exchanges, too; so the answer is never zero.
        probability = Double(extreme + 1) / Double(Self.draws + 1)
    }

    private static func sum(_ sizes: some Sequence<Double>, _ signs: UInt64) -> Double {
        var signs = signs
        var sum = 0.0
        for size in sizes {
            sum += signs & 1 == 1 ? size : -size
            signs >>= 1
        }
        return sum
    }
}
