import Foundation
import GodHandCore
import TestSupport
import Testing

@testable import GodHandTrace

/// Traces of real runs, cut off at any byte: what was whole before the cut is read, with its pictures, and nothing else.
@Suite struct TraceCutTests {
    private static let kept = ["1-run", "1-every-kind", "1-origins"]

    @Test(arguments: kept) func `a cut at any byte of the last records loses only the record that it hits`(
        name: String
    ) async throws {
        try await withCopy(of: name) { copy in
            let first = copy.ends[max(0, copy.ends.count - 4)]
            for length in first...copy.bytes.count { try copy.check(cutTo: length) }
        }
    }

    @Test(arguments: kept) func `so does a cut anywhere`(name: String) async throws {
        try await withCopy(of: name) { copy in
            var random = SeededGenerator(seed: 7)
            for _ in 0..<200 { try copy.check(cutTo: Int.random(in: 0...copy.bytes.count, using: &random)) }
        }
    }

    /// A trace that may be cut.
    private struct Copy {
        let directory: URL
        let whole: Trace
        let bytes: Data
        /// Where records end, beginning with the empty trace.
        let ends: [Int]

        func check(cutTo length: Int) throws {
            try bytes.prefix(length).write(to: directory.appending(path: TraceFormat.recordsFile))
            let trace = try Trace(directory: directory)
            let count = ends.count { $0 <= length } - 1
            #expect(trace.records == Array(whole.records.prefix(count)), "cut to \(length) bytes")
            #expect(trace.records.allSatisfy { $0.missingBlobs.isEmpty })
            let left = length - ends[count]
            #expect(
                trace.tail
                    == (left == 0 ? nil : TraceTail(offset: ends[count], length: left, reason: .unfinished)))
        }
    }

    private func withCopy(of name: String, _ body: (Copy) throws -> Void) async throws {
        let fixtures = URL(filePath: #filePath).appending(path: "../../../Fixtures/Traces").standardizedFileURL
        try await withTemporaryDirectory { parent in
            let directory = parent.appending(path: name)
            try FileManager.default.copyItem(at: fixtures.appending(path: name), to: directory)
            let bytes = try Data(contentsOf: directory.appending(path: TraceFormat.recordsFile))
            let ends = [0] + bytes.indices.filter { bytes[$0] == 0x0a }.map { $0 + 1 }
            let whole = try Trace(directory: directory)
            try #require(whole.tail == nil && whole.records.count == ends.count - 1 && ends.count > 4)
            try body(Copy(directory: directory, whole: whole, bytes: bytes, ends: ends))
        }
    }
}
