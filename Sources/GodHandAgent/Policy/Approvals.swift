import Foundation
public import GodHandCore

/// Asks a person wherever a policy, or the model's provider, requires approval, and makes sure that what was approved is
/// what is done.
///
/// An approval is for one action upon one look at the screen. It counts once, only for a time, and only if the screen
/// around the target still looks as it did: what moved under the pointer while a person was reading is asked for anew.
///
/// An agent that is given one waits for the person by itself, as long as `AgentSettings.answerLimit` says, and records the
/// answer.
public struct Approvals: Sendable {
    /// How long an approval counts.
    public var lifetime: Duration = .seconds(120)
    /// Which part of the pixels may have changed meanwhile: 0 for none, 1 for all. A blinking cursor is a change, too.
    public var tolerance = 0.01

    private let ask: @Sendable (ApprovalRequest) async throws -> Bool
    private let elapsed: @Sendable () -> Duration
    private let granted = Mutexed<[String: Duration]>([:])

    /// Makes approvals.
    ///
    /// - Parameter ask: Asks a person, for as long as that takes; what it throws means no. It must end when its task is
    ///   cancelled.
    public init(ask: @escaping @Sendable (ApprovalRequest) async throws -> Bool) {
        self.init(clock: ContinuousClock(), ask: ask)
    }

    /// Makes approvals with the time of another clock.
    public init<C: Clock>(
        clock: C, ask: @escaping @Sendable (ApprovalRequest) async throws -> Bool
    ) where C.Duration == Duration {
        self.ask = ask
        let origin = clock.now
        elapsed = { origin.duration(to: clock.now) }
    }

    /// Gives approval in advance, as an answer that came by another way.
    public func grant(_ request: ApprovalRequest) {
        granted.withLock { $0[request.digest] = elapsed() }
    }

    /// Asks a person, unless there is an approval already, and looks whether it still holds.
    ///
    /// - Throws: `CancellationError`, and `GodHandError` if the screen cannot be looked at.
    public func answer(to request: ApprovalRequest, _ context: PolicyContext) async throws -> ApprovalAnswer {
        if redeem(request.digest) { return try await freshness(of: request, context) }
        do {
            guard try await ask(request) else { return .refused("A person refused this.") }
        } catch {
            if Task.isCancelled { throw CancellationError() }
            return .refused("Nobody approved this.")
        }
        grant(request)
        return redeem(request.digest)
            ? try await freshness(of: request, context) : .outdated("The approval has expired.")
    }

    /// Whether there is an approval; there is none afterwards.
    private func redeem(_ digest: String) -> Bool {
        let now = elapsed()
        return granted.withLock { granted in
            granted = granted.filter { now - $0.value <= lifetime }
            return granted.removeValue(forKey: digest) != nil
        }
    }

    private func freshness(of request: ApprovalRequest, _ context: PolicyContext) async throws -> ApprovalAnswer {
        let now = try await context.sandbox.display.frame().frame
        guard now.size == context.sight.frame.size else { return .outdated(Self.changed) }
        let seen = try context.sight.frame.cropped(to: request.region)
        let difference = try seen.difference(to: now.cropped(to: request.region), tolerance: 8)
        let share = Double(difference.changedPixels) / Double(max(1, difference.comparedPixels))
        return share <= tolerance ? .approved : .outdated(Self.changed)
    }

    private static let changed =
        "It was approved, but the screen has changed meanwhile. Look again, and ask again if it is still right."
}

/// What came of a request for approval.
public enum ApprovalAnswer: Sendable, Hashable {
    /// A person agreed, and the screen is as it was.
    case approved
    /// A person did not agree, or nobody answered; which.
    case refused(String)
    /// A person agreed, but not to what would happen now; why.
    case outdated(String)
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
