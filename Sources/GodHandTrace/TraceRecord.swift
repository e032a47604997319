public import Foundation
public import GodHandCore

/// One line of a trace.
public struct TraceRecord: Sendable, Hashable {
    /// The version of the format in which it is written.
    public let version: Int
    /// Its number, counted from zero without gaps.
    public let sequence: Int
    /// When it was written, by the host's clock, to the millisecond.
    public let time: Date
    /// How long after the trace was begun it was written, by a clock that is never set, to the microsecond.
    public let elapsed: Duration
    /// What it tells: `started`, `lifecycle`, `step`, `exec`, `check`, `model-turn`, `decision`, `intervention`,
    /// `finished`, or a word of a newer writer.
    public let kind: String
    /// What happened; nil for a kind or a content that this reader does not know.
    public let event: RunEvent?
    /// Why ``event`` is nil.
    public let note: String?
    /// The pictures that are named in it and are not there; their bytes in ``event`` are empty.
    public let missingBlobs: [String]
    /// The line as it lies in the file, without its line feed: one JSON object with everything in it, known or not.
    public let json: Data
}

/// The part at the end of a trace that is not whole: what a writer that died left, or what was damaged later.
public struct TraceTail: Sendable, Hashable {
    /// Where it begins, in bytes from the start of the file.
    public let offset: Int
    /// How many bytes it has, as far as they were looked at.
    public let length: Int
    /// Why the record there was not taken.
    public let reason: Reason

    /// Why a record was not taken.
    public enum Reason: String, Sendable, Hashable {
        /// It does not end in a line feed: its writer died, or is writing now.
        case unfinished
        /// Its checksum does not agree with its bytes.
        case checksum
        /// Its number does not follow the one before.
        case sequence
        /// It is not the JSON that the format asks for.
        case malformed
        /// It is larger than the reader's limits allow, or there are too many.
        case limit
    }
}

/// A whole trace in memory.
public struct Trace: Sendable {
    /// Its records, in order.
    public let records: [TraceRecord]
    /// What follows them and is not whole; nil for a trace that ends cleanly.
    public let tail: TraceTail?
    /// Whether a process was writing to it when it was read.
    public let isBeingWritten: Bool

    /// What happened, without what this reader does not know.
    public var events: [RunEvent] { records.compactMap(\.event) }

    init(records: [TraceRecord], tail: TraceTail?) {
        self.records = records
        self.tail = tail
        isBeingWritten = false
    }

    /// Reads a trace.
    ///
    /// - Throws: `GodHandError` with `not-found` if there is none, `host.failed` if it cannot be read. Damage is not
    ///   an error: see ``tail`` and ``TraceRecord/missingBlobs``.
    public init(directory: URL, limits: TraceLimits = TraceLimits()) throws {
        var reader = try TraceReader(directory: directory, limits: limits)
        var records: [TraceRecord] = []
        while let record = try reader.next() { records.append(record) }
        self.records = records
        self.tail = reader.tail
        self.isBeingWritten = reader.isBeingWritten
    }
}
