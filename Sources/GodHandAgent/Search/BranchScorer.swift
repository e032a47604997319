public import GodHandCore

/// Says how good a state is that a branch led to.
///
/// ```swift
/// let verifier = BranchScorer.checks([.fileExists("/home/user/letter.pdf"), .windowTitle(contains: "Letter")])
/// ```
public struct BranchScorer: Sendable {
    private let score: @Sendable (BranchPoint) async throws -> BranchScore

    /// Makes a scorer of a closure. What it throws makes a failed branch.
    public init(_ score: @escaping @Sendable (BranchPoint) async throws -> BranchScore) { self.score = score }

    /// Scores a place.
    public func score(_ point: BranchPoint) async throws -> BranchScore { try await score(point) }

    /// The share of checks that pass; the goal is reached when all do. All of them are looked at, also after one failed.
    /// Without any, the word of the alternative is taken for it.
    public static func checks(_ checks: [Assertion]) -> BranchScorer {
        expectations(checks.map { .assertion($0) }, judge: nil)
    }

    /// The share of claims that a model finds true on the screen.
    ///
    /// - Parameters:
    ///   - claims: What should be so.
    ///   - judge: Who is asked. What that costs counts against the limits of the search.
    ///   - prices: What tokens cost.
    public static func judged(
        _ claims: [String], by judge: Judge, prices: PriceTable = .standard
    ) -> BranchScorer {
        expectations(claims.map { .judged($0) }, judge: judge, prices: prices)
    }

    /// The share of expectations that hold; the goal is reached when all do.
    ///
    /// - Parameters:
    ///   - expectations: What should hold.
    ///   - judge: Answers what no assertion can. What that costs counts against the limits of the search.
    ///   - prices: What tokens cost.
    public static func expectations(
        _ expectations: [Expectation], judge: Judge?, prices: PriceTable = .standard
    ) -> BranchScorer {
        BranchScorer { point in
            guard !expectations.isEmpty else { return word(of: point) }
            guard let sight = point.sight else {
                throw GodHandError(.displayUnavailable, "Sandbox \(point.sandbox.id) has no display to look at.")
            }
            let expenses = Expenses()
            let asked = judge.map { judge in
                Judge(judge.model) { usage in
                    expenses.add(prices.cost(of: usage, model: judge.model.name))
                    judge.onUsage(usage)
                }
            }
            var verdicts: [Verdict] = []
            do {
                for expectation in expectations {
                    verdicts.append(
                        try await expectation.check(in: point.sandbox, before: nil, after: sight, judge: asked))
                }
            } catch {
                await point.charge(expenses.sum)
                throw error
            }
            await point.charge(expenses.sum)
            return share(verdicts)
        }
    }

    private static func share(_ verdicts: [Verdict]) -> BranchScore {
        let passed = verdicts.count { $0.passed }
        let reason =
            verdicts.lazy.compactMap(\.shortfall).first.map { "\(passed) of \(verdicts.count) hold. \($0)" }
            ?? (passed == 1 ? "It holds." : "All \(passed) hold.")
        return BranchScore(
            Double(passed) / Double(verdicts.count), reachesGoal: passed == verdicts.count, reason: reason,
            verdicts: verdicts)
    }

    private static func word(of point: BranchPoint) -> BranchScore {
        switch point.report?.outcome {
        case .achieved(let answer): BranchScore(1, reason: answer ?? "It says that the goal is reached.")
        case .stopped(let limit): BranchScore(0, reason: limit)
        default: BranchScore(0, reason: "It says nothing.")
        }
    }
}
