import Foundation
import Synchronization

/// A clock on which pauses pass at once and are written down, and limits never pass: from an hour on a time is a limit.
final class PauseClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let list = Mutex<[Duration]>([])

    var now: Instant { Instant(offset: .zero) }
    var minimumResolution: Duration { .zero }
    /// The pauses so far.
    var pauses: [Duration] { list.withLock { $0 } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        guard deadline.offset >= .seconds(3600) else { return list.withLock { $0.append(deadline.offset) } }
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        // Ends only when the task is cancelled: the continuation says nothing, and lives as long as this.
        for await _ in stream {}
        continuation.finish()
        throw CancellationError()
    }
}
