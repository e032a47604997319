import Foundation
public import GodHandCore

/// Asks a person wherever a policy requires approval, and makes sure that what was approved is what is done.
///
/// An approval is for one action upon one look at the screen. It counts once, only for a time, and only if the screen
/// around the target still looks as it did: what moved under the pointer while a person was reading is asked for anew.
public struct Approvals: ActionPolicy {
    /// How long an approval counts.
    public var lifetime: Duration = .seconds(120)
    /// Which part of the pixels may have changed meanwhile: 0 for none, 1 for all. A blinking cursor is a change, too.
    public var tolerance = 0.01

    private let policy: any ActionPolicy
    private let ask: @Sendable (ApprovalRequest) async throws -> Bool
    private let elapsed: @Sendable () -> Duration
    private let granted = Mutexed<[String: Duration]>([:])

    /// Makes a policy of another one.
    ///
    /// - Parameters:
    ///   - policy: Says what needs approval.
    ///   - ask: Asks a person, for as long as that takes; what it throws means no.
    public init(for policy: any ActionPolicy, ask: @escaping @Sendable (ApprovalRequest) async throws -> Bool) {
        self.init(for: policy, clock: ContinuousClock(), ask: ask)
    }

    /// Makes a policy of another one, with the time of another clock.
    public init<C: Clock>(
        for policy: any ActionPolicy, clock: C, ask: @escaping @Sendable (ApprovalRequest) async throws -> Bool
    ) where C.Duration == Duration {
        self.policy = policy
        self.ask = ask
        let origin = clock.now
        elapsed = { origin.duration(to: clock.now) }
    }

    /// Gives approval in advance, as an answer that came by another way.
    public func grant(_ request: ApprovalRequest) {
        granted.withLock { $0[request.digest] = elapsed() }
    }

    /// Asks the policy, and a person where that requires it.
    ///
    /// - Throws: `CancellationError`, and what the policy throws.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        let verdict = try await policy.evaluate(action, context)
        guard case .requireApproval(let reason) = verdict else { return verdict }
        let request = ApprovalRequest(action: action, reason: reason, context: context)
        if redeem(request.digest) { return try await freshness(of: request, context) }
        do {
            guard try await ask(request) else { return .deny("A person refused this.") }
        } catch {
            if Task.isCancelled { throw CancellationError() }
            return .deny("Nobody approved this.")
        }
        grant(request)
        return redeem(request.digest) ? try await freshness(of: request, context) : .deny("The approval has expired.")
    }

    /// Whether there is an approval; there is none afterwards.
    private func redeem(_ digest: String) -> Bool {
        let now = elapsed()
        return granted.withLock { granted in
            granted = granted.filter { now - $0.value <= lifetime }
            return granted.removeValue(forKey: digest) != nil
        }
    }

    private func freshness(of request: ApprovalRequest, _ context: PolicyContext) async throws -> PolicyVerdict {
        let now = try await context.sandbox.display.frame().frame
        guard now.size == context.sight.frame.size else { return .deny(Self.changed) }
        let seen = try context.sight.frame.cropped(to: request.region)
        let difference = try seen.difference(to: now.cropped(to: request.region), tolerance: 8)
        let share = Double(difference.changedPixels) / Double(max(1, difference.comparedPixels))
        return share <= tolerance ? .allow : .deny(Self.changed)
    }

    private static let changed =
        "It was approved, but the screen has changed meanwhile. Look again, and ask again if it is still right."
}

/// What a person is asked to approve.
public struct ApprovalRequest: Sendable {
    /// What would be done.
    public let action: Action
    /// Why that needs approval.
    public let reason: String
    /// The part of the screen that it is about, as the program sees it, and not as a page describes it.
    public let region: Rect
    /// The pixels of that part.
    public let picture: Frame?
    /// The SHA-256 hash of the action, of where it would happen, and of the pixels there.
    public let digest: String

    /// Makes a request.
    public init(action: Action, reason: String, context: PolicyContext) {
        self.action = action
        self.reason = reason
        let screen = Rect(context.sight.frame.size)
        if let point = action.target(in: context.sight), screen.size.contains(point) {
            region = Rect(x: point.x - 160, y: point.y - 80, width: 320, height: 160).intersection(screen)
        } else {
            region = screen
        }
        picture = try? context.sight.frame.cropped(to: region)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var hashed = Array(((try? encoder.encode(action)) ?? Data()))
        hashed += Array("\n\(context.sandbox.id) \(region) \(context.sight.serial)\n".utf8)
        hashed += picture?.pixels ?? []
        digest = SHA256.hexadecimal(hashed)
    }
}

extension Action {
    /// The place on the screen that it is about.
    fileprivate func target(in sight: Sight) -> Point? {
        switch self {
        case .input(.click(let point, _, _, _)), .input(.scroll(let point, _, _, _)):
            point ?? sight.observation.cursor
        case .input(.move(let point)): point
        case .input(.drag(let path, _, _)): path.last
        case .element(let target, _): sight.mark(of: target)?.box.center
        default: nil
        }
    }
}
