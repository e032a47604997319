public import Foundation
public import GodHandCore

/// Writes what happens in a run to a directory that ``TraceReader`` and ``TraceReport`` read back.
///
/// Records are only ever appended, each in one write, and a picture is whole on disk before a record names it. So at
/// whatever moment the process dies, the trace is a prefix of what happened, and at most the record that was being
/// written is lost. Files, and the directory if it is made here, are for this user only; but what was on the screen is
/// in the pictures, so look before you hand a trace on.
public actor TraceWriter: RunRecorder {
    /// The trace's directory.
    public nonisolated let directory: URL

    private let file: HostFile
    private var blobs: BlobWriter
    private let durability: Durability
    private let clock: Clock
    private let start: Duration
    private let encoder: JSONEncoder
    private var sequence = 0
    private var length = 0
    private var lastSync: Duration
    /// Set once a torn record could not be taken back: whatever were written behind it, nobody would read.
    private var failure: GodHandError?

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
    public init(directory: URL, durability: Durability = .batched) throws {
        try self.init(directory: directory, durability: durability, clock: .system)
    }

    init(directory: URL, durability: Durability, clock: Clock) throws {
        let path = directory.path(percentEncoded: false)
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        try HostFile.makeDirectory(trimmed)
        try HostFile.makeDirectory("\(trimmed)/\(TraceFormat.blobsDirectory)")
        file = try HostFile.create("\(trimmed)/\(TraceFormat.recordsFile)")
        if durability != .none { try HostFile.synchronizeDirectory(trimmed) }
        self.directory = directory
        self.durability = durability
        self.clock = clock
        blobs = BlobWriter(directory: trimmed, synchronizes: durability == .each)
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        start = clock.elapsed()
        lastSync = start
    }

    /// Appends an event.
    ///
    /// - Throws: `GodHandError` with `disk.full` or `host.failed`. The trace then ends with the record before; a later
    ///   call may succeed, once there is space.
    public func record(_ event: RunEvent) throws {
        if let failure { throw failure }
        guard event.searches <= TraceFormat.searchDepth else { return }
        let (kind, body) = try encode(event)
        let now = clock.elapsed()
        let line = TraceLine.make(
            sequence: sequence, time: clock.wall(), elapsed: now - start, kind: kind, body: body)
        do {
            try file.write(line)
        } catch {
            takeBack()
            throw error
        }
        sequence += 1
        length += line.count
        if mustSynchronize(event, now) {
            try file.synchronize()
            lastSync = now
        }
    }

    private func mustSynchronize(_ event: RunEvent, _ now: Duration) -> Bool {
        switch durability {
        case .none: return false
        case .each: return true
        case .batched:
            if case .finished = event { return true }
            return now - lastSync >= .milliseconds(200)
        }
    }

    /// Removes the part of a record that was written before an error, so that the next one starts on a new line.
    private func takeBack() {
        do {
            try file.truncate(to: length)
        } catch {
            failure = GodHandError(
                .hostFailed, "The trace in \(directory.path(percentEncoded: false)) ends in a torn record.",
                hint: "Start a new one.", cause: error)
        }
    }

    private func encode(_ event: RunEvent) throws -> (kind: String, body: Data) {
        switch event {
        case .started(let header): return (TraceFormat.Kind.started, try encoder.encode(EncodedHeader(header)))
        case .lifecycle(let event): return (TraceFormat.Kind.lifecycle, try encoder.encode(EncodedLifecycle(event)))
        case .step(let step):
            let encoded = try EncodedStep(step) { try blobs.store($0.png) }
            return (TraceFormat.Kind.step, try encoder.encode(encoded))
        case .exec(let command): return (TraceFormat.Kind.exec, try encoder.encode(EncodedCommand(command)))
        case .check(let verdict): return (TraceFormat.Kind.check, try encoder.encode(EncodedVerdict(verdict)))
        case .modelTurn(let entry):
            let encoded = try EncodedEntry(entry) { try blobs.store($0) }
            return (TraceFormat.Kind.modelTurn, try encoder.encode(encoded))
        case .decision(let decision):
            return (TraceFormat.Kind.decision, try encoder.encode(EncodedDecision(decision)))
        case .intervention(let intervention):
            return (TraceFormat.Kind.intervention, try encoder.encode(EncodedIntervention(intervention)))
        case .branch(let event): return try encode(event)
        case .within(let branch, let event):
            let (kind, body) = try encode(event)
            return (TraceFormat.Kind.inBranch, BranchEnvelope.make(branch: branch, kind: kind, body: body))
        case .finished(let outcome): return (TraceFormat.Kind.finished, try encoder.encode(EncodedOutcome(outcome)))
        }
    }

    private func encode(_ event: BranchEvent) throws -> (kind: String, body: Data) {
        switch event.change {
        case .opened(let opening):
            return (TraceFormat.Kind.branchOpened, try encoder.encode(EncodedOpening(event.branch, opening)))
        case .scored(let score, let screen):
            let encoded = try EncodedScore(event.branch, score, screen) { try blobs.store($0.png) }
            return (TraceFormat.Kind.branchScored, try encoder.encode(encoded))
        case .closed(let closing):
            let encoded = try EncodedClosing(event.branch, closing) { try blobs.store($0.png) }
            return (TraceFormat.Kind.branchClosed, try encoder.encode(encoded))
        }
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

extension RunEvent {
    /// How many searches it lies in.
    fileprivate var searches: Int { if case .within(branch: _, let inner) = self { inner.searches + 1 } else { 0 } }
}
