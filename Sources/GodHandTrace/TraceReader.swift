public import Foundation
import GodHandCore

/// Reads a trace record by record, up to the first that is not whole.
///
/// It trusts nothing that it reads: lengths, names and nesting are bounded by ``TraceLimits``. A trace that is being
/// written can be read; call ``next()`` again for what came since, as long as ``tail`` is nil or unfinished.
public struct TraceReader {
    /// What follows the last record and is not whole; known once ``next()`` has returned nil.
    public private(set) var tail: TraceTail?

    /// Whether a process is writing to the trace.
    public var isBeingWritten: Bool { file.isLocked }

    private let file: HostFile
    private let limits: TraceLimits
    private var pictures: BlobReader
    private var buffer: [UInt8] = []
    /// Where the next line begins in ``buffer``.
    private var start = 0
    /// Up to where ``buffer`` was searched for a line feed.
    private var searched = 0
    /// Where ``start`` lies in the file.
    private var offset = 0
    private var sequence = 0

    /// Opens a trace.
    ///
    /// - Throws: `GodHandError` with `not-found` if there is none, `host.failed` if it cannot be opened.
    public init(directory: URL, limits: TraceLimits = TraceLimits()) throws {
        let path = directory.path(percentEncoded: false)
        guard let (file, _) = try HostFile.read("\(path)/\(TraceFormat.recordsFile)") else {
            throw GodHandError(
                .notFound, "There is no trace in \(path).",
                hint: "Give the directory in which \(TraceFormat.recordsFile) lies.")
        }
        self.file = file
        self.limits = limits
        self.pictures = BlobReader(directory: path, limits: limits)
    }

    /// The next whole record, or nil where there is none.
    ///
    /// - Throws: `GodHandError` with `host.failed` if the file cannot be read.
    public mutating func next() throws -> TraceRecord? {
        if let tail, tail.reason != .unfinished { return nil }
        tail = nil
        guard sequence < limits.records else { return end(.limit) }
        guard let line = try nextLine() else {
            let rest = buffer.count - start
            return rest == 0 ? nil : end(rest > limits.lineBytes ? .limit : .unfinished)
        }
        guard SealedLine.isWhole(line) else { return end(.checksum) }
        guard TraceLine.isShallow(line) else { return end(.limit) }
        let json = Data(line)
        guard let envelope = try? JSONDecoder().decode(Envelope.self, from: json),
            let time = Timestamp.parse(envelope.time), let elapsed = try? Seconds.duration(envelope.elapsed)
        else { return end(.malformed) }
        guard envelope.seq == sequence else { return end(.sequence) }
        sequence += 1
        offset += line.count + 1
        start += line.count + 1
        let (event, note) = event(of: envelope, in: json)
        return TraceRecord(
            version: envelope.version, sequence: envelope.seq, time: time, elapsed: elapsed, kind: envelope.kind,
            event: event, note: note, missingBlobs: pictures.takeMissing(), json: json)
    }

    private mutating func end(_ reason: TraceTail.Reason) -> TraceRecord? {
        tail = TraceTail(offset: offset, length: buffer.count - start, reason: reason)
        return nil
    }

    /// The bytes up to the next line feed; nil if there is none in the file or within the limit.
    private mutating func nextLine() throws -> ArraySlice<UInt8>? {
        searched = max(searched, start)
        while true {
            if let feed = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                guard feed - start <= limits.lineBytes else { return nil }
                return buffer[start..<feed]
            }
            searched = buffer.count
            guard buffer.count - start <= limits.lineBytes else { return nil }
            if start > 1 << 20 {
                buffer.removeFirst(start)
                searched -= start
                start = 0
            }
            let more = try file.read(upTo: 1 << 18)
            if more.isEmpty { return nil }
            buffer += more
        }
    }

    private mutating func event(of envelope: Envelope, in json: Data) -> (RunEvent?, String?) {
        guard envelope.version <= TraceFormat.version else {
            return (nil, "It is of version \(envelope.version) of the format.")
        }
        do {
            guard let event = try event(envelope.kind, Body(json: json)) else { return (nil, "Its kind is not known.") }
            return (event, nil)
        } catch let error as UnreadableValue {
            return (nil, "It holds \(error.what) that is not known.")
        } catch {
            return (nil, "Its content is not that of its kind.")
        }
    }

    /// The event of a kind; nil if that is not known.
    private mutating func event(_ kind: String, _ body: Body) throws -> RunEvent? {
        switch kind {
        case TraceFormat.Kind.started: .started(try body.decode(EncodedHeader.self).header())
        case TraceFormat.Kind.lifecycle: .lifecycle(try body.decode(EncodedLifecycle.self).event())
        case TraceFormat.Kind.step: .step(try body.decode(EncodedStep.self).step(pictures: &pictures))
        case TraceFormat.Kind.exec: .exec(try body.decode(EncodedCommand.self).command())
        case TraceFormat.Kind.check: .check(try body.decode(EncodedVerdict.self).verdict)
        case TraceFormat.Kind.modelTurn: .modelTurn(try body.decode(EncodedEntry.self).entry(pictures: &pictures))
        case TraceFormat.Kind.decision: .decision(try body.decode(EncodedDecision.self).decision())
        case TraceFormat.Kind.intervention: .intervention(try body.decode(EncodedIntervention.self).intervention())
        case TraceFormat.Kind.branchOpened: .branch(try body.decode(EncodedOpening.self).event())
        case TraceFormat.Kind.branchScored: .branch(try body.decode(EncodedScore.self).event(pictures: &pictures))
        case TraceFormat.Kind.branchClosed: .branch(try body.decode(EncodedClosing.self).event(pictures: &pictures))
        case TraceFormat.Kind.inBranch: try within(body)
        case TraceFormat.Kind.finished: .finished(try body.decode(EncodedOutcome.self).value())
        default: nil
        }
    }

    private mutating func within(_ body: Body) throws -> RunEvent? {
        let envelope = try body.decode(BranchEnvelope.self)
        guard body.depth < TraceFormat.searchDepth else { throw UnreadableValue("a search in too many others") }
        return try event(envelope.kind, body.inner).map { .within(branch: envelope.branch, $0) }
    }

    /// The content of a record, or of what happened in a branch, as far down as its searches lie.
    private struct Body {
        let json: Data
        var depth = 0

        var inner: Body { Body(json: json, depth: depth + 1) }

        func decode<Content: Decodable>(_ type: Content.Type) throws -> Content {
            let decoder = JSONDecoder()
            if let key = CodingUserInfoKey.bodyDepth { decoder.userInfo[key] = depth }
            return try decoder.decode(Bodied<Content>.self, from: json).body
        }
    }

    private struct Envelope: Decodable {
        var version: Int
        var seq: Int
        var time: String
        var elapsed: Double
        var kind: String

        enum CodingKeys: String, CodingKey {
            case version, seq, time, elapsed, kind
        }
    }

    /// Finds the body that lies as many bodies deep as the decoder was told.
    private struct Bodied<Content: Decodable>: Decodable {
        let body: Content

        enum CodingKeys: String, CodingKey {
            case body
        }

        init(from decoder: any Decoder) throws {
            let depth = CodingUserInfoKey.bodyDepth.flatMap { decoder.userInfo[$0] as? Int } ?? 0
            var container = try decoder.container(keyedBy: CodingKeys.self)
            for _ in 0..<depth { container = try container.nestedContainer(keyedBy: CodingKeys.self, forKey: .body) }
            body = try container.decode(Content.self, forKey: .body)
        }
    }
}

extension CodingUserInfoKey {
    fileprivate static let bodyDepth = CodingUserInfoKey(rawValue: "dev.godhand.body-depth")
}
