import TaskBench
import Testing

struct PermutationTestTests {
    /// The figures are those of `scipy.stats.permutation_test(..., permutation_type="samples")`, version 1.17, which
    /// counts all exchanges.
    @Test(
        arguments: [
            ([1, 1, 1, 1, 1], 0.0625), ([0.5, -0.25, 1, 0, 0.75, -0.1], 0.25), ([1, -1], 1),
            ([0.2, 0.3, -0.1, 0.4, 0.6, 0.05, -0.2, 0.7], 0.0859375), ([0, 0, 0], 1), ([], 1),
        ] as [([Double], Double)])
    func `few pairs are counted`(differences: [Double], probability: Double) {
        let test = PermutationTest(differences)
        #expect(test.isExact)
        #expect(test.probability == probability)
    }

    /// scipy counts 0.024322509765625 for these.
    @Test func `of many pairs exchanges are drawn`() {
        let differences = (0..<20).map { 0.1 * Double(($0 * 7) % 11 - 3) }
        let test = PermutationTest(differences)
        #expect(!test.isExact)
        #expect(abs(test.probability - 0.0243) < 0.002, "\(test)")
        #expect(test == PermutationTest(differences))
        #expect(test.probability != PermutationTest(differences, seed: 2).probability)
    }

    @Test func `the sign does not matter, and what is equal decides nothing`() {
        let differences = [0.5, -0.25, 1, 0.75]
        #expect(PermutationTest(differences) == PermutationTest(differences.map { -$0 }))
        #expect(PermutationTest(differences) == PermutationTest(differences + [Double](repeating: 0, count: 100)))
    }

    @Test func `what never happens by chance is still not impossible`() {
        let test = PermutationTest([Double](repeating: 1, count: 200))
        #expect(test.probability > 0 && test.probability < 0.001)
    }
}
