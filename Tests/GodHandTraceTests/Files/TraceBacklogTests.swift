import Foundation
import GodHandCore
import Synchronization
import Testing

@testable import GodHandTrace

/// A disk that stands still must not hold a run up.
@Suite struct TraceBacklogTests {
    /// Holds the writer's thread until it is opened.
    private final class Barrier: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        private let isOpen = Mutex(false)

        func pass() {
            if isOpen.withLock({ $0 }) { return }
            semaphore.wait()
            semaphore.signal()
        }

        func open() {
            isOpen.withLock { $0 = true }
            semaphore.signal()
        }
    }

    private func writer(_ directory: URL, _ barrier: Barrier, room: Int = 64 << 20) throws -> TraceWriter {
        var pace = TraceWriter.Pace()
        pace.patience = .milliseconds(1)
        pace.room = room
        pace.stall = .milliseconds(20)
        pace.beforeWriting = { barrier.pass() }
        return try TraceWriter(directory: directory, durability: .batched, clock: .system, pace: pace)
    }

    @Test func `records wait for a slow disk, and the run does not`() async throws {
        try await withTemporaryDirectory { directory in
            let barrier = Barrier()
            let writer = try writer(directory, barrier)
            let events = (1...50).map { RunEvent.step(Samples.step($0, .look)) }
            for event in events { try await writer.record(event) }
            #expect(try Trace(directory: directory).events.isEmpty)
            // The end of a run is waited for, and then this disk is an error.
            let error = await #expect(throws: GodHandError.self) {
                try await writer.record(.finished(.achieved(nil)))
            }
            #expect(error?.code == .hostFailed && error?.message.contains("fast enough") == true)
            barrier.open()
            // A busy host may need more than this writer's patience.
            while (try? await writer.flush()) == nil {}
            let trace = try Trace(directory: directory)
            #expect(trace.events == events + [.finished(.achieved(nil))] && trace.tail == nil)
        }
    }

    @Test func `a run waits once too much waits, and ends if nothing moves`() async throws {
        try await withTemporaryDirectory { directory in
            let barrier = Barrier()
            let writer = try writer(directory, barrier, room: 20_000)
            var taken = 0
            let error = await #expect(throws: GodHandError.self) {
                for index in 1...50 {
                    try await writer.record(.step(Samples.step(index, .look)))
                    taken = index
                }
            }
            #expect(error?.code == .hostFailed && (1..<10).contains(taken), "\(taken)")
            barrier.open()
            // A busy host may need more than this writer's patience.
            while (try? await writer.flush()) == nil {}
            #expect(try Trace(directory: directory).events == (1...taken).map { .step(Samples.step($0, .look)) })
        }
    }

    @Test func `what goes wrong while nobody waits is told next, and leaves no hole`() async throws {
        try await withTemporaryDirectory { directory in
            let barrier = Barrier()
            let writer = try writer(directory, barrier)
            try await writer.record(.started(Samples.header))
            // Its picture cannot be stored: where its shelf should be, a file is in the way.
            let bad = Samples.step(1, .look)
            let shelf = BlobName.path(SHA256.hexadecimal(bad.before.screenshot.png), in: directory.path())
            try Data().write(to: URL(filePath: (shelf as NSString).deletingLastPathComponent))
            try await writer.record(.step(bad))
            try await writer.record(.check(Samples.verdict))
            barrier.open()
            await #expect(throws: GodHandError.self) { try await writer.flush() }
            try await writer.record(.finished(.failed(code: .hostFailed, message: "no room")))
            let trace = try Trace(directory: directory)
            #expect(
                trace.events == [
                    .started(Samples.header), .finished(.failed(code: .hostFailed, message: "no room")),
                ])
        }
    }

    @Test func `it is known whether a trace still grows`() async throws {
        try await withTemporaryDirectory { directory in
            let writer = try TraceWriter(directory: directory)
            try await writer.record(.started(Samples.header))
            #expect(try Trace(directory: directory).isBeingWritten)
            try await writer.flush()
        }
    }
}
