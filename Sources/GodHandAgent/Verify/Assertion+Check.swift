public import GodHandCore

extension Assertion {
    /// Finds out whether it holds, and what shows it.
    ///
    /// That it does not hold, or that the guest shows nothing to tell it by, is a verdict and not an error.
    ///
    /// - Parameters:
    ///   - sandbox: Where to look.
    ///   - context: What was before, for ``screenChanged(in:)``.
    /// - Throws: `GodHandError` of a machine that is gone or lacks what the check needs, such as a shell.
    public func check(in sandbox: Sandbox, context: CheckContext = CheckContext()) async throws -> Verdict {
        var verdict = try await evaluate(in: sandbox, context)
        verdict.check = recorded
        return verdict
    }

    /// The verdict, without what was checked.
    func evaluate(in sandbox: Sandbox, _ context: CheckContext = CheckContext()) async throws -> Verdict {
        switch self {
        case .textVisible(let text, let rect): return try await visible(text, rect, sandbox)
        case .screenChanged(let rect): return try await changed(rect, sandbox, context)
        case .regionMatches(let reference, let point, let tolerance):
            return try await matches(reference, point, tolerance, sandbox)
        case .all(let parts): return try await check(parts, until: false, sandbox, context)
        case .any(let parts): return try await check(parts, until: true, sandbox, context)
        case .not(let inner):
            let verdict = try await inner.evaluate(in: sandbox, context)
            return Verdict(passed: !verdict.passed, claim: claim, evidence: verdict.evidence, parts: verdict.parts)
        case .within(let duration, let inner):
            return try await Self.wait(for: inner, within: duration, sandbox, context)
        default: return try await checkGuest(sandbox)
        }
    }

    /// Checks one after the other, up to the first that decides about all of them.
    private func check(
        _ parts: [Assertion], until decisive: Bool, _ sandbox: Sandbox, _ context: CheckContext
    ) async throws -> Verdict {
        var verdicts: [Verdict] = []
        for part in parts {
            let verdict = try await part.evaluate(in: sandbox, context)
            verdicts.append(verdict)
            guard verdict.passed == decisive else { continue }
            let evidence = "\(decisive ? "" : "not so: ")\(verdict.claim); \(verdict.evidence)"
            return Verdict(passed: decisive, claim: claim, evidence: evidence, parts: verdicts)
        }
        return Verdict(passed: !decisive, claim: claim, evidence: decisive ? "none does" : "they do", parts: verdicts)
    }

    func verdict(_ passed: Bool, _ evidence: String) -> Verdict {
        Verdict(passed: passed, claim: claim, evidence: evidence)
    }

    /// Looks again whenever the display changes. What is not on the display can come true without a change there, so it
    /// is looked at now and then all the same.
    private static func wait(
        for inner: Assertion, within duration: Duration, _ sandbox: Sandbox, _ context: CheckContext
    ) async throws -> Verdict {
        let clock = ContinuousClock()
        let began = clock.now
        let display = sandbox.machine.display
        while true {
            let serial = try await display?.state().serial
            var verdict = try await inner.evaluate(in: sandbox, context)
            let spent = clock.now - began
            if verdict.passed || spent >= duration {
                if !verdict.passed { verdict.append(" (after \(spent.formatted))") }
                return verdict
            }
            let pause = min(duration - spent, inner.seesOnlyTheDisplay ? duration : .milliseconds(250))
            if let display, let serial {
                _ = try await display.change(after: serial, within: pause)
            } else {
                try await clock.sleep(for: pause)
            }
        }
    }

    /// Whether nothing but a change of the display can change the answer.
    private var seesOnlyTheDisplay: Bool {
        switch self {
        case .textVisible, .screenChanged, .regionMatches: true
        case .all(let parts), .any(let parts): parts.allSatisfy(\.seesOnlyTheDisplay)
        case .not(let inner), .within(_, let inner): inner.seesOnlyTheDisplay
        default: false
        }
    }
}

extension Assertion {
    private func visible(_ text: String, _ rect: Rect?, _ sandbox: Sandbox) async throws -> Verdict {
        let found = try await sandbox.readText(in: rect)
        if let box = found.find(text) {
            return verdict(true, "it stands at (\(box.center.x), \(box.center.y))")
        }
        if found.contains(text) { return verdict(true, "it stands there over several lines") }
        return verdict(false, "read was: \(found.text.shortened(to: 300))")
    }

    private func changed(_ rect: Rect?, _ sandbox: Sandbox, _ context: CheckContext) async throws -> Verdict {
        guard let before = context.before else { return verdict(false, "there is nothing to compare with") }
        let after = try await sandbox.display.frame().frame
        let boxes = before.difference(to: after).boxes.filter { box in
            rect.map { !$0.intersection(box).isEmpty } ?? true
        }
        guard let first = boxes.first else { return verdict(false, "no pixel differs") }
        let more = boxes.count == 1 ? "" : " and \(boxes.count - 1) more places"
        return verdict(true, "it differs in \(Self.words(first))\(more)")
    }

    private func matches(
        _ reference: Frame, _ point: Point, _ tolerance: UInt8, _ sandbox: Sandbox
    ) async throws -> Verdict {
        let screen = try await sandbox.display.frame().frame
        let place = Rect(x: point.x, y: point.y, width: reference.size.width, height: reference.size.height)
        guard Rect(screen.size).contains(place) else { return verdict(false, "that is not on the screen") }
        let difference = try screen.cropped(to: place).difference(to: reference, tolerance: tolerance)
        return verdict(
            difference.isEmpty, "\(difference.changedPixels) of \(difference.comparedPixels) pixels differ")
    }
}

extension Verdict {
    /// Adds to the evidence, also to that of the part that decided.
    fileprivate mutating func append(_ text: String) {
        evidence += text
        if let index = parts.lastIndex(where: { $0.passed == passed }) { parts[index].append(text) }
    }
}
