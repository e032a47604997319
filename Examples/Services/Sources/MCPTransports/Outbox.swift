import Foundation
import Synchronization

/// Lines that wait to be written, and a measure of how many bytes they are, so that a client which does not read what it
/// asked for cannot fill the memory.
final class Outbox: Sendable {
    let lines: AsyncStream<Data>
    private let sink: AsyncStream<Data>.Continuation
    private let waiting = Mutex(0)
    private let (drained, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// From how many waiting bytes on nothing more is taken in.
    static let brim = 8 << 20

    init() { (lines, sink) = AsyncStream.makeStream() }

    func add(_ line: Data) {
        waiting.withLock { $0 += line.count }
        sink.yield(line)
    }

    /// Takes note that a line was written.
    func wrote(_ line: Data) {
        waiting.withLock { $0 -= line.count }
        signal.yield()
    }

    /// Waits until there is room. For one task only.
    func room() async {
        var changes = drained.makeAsyncIterator()
        while waiting.withLock({ $0 > Self.brim }) {
            guard await changes.next() != nil else { return }
        }
    }

    /// Says that nothing more comes.
    func finish() { sink.finish() }
}
