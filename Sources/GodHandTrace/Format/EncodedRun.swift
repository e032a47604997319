import GodHandCore

/// Body of a `check` record, and part of steps. Maps to `Verdict`.
struct EncodedVerdict: Codable {
    var passed: Bool
    var claim: String
    var evidence: String
    var parts: [EncodedVerdict]
    var check: JSONValue?

    enum CodingKeys: String, CodingKey {
        case passed, claim, evidence, parts, check
    }

    init(_ verdict: Verdict, depth: Int = 1) {
        passed = verdict.passed
        claim = verdict.claim
        evidence = verdict.evidence
        parts = depth < TraceFormat.verdictDepth ? verdict.parts.map { EncodedVerdict($0, depth: depth + 1) } : []
        // Of the parts it is the whole's to say.
        check = depth == 1 ? verdict.check.flatMap { $0.cut(toDepth: TraceFormat.checkDepth) == $0 ? $0 : nil } : nil
    }

    var verdict: Verdict {
        Verdict(passed: passed, claim: claim, evidence: evidence, parts: parts.map(\.verdict), check: check)
    }
}

/// Body of a `finished` record. Maps to `Outcome`.
struct EncodedOutcome: Codable {
    var outcome: String
    var text: String?
    var code: String?

    enum CodingKeys: String, CodingKey {
        case outcome, text, code
    }

    init(_ outcome: Outcome) {
        switch outcome {
        case .achieved(let answer):
            self.outcome = "achieved"
            text = answer
        case .abandoned(let reason):
            self.outcome = "abandoned"
            text = reason
        case .stopped(let limit):
            self.outcome = "stopped"
            text = limit
        case .failed(let code, let message):
            self.outcome = "failed"
            self.code = code.rawValue
            text = message
        }
    }

    func value() throws -> Outcome {
        switch (outcome, text, code) {
        case ("achieved", let answer, _): return .achieved(answer)
        case ("abandoned", let reason?, _): return .abandoned(reason)
        case ("stopped", let limit?, _): return .stopped(limit)
        case ("failed", let message?, let code?): return .failed(code: GodHandError.Code(code), message: message)
        default: throw UnreadableValue("the outcome '\(outcome.prefix(40))'")
        }
    }
}
