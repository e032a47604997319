import Foundation
public import GodHandCore

extension Trace {
    /// The run that it tells of, for whoever goes on with it.
    public var run: RecordedRun {
        var hash = SHA256()
        for record in records {
            record.json.withUnsafeBytes { hash.update($0) }
            [UInt8(ascii: "\n")].withUnsafeBytes { hash.update($0) }
        }
        let digest = hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return RecordedRun(
            events: events, time: activeTime, records: records.count, digest: digest, isBeingWritten: isBeingWritten)
    }

    /// The time up to the last record, without that in which a person held the run up.
    private var activeTime: Duration {
        var held = Duration.zero
        var since: Duration?
        for record in records {
            guard case .intervention(let intervention)? = record.event else { continue }
            switch intervention.kind {
            case .paused, .takenOver, .asked: since = since ?? record.elapsed
            case .resumed, .handedBack, .answered:
                if let since { held += record.elapsed - since }
                since = nil
            case .hint, .replanned, .falseDone, .continued: break
            }
        }
        let last = records.last?.elapsed ?? .zero
        if let since { held += last - since }
        return max(.zero, last - held)
    }
}
