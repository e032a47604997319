public import GodHandCore

/// What should hold after an action: assertions, claims that a model judges, and combinations of them.
///
/// ```swift
/// let expectation = Expectation.all([.assertion(.screenChanged()), .judged("The menu is open")])
/// ```
public indirect enum Expectation: Sendable, Hashable {
    /// This can be checked without a model.
    case assertion(Assertion)
    /// A model is asked whether this is so. Without a ``Judge`` it counts as not shown.
    case judged(String)
    /// All of these hold. They are looked at in order, up to the first that does not.
    case all([Expectation])
    /// At least one of these holds. They are looked at in order, up to the first that does.
    case any([Expectation])
    /// This does not hold.
    case not(Expectation)

    /// What is claimed, in words.
    public var claim: String {
        switch self {
        case .assertion(let assertion): assertion.claim
        case .judged(let claim): claim
        case .all(let parts): parts.count == 1 ? parts[0].claim : "all of these \(parts.count) hold"
        case .any(let parts): parts.count == 1 ? parts[0].claim : "one of these \(parts.count) holds"
        case .not(let inner): "it is not so that \(inner.claim)"
        }
    }

    /// Finds out whether it holds.
    ///
    /// - Parameters:
    ///   - sandbox: Where to look.
    ///   - before: The screen before the action; nil if there was none.
    ///   - after: The screen after it.
    ///   - judge: Answers what no assertion can.
    /// - Throws: `GodHandError` of a broken machine or model.
    public func check(
        in sandbox: Sandbox, before: Sight?, after: Sight, judge: Judge?
    ) async throws -> Verdict {
        var verdict = try await evaluate(in: sandbox, before, after, judge)
        verdict.check = recorded
        return verdict
    }

    private func evaluate(
        in sandbox: Sandbox, _ before: Sight?, _ after: Sight, _ judge: Judge?
    ) async throws -> Verdict {
        switch self {
        case .assertion(.screenChanged(let rect)):
            // Both screens are at hand, and the later one may have moved on.
            return Self.changed(rect, before, after)
        case .assertion(let assertion):
            return try await assertion.evaluate(in: sandbox, CheckContext(before: before?.frame))
        case .judged(let claim):
            guard let judge else {
                return Verdict(passed: false, claim: claim, evidence: "there is nobody to judge it")
            }
            return try await judge.verdict(on: claim, before: before?.observation, after: after.observation)
        case .all(let parts): return try await check(parts, until: false, sandbox, before, after, judge)
        case .any(let parts): return try await check(parts, until: true, sandbox, before, after, judge)
        case .not(let inner):
            let verdict = try await inner.evaluate(in: sandbox, before, after, judge)
            return Verdict(passed: !verdict.passed, claim: claim, evidence: verdict.evidence, parts: verdict.parts)
        }
    }

    private func check(
        _ parts: [Expectation], until decisive: Bool, _ sandbox: Sandbox, _ before: Sight?, _ after: Sight,
        _ judge: Judge?
    ) async throws -> Verdict {
        var verdicts: [Verdict] = []
        for part in parts {
            let verdict = try await part.evaluate(in: sandbox, before, after, judge)
            verdicts.append(verdict)
            guard verdict.passed == decisive else { continue }
            let evidence = "\(decisive ? "" : "not so: ")\(verdict.claim); \(verdict.evidence)"
            return Verdict(passed: decisive, claim: claim, evidence: evidence, parts: verdicts)
        }
        return Verdict(passed: !decisive, claim: claim, evidence: decisive ? "none does" : "they do", parts: verdicts)
    }

    private static func changed(_ rect: Rect?, _ before: Sight?, _ after: Sight) -> Verdict {
        let claim = Assertion.screenChanged(in: rect).claim
        guard let before else {
            return Verdict(passed: false, claim: claim, evidence: "there is nothing to compare with")
        }
        let boxes = before.frame.difference(to: after.frame).boxes.filter { box in
            rect.map { !$0.intersection(box).isEmpty } ?? true
        }
        guard let first = boxes.first else { return Verdict(passed: false, claim: claim, evidence: "no pixel differs") }
        let more = boxes.count == 1 ? "" : " and \(boxes.count - 1) more places"
        return Verdict(
            passed: true, claim: claim,
            evidence: "it differs in \(first.width)x\(first.height) at (\(first.x), \(first.y))\(more)")
    }
}

/// Says what should hold after an action that a model asked for.
public struct ExpectationRule: Sendable {
    private let rule: @Sendable (ActionCall, Judge?) -> Expectation?

    /// Makes a rule.
    ///
    /// - Parameter rule: Is given the call and the judge, if there is one; nil if anything may hold afterwards.
    public init(_ rule: @escaping @Sendable (ActionCall, Judge?) -> Expectation?) { self.rule = rule }

    /// What should hold after this call.
    public func expectation(of call: ActionCall, judge: Judge?) -> Expectation? { rule(call, judge) }

    /// Nothing is expected, whatever the model says.
    public static let none = ExpectationRule { _, _ in nil }

    /// What the model itself expects. Texts that it puts into quotes should become visible within two seconds; other
    /// words are put to the judge; without one, something should change on the screen, or the words be on it.
    public static let words = ExpectationRule { call, judge in
        guard let words = call.expectation?.shortened(to: 300), !words.isEmpty else { return nil }
        let quoted = Self.quoted(in: words)
        if !quoted.isEmpty {
            return .all(quoted.map { .assertion(Assertion.textVisible($0).eventually(within: .seconds(2))) })
        }
        if judge != nil { return .judged(words) }
        return .any([.assertion(.screenChanged()), .assertion(.textVisible(words))])
    }

    /// At most four texts in double quotes, straight or curly.
    static func quoted(in words: String) -> [String] {
        var found: [String] = []
        var current: String?
        for character in words where found.count < 4 {
            if "\"“”„".contains(character) {
                if let text = current {
                    if !text.isEmpty { found.append(text) }
                    current = nil
                } else {
                    current = ""
                }
            } else {
                current?.append(character)
            }
        }
        return found
    }
}
