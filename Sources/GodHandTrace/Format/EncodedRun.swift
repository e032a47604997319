import GodHandCore

/// Body of a `started` record. Maps to `RunHeader`.
struct EncodedHeader: Codable {
    var goal: String
    var spec: EncodedSpec
    var sandbox: String
    var backend: String
    var planner: String

    enum CodingKeys: String, CodingKey {
        case goal, spec, sandbox, backend, planner
    }

    init(_ header: RunHeader) {
        goal = header.goal
        spec = EncodedSpec(header.spec)
        sandbox = header.sandbox.rawValue
        backend = header.backend
        planner = header.planner
    }

    func header() throws -> RunHeader {
        RunHeader(
            goal: goal, spec: try spec.spec(), sandbox: SandboxID(rawValue: sandbox), backend: backend,
            planner: planner)
    }
}

/// Body of a `lifecycle` record. Maps to `LifecycleEvent`.
struct EncodedLifecycle: Codable {
    var kind: String
    var sandbox: String
    var origin: String?
    var took: Double?
    var spec: EncodedSpec?

    enum CodingKeys: String, CodingKey {
        case kind, sandbox, origin, took, spec
    }

    init(_ event: LifecycleEvent) {
        kind = event.kind.rawValue
        sandbox = event.sandbox.rawValue
        origin = event.origin
        took = event.took.map(Seconds.value)
        spec = event.spec.map(EncodedSpec.init)
    }

    func event() throws -> LifecycleEvent {
        guard let kind = LifecycleEvent.Kind(rawValue: kind) else { throw UnreadableValue("a station of life") }
        return LifecycleEvent(
            kind, sandbox: SandboxID(rawValue: sandbox), origin: origin, took: try took.map(Seconds.duration),
            spec: try spec?.spec())
    }
}

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
