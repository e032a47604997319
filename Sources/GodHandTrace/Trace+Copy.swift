public import Foundation
public import GodHandCore
import Synchronization

extension Trace {
    /// Writes a copy in which events are changed. Its records keep their times.
    ///
    /// Left out are records that this reader does not understand, and what is not whole.
    ///
    /// - Parameters:
    ///   - directory: The new trace's directory, without a trace in it.
    ///   - change: Gives what is to be written in place of an event; nil to leave it out.
    /// - Throws: What `TraceWriter` and `change` throw.
    public func copy(to directory: URL, changing change: (RunEvent) throws -> RunEvent?) async throws {
        let now = Mutex<(time: Date, elapsed: Duration)>((Date(), .zero))
        let clock = TraceWriter.Clock(
            wall: { now.withLock { $0.time } }, elapsed: { now.withLock { $0.elapsed } })
        let writer = try TraceWriter(directory: directory, durability: .none, clock: clock)
        for record in records {
            guard let event = try record.event.flatMap(change) else { continue }
            now.withLock { $0 = (record.time, record.elapsed) }
            try await writer.record(event)
        }
    }
}
