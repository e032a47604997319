import Foundation
import GodHandCore
import Synchronization
import Testing

@testable import GodHandTrace

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct TraceWriterTests {
    @Test func `only this user may look, and each picture lies there once`() async throws {
        try await withTemporaryDirectory { parent in
            let directory = parent.appending(path: "above/run")
            let writer = try TraceWriter(directory: directory)
            for index in 1...20 { try await writer.record(.step(Samples.step(index, .look))) }
            let path = directory.path()
            #expect(try mode(path) == 0o700)
            #expect(try mode("\(path)/trace.jsonl") == 0o600)
            let files = try FileManager.default.subpathsOfDirectory(atPath: "\(path)/blobs").filter { $0.count > 2 }
            #expect(files.count == 7 && files.allSatisfy { $0.hasSuffix(".png") })
            for file in files { #expect(try mode("\(path)/blobs/\(file)") == 0o600) }
        }
    }

    @Test func `a second run in the same place is refused and the first stays`() async throws {
        try await withTemporaryDirectory { directory in
            let writer = try TraceWriter(directory: directory)
            try await writer.record(.started(Samples.header))
            let error = #expect(throws: GodHandError.self) { try TraceWriter(directory: directory) }
            #expect(error?.code == .hostFailed && error?.hint != nil)
            #expect(try Trace(directory: directory).events == [.started(Samples.header)])
        }
    }

    @Test func `the envelope says when, by both clocks`() async throws {
        try await withTemporaryDirectory { directory in
            let now = Mutex(Duration.seconds(5))
            let clock = TraceWriter.Clock(
                wall: { Date(timeIntervalSince1970: 1_700_000_000.125) }, elapsed: { now.withLock { $0 } })
            let writer = try TraceWriter(directory: directory, durability: .each, clock: clock)
            now.withLock { $0 += .microseconds(1_500_001) }
            try await writer.record(.finished(.achieved(nil)))
            let line = try String(contentsOf: directory.appending(path: "trace.jsonl"), encoding: .utf8)
            #expect(
                line.hasPrefix(
                    #"{"version":1,"seq":0,"time":"2023-11-14T22:13:20.125Z","elapsed":1.500001,"kind":"finished","#
                        + #""body":{"outcome":"achieved"},"crc":""#))
            let record = try #require(try Trace(directory: directory).records.first)
            #expect(record.elapsed == .microseconds(1_500_001))
        }
    }

    @Test func `a reader follows a writer`() async throws {
        try await withTemporaryDirectory { directory in
            let writer = try TraceWriter(directory: directory, durability: .none)
            var reader = try TraceReader(directory: directory)
            for event in Samples.run {
                #expect(try reader.next() == nil && reader.tail == nil)
                try await writer.record(event)
                #expect(try reader.next()?.event == event)
            }
        }
    }

    /// A file system without room: the record in flight is taken back, what was there stays whole, and once there is
    /// room the trace goes on.
    @Test func `a full disk is an error and leaves a whole trace`() async throws {
        await #expect(processExitsWith: .success) {
            // A limit on the size of files stands in for the disk; without the signal, write(2) fails with EFBIG.
            signal(SIGXFSZ, SIG_IGN)
            try await withTemporaryDirectory { directory in
                let writer = try TraceWriter(directory: directory, durability: .none)
                try await writer.record(.started(Samples.header))
                let file = directory.appending(path: "trace.jsonl")
                let length = try Data(contentsOf: file).count
                var previous = rlimit()
                #if canImport(Glibc)
                    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
                #else
                    let resource = RLIMIT_FSIZE
                #endif
                getrlimit(resource, &previous)
                for room in [0, 1, 50, 300] {
                    var limit = rlimit(rlim_cur: rlim_t(length + room), rlim_max: previous.rlim_max)
                    setrlimit(resource, &limit)
                    await #expect(throws: GodHandError.self) {
                        try await writer.record(.step(Samples.step(1, .exec([String(repeating: "x", count: 500)]))))
                    }
                    let trace = try Trace(directory: directory)
                    #expect(trace.events == [.started(Samples.header)] && trace.tail == nil)
                }
                setrlimit(resource, &previous)
                try await writer.record(.finished(.achieved(nil)))
                #expect(try Trace(directory: directory).events.count == 2)
            }
        }
    }

    private func mode(_ path: String) throws -> Int {
        let value = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        return try #require(value as? NSNumber).intValue
    }
}
