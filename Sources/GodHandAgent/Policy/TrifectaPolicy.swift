public import GodHandCore

/// Wants approval where three things come together that are harmless one by one: the run has seen private data, it has
/// seen content that somebody else wrote, and the action could carry something out of the machine.
///
/// What was seen is told by the titles of windows. It is remembered for the whole run of a machine: what was read once
/// may come out at any time.
public struct TrifectaPolicy: ActionPolicy {
    private let privateTitles: [String]
    private let trustedTitles: [String]
    private let canReachOut: (@Sendable (PolicyContext) -> Bool)
    private let seen = Mutexed<[SandboxID: Taint]>([:])

    private struct Taint: Sendable, Hashable {
        var privateData = false
        var foreignContent = false
    }

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - privateTitles: Parts of the titles of windows that show private data, whatever their case.
    ///   - trustedTitles: Parts of the titles of windows whose content nobody else wrote. All other windows are taken to
    ///     show what somebody else wrote, and so is a screen of which no title is known.
    ///   - canReachOut: Whether anything can leave the machine; nil for whether it has a network.
    public init(
        privateTitles: [String], trustedTitles: [String] = [],
        canReachOut: (@Sendable (PolicyContext) -> Bool)? = nil
    ) {
        self.privateTitles = privateTitles.map { $0.lowercased() }
        self.trustedTitles = trustedTitles.map { $0.lowercased() }
        self.canReachOut = canReachOut ?? { $0.sandbox.spec.network != .none }
    }

    /// Looks at what was seen, and at what the action could do.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        let taint = note(context)
        guard taint.privateData, taint.foreignContent, action.couldCarryOut, canReachOut(context) else { return .allow }
        return .requireApproval(
            "The run has seen private data and content of others, and this could send something out: "
                + action.summary.shortened(to: 120))
    }

    private func note(_ context: PolicyContext) -> Taint {
        let title = context.sight.observation.windowTitle?.lowercased()
        let isPrivate = title.map { title in privateTitles.contains { title.contains($0) } } ?? false
        let isTrusted = title.map { title in trustedTitles.contains { title.contains($0) } } ?? false
        return seen.withLock { seen in
            var taint = seen[context.sandbox.id] ?? Taint()
            if isPrivate { taint.privateData = true }
            if !isPrivate && !isTrusted { taint.foreignContent = true }
            seen[context.sandbox.id] = taint
            return taint
        }
    }
}

extension Action {
    /// Whether it could make a program send something: all but looking, waiting, pointing and scrolling.
    fileprivate var couldCarryOut: Bool {
        switch self {
        case .input(.move), .input(.scroll), .element(_, .hover): false
        default: isEffectful
        }
    }
}
