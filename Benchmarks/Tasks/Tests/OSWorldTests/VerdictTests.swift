import GodHandCore
import OSWorld
import Testing

@Suite("Our evaluator functions judge as OSWorld's own", .reference)
struct VerdictTests {
    /// In `desktop-env` 1.0.2 there is none of this name yet; the four like it are compared.
    private static let without: Set = ["check_play_and_exit"]

    @Test("on the same inputs, good and bad")
    func agree() throws {
        let cases = VerdictCases.all(seed: 20_240_411)
        let theirs = try Reference.scores(cases)
        var seen: [String: Set<Bool>] = [:]
        for (each, score) in zip(cases, theirs) {
            // Where a function fails, nothing counts as done.
            #expect(abs((each.score ?? 0) - (score ?? 0)) < 1e-9, "\(each): theirs says \(score ?? -1)")
            seen[each.function, default: []].insert((score ?? 0) > 0)
        }
        #expect(Set(seen.keys) == Judgement.known.subtracting(Self.without))
        for (function, verdicts) in seen { #expect(verdicts.count == 2, "\(function) is never good, or never bad") }
        for function in seen.keys { #expect(cases.count { $0.function == function } >= 24, "\(function)") }
    }

    @Test("a film player that closes itself is told as its other settings are")
    func withoutReference() {
        for (text, wanted, score) in [("", 0, 1.0), ("play-and-exit=1\n", 0, 0), ("play-and-exit=1", 1, 1)] {
            let each = VerdictCase(
                "check_play_and_exit", .file(text), .value(["expected_play_and_exit": .integer(wanted)]))
            #expect(each.score == score)
        }
    }
}
