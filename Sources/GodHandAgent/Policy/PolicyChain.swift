public import GodHandCore

/// Several policies as one.
///
/// All are asked. One that denies decides, wherever it stands: agreement to what an earlier policy wants approval for
/// never opens what a later one forbids. What a policy rewrites is asked about from the beginning, and must do less than
/// what was asked for. A policy that throws, or does not answer in time, denies.
public struct PolicyChain: ActionPolicy {
    private let policies: [any ActionPolicy]
    private let deadline: Duration
    private let clock: any Clock<Duration>
    /// The most rewrites of one action; policies that rewrite each other's work would never come to an end.
    private static let rewrites = 8

    /// Makes a policy of several.
    ///
    /// - Parameters:
    ///   - policies: In the order in which they are asked. None allows everything.
    ///   - deadline: How long each may take.
    ///   - clock: What measures the time.
    public init(
        _ policies: [any ActionPolicy], deadline: Duration = .seconds(10),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.policies = policies
        self.deadline = deadline
        self.clock = clock
    }

    /// Asks all of them.
    ///
    /// - Throws: `CancellationError` only.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        var current = action
        for _ in 0...Self.rewrites {
            let (verdict, rewritten) = try await pass(current, context)
            guard let rewritten else {
                guard current != action, verdict == .allow else {
                    // Approval is given for what was asked; what else would be done must then be asked for by itself.
                    if current != action, case .requireApproval(let reason) = verdict {
                        return .deny("\(reason) This would have been done in its place: \(current.summary)")
                    }
                    return verdict
                }
                return .rewrite(current)
            }
            guard rewritten.doesLess(than: current) else {
                return .deny("A policy wanted to do something else instead, which is not less.")
            }
            current = rewritten
        }
        return .deny("The policies do not agree on what to do instead.")
    }

    /// Asks each once, up to the first that denies or rewrites.
    private func pass(_ action: Action, _ context: PolicyContext) async throws -> (PolicyVerdict, rewritten: Action?) {
        var questions: [String] = []
        for policy in policies {
            switch try await ask(policy, action, context) {
            case .allow: continue
            case .deny(let reason): return (.deny(reason), nil)
            case .requireApproval(let question): questions.append(question)
            case .rewrite(let other): if other != action { return (.allow, other) }
            }
        }
        return (questions.isEmpty ? .allow : .requireApproval(questions.joined(separator: " ")), nil)
    }

    private func ask(
        _ policy: any ActionPolicy, _ action: Action, _ context: PolicyContext
    ) async throws -> PolicyVerdict {
        do {
            return try await withDeadline(deadline, clock: clock, "A policy") {
                try await policy.evaluate(action, context)
            }
        } catch let error as GodHandError where error.code == .deadlineExceeded {
            return .deny("A policy did not decide in time.")
        } catch {
            if Task.isCancelled { throw CancellationError() }
            // What it threw may hold anything, and the reason is shown to the model.
            return .deny("A policy could not decide.")
        }
    }
}

extension Action {
    /// Whether it does nothing that another would not do, and not more of it.
    ///
    /// Only looking is less than anything. Of things that differ in kind nobody can say which is less.
    public func doesLess(than other: Action) -> Bool {
        if self == other || self == .look { return true }
        switch (self, other) {
        case (.input(let mine), .input(let theirs)): return mine.doesLess(than: theirs)
        case (.exec(let mine), .exec(let theirs)):
            // The same program with its first arguments could do more: `rm -r tmp/x` without its end is `rm -r`.
            return mine == theirs
        case (.wait(let mine), .wait(let theirs)): return mine >= .zero && mine <= theirs
        case (.waitFor(let mine, let time), .waitFor(let theirs, let allowed)):
            return mine == theirs && time >= .zero && time <= allowed
        case (.zoom(let mine), .zoom(let theirs)): return !mine.isEmpty && theirs.contains(mine)
        case (.element(let mine, .hover), .element(let theirs, _)): return mine == theirs
        case (.element(let mine, .click(let button, let count)), .element(let theirs, .click(let other, let allowed))):
            return mine == theirs && button == other && (1...max(1, allowed)).contains(count)
        default: return false
        }
    }
}

extension InputAction {
    fileprivate func doesLess(than other: InputAction) -> Bool {
        switch (self, other) {
        case (.move(let mine), .click(let theirs?, _, _, _)): return mine == theirs
        case (.click(let mine, let button, let count, let held), .click(let theirs, let other, let allowed, let keys)):
            return mine == theirs && button == other && held == keys && (1...max(1, allowed)).contains(count)
        case (.scroll(let mine, let dx, let dy, let held), .scroll(let theirs, let x, let y, let keys)):
            return mine == theirs && held == keys && Self.isNearer(dx, x) && Self.isNearer(dy, y)
        case (.key(let mine, let count), .key(let theirs, let allowed)):
            return mine == theirs && (1...max(1, allowed)).contains(count)
        case (.hold(let mine, let time), .hold(let theirs, let allowed)):
            return mine == theirs && time >= .zero && time <= allowed
        default: return false
        }
    }

    /// Whether a distance goes the same way and not as far.
    private static func isNearer(_ distance: Int, _ other: Int) -> Bool {
        other >= 0 ? (0...other).contains(distance) : (other...0).contains(distance)
    }
}
