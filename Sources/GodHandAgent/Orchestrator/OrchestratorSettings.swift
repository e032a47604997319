public import Foundation
public import GodHandCore

/// How an ``Orchestrator`` works. Every part has a usable default.
public struct OrchestratorSettings: Sendable {
    /// Where the journal and the goals' own directories lie; nil to keep nothing, so that all is forgotten at the end.
    public var directory: URL?
    /// How many goals may be worked on at once, however much room there is; nil for as many as fit.
    public var concurrency: Int?
    /// How much of the host machines may take.
    public var share = HostShare()
    /// Measures the host, once a second while something waits for room.
    public var measure: @Sendable () throws -> HostReading = { try HostReading.now() }
    /// Machines that are kept ready.
    public var warm: [WarmPool] = []
    /// Which failures another attempt may mend, and how long to wait before it.
    public var retries = RetryRule()
    /// How long nobody must need a machine, because its run waits for a person, until it is paused; nil for never.
    public var suspendsAfter: Duration? = .seconds(30)
    /// What happens to the goals when the scope of the orchestrator ends by itself. If it ends by an error or by
    /// cancellation that is ``Shutdown/checkpoint(within:)`` with 30 seconds.
    public var atEnd = Shutdown.finish
    /// How many goals may wait; a submission beyond that throws `limit`.
    public var queueLimit = 10_000
    /// How many goals that have ended are remembered, at least one. Those that ended first go first.
    public var keepsFinished = 1_000
    /// How many events are kept for readers who are slower.
    public var eventBacklog = 256

    /// The usual settings, without a journal.
    public init() {}
}

/// How an ``Orchestrator`` ends. Goals that are not over stay in the journal for the next one.
public enum Shutdown: Sendable, Hashable {
    /// All goals come to an end, those that wait included.
    case drain
    /// Goals that are worked on come to an end, and no other begins.
    case finish
    /// Runs are held before their next step, their machines are stored, and the next orchestrator goes on from there. What
    /// cannot be stored in that time is interrupted.
    case checkpoint(within: Duration)
}

/// Machines of one kind that are kept ready, so that a goal that asks for exactly this spec begins at once.
///
/// They stand still until they are used. Each is used for one attempt only, and another takes its place.
public struct WarmPool: Sendable {
    /// What they are.
    public var spec: SandboxSpec
    /// How many are kept, 1 to 1000; fewer while there is no room for them.
    public var count: Int
    /// Done in each of them beforehand: open a browser, log in.
    public var prepare: @Sendable (Sandbox) async throws -> Void

    /// Makes a pool.
    public init(
        _ spec: SandboxSpec, count: Int, prepare: @escaping @Sendable (Sandbox) async throws -> Void = { _ in }
    ) {
        self.spec = spec
        self.count = count
        self.prepare = prepare
    }
}

/// Which failures another attempt may mend.
public struct RetryRule: Sendable {
    /// Whether an attempt that failed with this code is worth another one, with a fresh machine. A goal that was not
    /// reached, and one that a limit stopped, is never tried again: that is an outcome, not a failure.
    public var isRetryable: @Sendable (GodHandError.Code) -> Bool = RetryRule.standard
    /// The wait before the second attempt; it doubles for each further one, up to ``longestPause``.
    public var pause = Duration.seconds(1)
    /// The longest wait.
    public var longestPause = Duration.seconds(60)

    /// The usual rule.
    public init() {}

    /// All but what would fail in the same way again: a request, an image or a model that is wrong, a power that the
    /// backend lacks, a bound, damaged data, a full disk.
    public static let standard: @Sendable (GodHandError.Code) -> Bool = { code in
        let lasting: Set<GodHandError.Code> = [
            .invalidRequest, .unsupported, .imageMissing, .engineDenied, .engineIncompatible, .nameTaken, .portInUse,
            .limitExceeded, .dataDamaged, .diskFull, .modelDenied, .modelUnknown, .modelQuota, .modelRequestInvalid,
            .modelRefused, .modelContextFull,
        ]
        return !lasting.contains(code)
    }

    /// How long to wait after so many attempts.
    func pause(after failures: Int) -> Duration {
        min(longestPause, pause * (1 << min(max(0, failures - 1), 20)))
    }
}
