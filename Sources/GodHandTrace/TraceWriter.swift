import Dispatch
public import Foundation
public import GodHandCore
import Synchronization

/// Writes what happens in a run to a directory that ``TraceReader`` and ``TraceReport`` read back.
///
/// Records are only ever appended, each in one write, and a picture is whole on disk before a record names it. So at
/// whatever moment the process dies, the trace is a prefix of what happened. Files, and the directory if it is made here,
/// are for this user only; but what was on the screen is in the pictures, so look before you hand a trace on.
///
/// All work is done on a thread of its own. As long as the disk keeps up, ``record(_:)`` returns once the record is
/// written, and a process that is killed loses at most the record in flight. A disk that takes longer than 200
/// milliseconds does not hold the run up: records then wait in memory, up to 64 MiB of them, and those are lost with the
/// process. Only when that is full does a run wait, and after 30 seconds it ends with an error. At the end of a run, and
/// with ``Durability/each``, everything is waited for.
public final class TraceWriter: RunRecorder {
    /// The trace's directory.
    public let directory: URL

    private let durability: Durability
    private let pace: Pace
    private let queue = DispatchQueue(label: "dev.godhand.trace")
    private let appender: Mutex<TraceAppender>
    private let backlog: Mutex<TraceBacklog>

    /// When records reach the disk. Whatever is chosen, a record that was written survives the death of the process;
    /// this is about the power cut.
    public enum Durability: Sendable, Hashable {
        /// When the kernel finds time.
        case none
        /// With the record that is written 200 milliseconds or more after the last time, and at the end of the run.
        case batched
        /// Each record and each picture before `record` returns.
        case each
    }

    /// Makes the directory, if need be, and an empty trace in it.
    ///
    /// - Throws: `GodHandError` with `host.failed` if that cannot be done or a trace is there already, `disk.full`.
    public convenience init(directory: URL, durability: Durability = .batched) throws {
        try self.init(directory: directory, durability: durability, clock: .system)
    }

    init(directory: URL, durability: Durability, clock: Clock, pace: Pace = Pace()) throws {
        let path = directory.path(percentEncoded: false)
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        appender = Mutex(try TraceAppender(directory: trimmed, durability: durability, clock: clock))
        backlog = Mutex(TraceBacklog(limit: pace.room))
        self.directory = directory
        self.durability = durability
        self.pace = pace
    }

    /// Appends an event.
    ///
    /// - Throws: `GodHandError` with `disk.full` or `host.failed`, of this event or of one that was still waiting. The
    ///   trace then ends with the record before that; a later call may succeed, once there is space.
    public func record(_ event: RunEvent) async throws {
        let isAwaited = durability == .each || event.isEnd
        try await perform(weight: event.weight, isAwaited: isAwaited) { try $0.append(event) }
    }

    /// Waits until all that was recorded is written.
    ///
    /// - Throws: `GodHandError` with `disk.full` or `host.failed` if something could not be.
    public func flush() async throws { try await perform(weight: 0, isAwaited: true) { _ in } }

    /// Does something on the writer's thread, after all that came before.
    func perform(
        weight: Int, isAwaited: Bool, _ job: @escaping @Sendable (inout TraceAppender) throws -> Void
    ) async throws {
        let isFirst = try await admit(weight)
        let receipt = TraceReceipt()
        queue.async { [self] in
            pace.beforeWriting()
            let result: Result<Void, any Error>
            if backlog.withLock({ $0.isSound }) {
                result = Result { try appender.withLock { try job(&$0) } }
            } else {
                result = .success(())
            }
            // Before anybody hears of it, so that what comes next finds nothing before it.
            let waiting = backlog.withLock { $0.leave(weight) }
            let isHeard = receipt.end(.done(result))
            if case .failure(let error) = result, !isHeard { backlog.withLock { $0.keep(error) } }
            for other in waiting { other.end(.done(.success(()))) }
        }
        // Behind others that wait, nobody needs to wait as well.
        guard isAwaited || isFirst else {
            receipt.end(.late)
            return
        }
        switch await outcome(of: receipt, within: isAwaited ? pace.stall : pace.patience) {
        case .done(let result): try result.get()
        case .late: if isAwaited { throw stalled() }
        }
        // What went wrong while nobody waited.
        if isAwaited { try backlog.withLock { try $0.takeFailure() } }
    }

    /// Waits for room.
    ///
    /// - Returns: Whether nothing else waits.
    private func admit(_ weight: Int) async throws -> Bool {
        while true {
            switch try backlog.withLock({ try $0.admit(weight) }) {
            case .taken(let isFirst): return isFirst
            case .full(let room):
                if case .late = await outcome(of: room, within: pace.stall) { throw stalled() }
            }
        }
    }

    private func outcome(of receipt: TraceReceipt, within duration: Duration) async -> TraceReceipt.Outcome {
        let milliseconds = Int(duration / .milliseconds(1))
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { receipt.end(.late) }
        return await receipt.outcome()
    }

    private func stalled() -> GodHandError {
        GodHandError(
            .hostFailed, "The trace in \(directory.path(percentEncoded: false)) cannot be written fast enough.",
            hint: "Write it to a faster disk, or find out what holds this one up.")
    }

    /// How patient it is.
    struct Pace: Sendable {
        /// How long a record may hold its run up.
        var patience = Duration.milliseconds(200)
        /// After how long a disk that writes nothing is an error.
        var stall = Duration.seconds(30)
        /// How many bytes may wait.
        var room = 64 << 20
        /// Called before each write, so that tests can hold it up.
        var beforeWriting: @Sendable () -> Void = {}
    }

    /// Two clocks: one for people, one that is never set.
    struct Clock: Sendable {
        var wall: @Sendable () -> Date
        var elapsed: @Sendable () -> Duration

        static var system: Clock {
            let origin = ContinuousClock.now
            return Clock(wall: { Date() }, elapsed: { ContinuousClock.now - origin })
        }
    }
}
