public import Foundation
import GodHandCore

/// Reads a trace record by record, up to the first that is not whole.
///
/// It trusts nothing that it reads: lengths, names and nesting are bounded by ``TraceLimits``. A trace that is being
/// written can be read; call ``next()`` again for what came since, as long as ``tail`` is nil or unfinished.
public struct TraceReader {
    /// What follows the last record and is not whole; known once ``next()`` has returned nil.
    public private(set) var tail: TraceTail?

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
        guard TraceLine.isWhole(line) else { return end(.checksum) }
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
            switch envelope.kind {
            case TraceFormat.Kind.started: return (.started(try body(EncodedHeader.self, json).header()), nil)
            case TraceFormat.Kind.lifecycle: return (.lifecycle(try body(EncodedLifecycle.self, json).event()), nil)
            case TraceFormat.Kind.step: return (.step(try body(EncodedStep.self, json).step(pictures: &pictures)), nil)
            case TraceFormat.Kind.check: return (.check(try body(EncodedVerdict.self, json).verdict), nil)
            case TraceFormat.Kind.modelTurn:
                return (.modelTurn(try body(EncodedEntry.self, json).entry(pictures: &pictures)), nil)
            case TraceFormat.Kind.decision:
                return (.decision(try body(EncodedDecision.self, json).decision()), nil)
            case TraceFormat.Kind.intervention:
                return (.intervention(try body(EncodedIntervention.self, json).intervention()), nil)
            case TraceFormat.Kind.finished: return (.finished(try body(EncodedOutcome.self, json).value()), nil)
            default: return (nil, "Its kind is not known.")
            }
        } catch let error as UnreadableValue {
            return (nil, "It holds \(error.what) that is not known.")
        } catch {
            return (nil, "Its content is not that of its kind.")
        }
    }

    private func body<Content: Decodable>(_ type: Content.Type, _ json: Data) throws -> Content {
        try JSONDecoder().decode(Bodied<Content>.self, from: json).body
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

    private struct Bodied<Content: Decodable>: Decodable {
        var body: Content

        enum CodingKeys: String, CodingKey {
            case body
        }
    }
}
