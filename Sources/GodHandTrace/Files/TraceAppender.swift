import Foundation
import GodHandCore

/// What a writer does with its files, one thing after the other: it is used on the writer's thread only.
struct TraceAppender {
    private let path: String
    private let file: HostFile
    private var blobs: BlobWriter
    private let durability: TraceWriter.Durability
    private let clock: TraceWriter.Clock
    private let start: Duration
    private let encoder: JSONEncoder
    private var sequence = 0
    private var length = 0
    private var lastSync: Duration
    /// Set once a torn record could not be taken back: whatever were written behind it, nobody would read.
    private var failure: GodHandError?

    init(directory: String, durability: TraceWriter.Durability, clock: TraceWriter.Clock) throws {
        try HostFile.makeDirectory(directory)
        try HostFile.makeDirectory("\(directory)/\(TraceFormat.blobsDirectory)")
        path = directory
        file = try HostFile.create("\(directory)/\(TraceFormat.recordsFile)")
        file.lock()
        if durability != .none { try HostFile.synchronizeDirectory(directory) }
        self.durability = durability
        self.clock = clock
        blobs = BlobWriter(directory: directory, synchronizes: durability == .each)
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        start = clock.elapsed()
        lastSync = start
    }

    /// Appends an event.
    mutating func append(_ event: RunEvent) throws {
        if let failure { throw failure }
        guard event.searches <= TraceFormat.searchDepth else { return }
        let (kind, body) = try encode(event)
        let now = clock.elapsed()
        let line = TraceLine.make(
            sequence: sequence, time: clock.wall(), elapsed: now - start, kind: kind, body: body)
        try append(line, at: now, isLast: event.isEnd)
    }

    /// Appends a record of another trace with all that it holds, and what an event says in place of its own.
    mutating func append(_ record: TraceRecord, as event: RunEvent?, pictures: inout BlobReader) throws {
        if let failure { throw failure }
        let line: [UInt8]
        if event == record.event, record.sequence == sequence {
            // Nothing is different, not even a space.
            line = Array(record.json) + [UInt8(ascii: "\n")]
        } else {
            var body = try JSONRecord(record.json)
            if let event, event != record.event {
                let old = try record.event.map { try encode($0) }
                let new = try encode(event)
                body.replace(old?.body, by: new.body)
            }
            line = try body.line(sequence: sequence)
        }
        // What this version does not know may name pictures, too.
        for name in JSONRecord.names(in: line) {
            let png = pictures.picture(name)
            if !png.isEmpty { _ = try blobs.store(png) }
        }
        try append(line, at: clock.elapsed(), isLast: false)
    }

    private mutating func append(_ line: [UInt8], at now: Duration, isLast: Bool) throws {
        do {
            try file.write(line)
        } catch {
            takeBack()
            throw error
        }
        sequence += 1
        length += line.count
        switch durability {
        case .none: return
        case .each: break
        case .batched: if !isLast, now - lastSync < .milliseconds(200) { return }
        }
        try file.synchronize()
        lastSync = now
    }

    /// Removes the part of a record that was written before an error, so that the next one starts on a new line.
    private mutating func takeBack() {
        do {
            try file.truncate(to: length)
        } catch {
            failure = GodHandError(
                .hostFailed, "The trace in \(path) ends in a torn record.", hint: "Start a new one.", cause: error)
        }
    }

    private mutating func encode(_ event: RunEvent) throws -> (kind: String, body: Data) {
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

    private mutating func encode(_ event: BranchEvent) throws -> (kind: String, body: Data) {
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
}

extension RunEvent {
    /// How many searches it lies in.
    fileprivate var searches: Int { if case .within(branch: _, let inner) = self { inner.searches + 1 } else { 0 } }

    /// Whether the run is over with it.
    var isEnd: Bool { if case .finished = self { true } else { false } }

    /// About how many bytes it holds.
    var weight: Int {
        switch self {
        case .step(let step): 4096 + step.before.screenshot.png.count + step.after.screenshot.png.count
        case .modelTurn(let entry): entry.pictures.reduce(4096) { $0 + $1.count }
        case .exec(let command): 1024 + command.output.utf8.count + command.errorOutput.utf8.count
        case .within(branch: _, let inner): inner.weight
        case .branch(let event):
            switch event.change {
            case .scored(_, let screen): 1024 + (screen?.png.count ?? 0)
            case .closed(let closing): 1024 + (closing.screen?.png.count ?? 0)
            case .opened: 1024
            }
        default: 1024
        }
    }
}
