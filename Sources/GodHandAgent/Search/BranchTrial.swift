import GodHandCore

/// What came of an alternative.
struct BranchTrial: Sendable {
    var result: Result<BranchScore, BranchFailure>
    var report: RunReport?
    var sight: Sight?
}

/// Why a branch has no score.
struct BranchFailure: Error {
    var reason: String
    /// It was broken off, and is not to blame.
    var wasBrokenOff = false
}

extension BranchTrial {
    /// Tries an alternative in its fork and scores what it led to.
    static func of(
        _ alternative: Alternative, at point: BranchPoint, scorer: BranchScorer
    ) async -> BranchTrial {
        let journal = point.journal
        var report: RunReport?
        do {
            report = try await alternative.body(
                point.sandbox, BranchRecorder(journal: journal, branch: point.branch))
            let sight = try await sight(of: point.sandbox)
            if let shortfall = report?.failure {
                return BranchTrial(result: .failure(BranchFailure(reason: shortfall)), report: report, sight: sight)
            }
            let end = BranchPoint(
                branch: point.branch, depth: point.depth, path: point.path, sandbox: point.sandbox, sight: sight,
                report: report, score: nil, journal: journal)
            return BranchTrial(result: .success(try await scorer.score(end)), report: report, sight: sight)
        } catch {
            let wasBrokenOff: Bool
            if await journal.limit != nil { wasBrokenOff = true } else { wasBrokenOff = Task.isCancelled }
            let failure = BranchFailure(reason: words(for: error), wasBrokenOff: wasBrokenOff)
            // What is seen now explains a failure best; a machine that is broken shows nothing.
            let sight = wasBrokenOff ? nil : try? await sight(of: point.sandbox)
            return BranchTrial(result: .failure(failure), report: report, sight: sight)
        }
    }

    /// What a machine shows; nil for one without a display.
    static func sight(of sandbox: Sandbox) async throws -> Sight? {
        guard let display = sandbox.machine.display else { return nil }
        var walker = StepWalker(sandbox: sandbox, display: display, pace: Walkthrough.Pace())
        return try await walker.look().sight
    }

    /// An error as a reason that may be shown.
    static func words(for error: any Error) -> String {
        switch error {
        case is CancellationError: "It was cancelled."
        case let error as GodHandError: error.description.shortened(to: 500)
        default: "It failed with an error of another kind, \(type(of: error))."
        }
    }
}

extension RunReport {
    /// Why nothing is to be gone on with from here; nil if something is.
    fileprivate var failure: String? {
        switch outcome {
        case .abandoned(let reason): reason
        case .failed(let code, let message): "\(message) [\(code)]"
        case .achieved, .stopped: nil
        }
    }
}
