import Foundation
import GodHandCore
import Synchronization
import TestSupport
import Testing

@testable import GodHandTrace

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A process that writes a trace is killed in the middle of its work, at moments that differ from one time to the next.
@Suite(.timeLimit(.minutes(10))) struct TraceKillTests {
    @Test(arguments: UInt64(0)..<40)
    func `what was told to be written is there, and at most one record more`(seed: UInt64) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "godhand-killed-\(UInt64.random(in: 0...UInt64.max))", directoryHint: .isDirectory)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.path()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, seed = seed as UInt64] in
            try await Self.writeUntilKilled(path, seed)
        }
        let told = try Data(contentsOf: directory.appending(path: "told"))
        let number = told.withUnsafeBytes { Int($0.loadUnaligned(as: Int64.self)) }
        let trace = try Trace(directory: directory)
        #expect(number > 0 && (number...number + 1).contains(trace.events.count))
        #expect(trace.events == (1...trace.events.count).map { Self.event($0, seed) })
        #expect(trace.records.allSatisfy { $0.missingBlobs.isEmpty })
        #expect(trace.tail == nil || trace.tail?.reason == .unfinished)
        #expect(!trace.isBeingWritten)
        try Self.checkPictures(in: directory)
    }

    /// Whatever has a picture's name is that picture, also if no record names it yet.
    private static func checkPictures(in directory: URL) throws {
        let blobs = directory.appending(path: TraceFormat.blobsDirectory).path()
        let names = try FileManager.default.subpathsOfDirectory(atPath: blobs)
            .filter { $0.hasSuffix(".png") && !$0.contains("/.") }
        #expect(!names.isEmpty)
        for name in names {
            let file = try Data(contentsOf: URL(filePath: "\(blobs)/\(name)"))
            #expect(name.hasSuffix("/\(SHA256.hexadecimal(file)).png"))
        }
    }

    private static func writeUntilKilled(_ path: String, _ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let records = Int.random(in: 3...60, using: &random)
        let spins = Int.random(in: 0...400_000, using: &random)
        let durability: TraceWriter.Durability = seed.isMultiple(of: 4) ? .each : .none
        // The promise is for a disk that keeps up, which that of a busy machine may not.
        var pace = TraceWriter.Pace()
        pace.patience = .seconds(60)
        let writer = try TraceWriter(
            directory: URL(filePath: path), durability: durability, clock: .system, pace: pace)
        let told = open("\(path)/told", O_RDWR | O_CREAT, 0o600)
        // The hand that kills works beside the writer. It waits for a number of records, and then for as long as some
        // turns of a loop take, so the blow falls anywhere: into a picture, into a line, or between two records.
        let count = Atomic(0)
        let killer = Thread {
            while count.load(ordering: .acquiring) < records {}
            for _ in 0..<spins where count.load(ordering: .relaxed) < 0 { return }
            kill(getpid(), SIGKILL)
        }
        killer.start()
        var index = 0
        while true {
            index += 1
            try await writer.record(event(index, seed))
            var number = Int64(index)
            pwrite(told, &number, 8, 0)
            count.store(index, ordering: .releasing)
        }
    }

    /// A step with pictures that no other has, large enough to be hit while they are written.
    private static func event(_ index: Int, _ seed: UInt64) -> RunEvent {
        var random = SeededGenerator(seed: seed << 32 | UInt64(index))
        func picture() -> Screenshot {
            let words = (0..<Int.random(in: 1...6_000, using: &random)).map { _ in random.next() }
            return Screenshot(
                png: words.withUnsafeBytes { Data($0) }, size: Size(width: 1280, height: 800),
                takenAt: Date(timeIntervalSinceReferenceDate: 8e8), serial: 1)
        }
        var step = Samples.step(index, .exec(["echo", String(repeating: "x", count: index * 37 % 5_000)]))
        step.before.screenshot = picture()
        step.after.screenshot = picture()
        return .step(step)
    }
}
