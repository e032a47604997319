public import Foundation
public import GodHandCore

extension TraceWriter {
    /// Writes the records of another trace again, with all that they hold, also what this version does not know.
    ///
    /// A record whose event is not changed, and that keeps its number, is written byte for byte. Of another, members that
    /// are not known stay, in the record and in every object in it. So a change that is to leave nothing behind, such as
    /// a redaction, must look at ``TraceRecord/json``, too.
    ///
    /// - Parameters:
    ///   - trace: The directory of the other trace.
    ///   - limits: How much is taken from it.
    ///   - change: What becomes of each record.
    /// - Returns: What follows the last whole record of the other trace, and is not copied.
    /// - Throws: What ``TraceReader`` and ``record(_:)`` throw, and what the closure throws.
    @discardableResult
    public func copy(
        _ trace: URL, limits: TraceLimits = TraceLimits(),
        changing change: (TraceRecord) async throws -> TraceChange = { _ in .keep }
    ) async throws -> TraceTail? {
        var reader = try TraceReader(directory: trace, limits: limits)
        let path = trace.path(percentEncoded: false)
        while let record = try reader.next() {
            let event: RunEvent?
            switch try await change(record) {
            case .keep: event = record.event
            case .replace(let other): event = other
            case .leaveOut: continue
            }
            try await perform(weight: (event?.weight ?? 0) + record.json.count, isAwaited: true) { appender in
                var pictures = BlobReader(directory: path, limits: limits)
                try appender.append(record, as: event, pictures: &pictures)
            }
        }
        return reader.tail
    }
}

/// What becomes of a record that is written again.
public enum TraceChange: Sendable, Hashable {
    /// It stays as it is.
    case keep
    /// It tells of another event.
    case replace(RunEvent)
    /// It is not written.
    case leaveOut
}
