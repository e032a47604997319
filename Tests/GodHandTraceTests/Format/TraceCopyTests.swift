import Foundation
import GodHandCore
import Testing

@testable import GodHandTrace

/// What this version does not know survives that a trace is read and written again.
@Suite struct TraceCopyTests {
    private static let fixtures = URL(filePath: #filePath).appending(path: "../../../Fixtures/Traces")
        .standardizedFileURL

    @Test(arguments: ["1-every-kind", "1-run", "1-newer", "1-origins"])
    func `a copy is the same, byte for byte`(name: String) async throws {
        let source = Self.fixtures.appending(path: name, directoryHint: .isDirectory)
        try await withTemporaryDirectory { directory in
            let writer = try TraceWriter(directory: directory.appending(path: "copy"), durability: .none)
            #expect(try await writer.copy(source) == nil)
            #expect(try files(writer.directory) == files(source))
        }
    }

    @Test func `unknown members stay when a record is changed, in every object of it`() async throws {
        try await withTemporaryDirectory { directory in
            let source = directory.appending(path: "newer")
            try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
            let body = #"""
                {"passed":false,"claim":"secret","evidence":"e","mood":"fine","parts":[
                {"passed":true,"claim":"p","evidence":"secret","parts":[],"weight":0.5}]}
                """#.replacingOccurrences(of: "\n", with: "")
            let known = TraceLine.make(sequence: 0, time: Date(), elapsed: .zero, kind: "x", body: Data("{}".utf8))
            let line = TraceLine.make(
                sequence: 1, time: Date(), elapsed: .seconds(2), kind: "check", body: Data(body.utf8))
            try Data(known + line).write(to: source.appending(path: "trace.jsonl"))
            let writer = try TraceWriter(directory: directory.appending(path: "copy"), durability: .none)
            try await writer.copy(source) { record in
                guard case .check(var verdict)? = record.event else { return .leaveOut }
                verdict.claim = "(left out)"
                verdict.parts[0].evidence = "(left out)"
                return .replace(.check(verdict))
            }
            let trace = try Trace(directory: writer.directory)
            #expect(trace.tail == nil && trace.records.count == 1 && trace.records[0].elapsed == .seconds(2))
            let text = String(decoding: trace.records[0].json, as: UTF8.self)
            #expect(text.contains(#""mood":"fine""#) && text.contains(#""weight":0.5"#), "\(text)")
            #expect(!text.contains("secret"))
            guard case .check(let verdict)? = trace.events.first else { throw GodHandError(.notFound, text) }
            #expect(verdict.claim == "(left out)" && verdict.parts.map(\.evidence) == ["(left out)"])
        }
    }

    /// All files of a directory, by their paths in it.
    private func files(_ directory: URL) throws -> [String: Data] {
        let names = FileManager.default.enumerator(atPath: directory.path())?.compactMap { $0 as? String } ?? []
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                (try? Data(contentsOf: directory.appending(path: name))).map { (name, $0) }
            })
    }
}
