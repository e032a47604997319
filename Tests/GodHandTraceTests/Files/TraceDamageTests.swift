import Foundation
import GodHandCore
import Testing

@testable import GodHandTrace

@Suite struct TraceDamageTests {
    @Test func `a trace cut anywhere is a prefix of the whole`() async throws {
        try await withTrace(of: Samples.short) { directory, file in
            let whole = try Data(contentsOf: file)
            let lines = whole.split(separator: 10, omittingEmptySubsequences: false).dropLast()
            var ends = [0]
            for line in lines { ends.append((ends.last ?? 0) + line.count + 1) }
            for length in 0...whole.count {
                try whole.prefix(length).write(to: file)
                let trace = try Trace(directory: directory)
                let complete = ends.lastIndex { $0 <= length } ?? 0
                #expect(trace.events == Array(Samples.short.prefix(complete)))
                if ends.contains(length) {
                    #expect(trace.tail == nil)
                } else {
                    #expect(
                        trace.tail
                            == TraceTail(offset: ends[complete], length: length - ends[complete], reason: .unfinished))
                }
            }
        }
    }

    @Test func `a changed byte is found and ends the trace`() async throws {
        try await withTrace(of: Samples.short) { directory, file in
            let whole = try Data(contentsOf: file)
            let second = (whole.firstIndex(of: 10) ?? 0) + 1
            for place in stride(from: second, to: whole.count, by: 3) {
                var damaged = whole
                damaged[place] ^= 0x04
                try damaged.write(to: file)
                let trace = try Trace(directory: directory)
                let complete = whole[..<place].count { $0 == 10 }
                #expect(trace.events == Array(Samples.short.prefix(complete)), "byte \(place)")
                #expect(trace.tail != nil)
            }
        }
    }

    @Test func `a missing or changed picture is named and the rest is read`() async throws {
        try await withTrace(of: Samples.short) { directory, _ in
            let first = SHA256.hexadecimal(Samples.picture(1).png)
            let second = SHA256.hexadecimal(Samples.picture(2).png)
            try FileManager.default.removeItem(atPath: BlobName.path(first, in: directory.path()))
            try Data("not it".utf8).write(to: URL(filePath: BlobName.path(second, in: directory.path())))
            let trace = try Trace(directory: directory)
            #expect(trace.events.count == Samples.short.count)
            #expect(trace.records.map(\.missingBlobs) == [[], [first, second], [second], []])
            guard case .step(let step) = trace.events[1] else { throw GodHandError(.notFound, "no step") }
            #expect(step.before.screenshot.png.isEmpty && step.intent == "Step 1")
        }
    }

    @Test func `what a newer writer says survives`() async throws {
        try await withTrace(of: [.started(Samples.header)]) { directory, file in
            let body = Data(#"{"passed":true,"claim":"c","evidence":"e","parts":[],"mood":"fine"}"#.utf8)
            let lines = [
                TraceLine.make(sequence: 1, time: Date(), elapsed: .zero, kind: "dream", body: Data("[1]".utf8)),
                TraceLine.make(sequence: 2, time: Date(), elapsed: .zero, kind: "check", body: body),
                TraceLine.make(
                    sequence: 3, time: Date(), elapsed: .zero, kind: "finished", body: Data(#"{"outcome":"won"}"#.utf8)),
            ]
            let handle = try FileHandle(forWritingTo: file)
            try handle.seekToEnd()
            for line in lines { try handle.write(contentsOf: Data(line)) }
            try handle.close()
            let trace = try Trace(directory: directory)
            #expect(trace.tail == nil && trace.records.count == 4)
            #expect(trace.records[1].event == nil && trace.records[1].kind == "dream")
            #expect(trace.records[1].json + [10] == Data(lines[0]))
            #expect(trace.records[2].event == .check(Verdict(passed: true, claim: "c", evidence: "e")))
            #expect(String(decoding: trace.records[2].json, as: UTF8.self).contains(#""mood":"fine""#))
            #expect(trace.records[3].event == nil && trace.records[3].note?.contains("won") == true)
        }
    }

    /// Bodies that a hostile file could hold: none may end the process, none becomes an event.
    @Test(arguments: [
        ("check", #"{"passed":true,"claim":"c","evidence":"e","parts":7}"#),
        ("lifecycle", #"{"kind":"created","sandbox":"a","took":1e300}"#),
        ("lifecycle", #"{"kind":"born","sandbox":"a"}"#),
        ("step", #"{"index":99999999999999999999}"#),
        ("step", hostileStep(action: #"{"kind":"move","at":[9223372036854775807,1]}"#)),
        ("step", hostileStep(action: #"{"kind":"click","count":1,"button":"nose"}"#)),
        ("step", hostileStep(action: #"{"kind":"hold","keys":["a"],"seconds":-1e99}"#)),
        ("step", hostileStep(action: #"{"kind":"look"}"#, size: "[-1,5]")),
        ("step", hostileStep(action: #"{"kind":"look"}"#, changes: "[[0,0,9223372036854775807,1]]")),
        ("finished", #"null"#), ("started", #"{"goal":"g"}"#),
    ])
    func `numbers out of range and wrong shapes are not taken`(kind: String, body: String) async throws {
        try await withTrace(of: []) { directory, file in
            try Data(TraceLine.make(sequence: 0, time: Date(), elapsed: .zero, kind: kind, body: Data(body.utf8)))
                .write(to: file)
            let trace = try Trace(directory: directory)
            #expect(trace.records.count == 1 && trace.events.isEmpty)
        }
    }

    @Test(arguments: ["../../../../etc/passwd", "/etc/passwd", String(repeating: "A", count: 64), ""])
    func `only hashes become paths`(name: String) {
        var reader = BlobReader(directory: "/tmp", limits: TraceLimits())
        #expect(!BlobName.isValid(name))
        #expect(reader.picture(name).isEmpty && reader.takeMissing() == [name])
    }

    @Test func `long lines, deep nesting and many records end the trace`() async throws {
        try await withTrace(of: [.finished(.stopped("x"))] + Samples.short) { directory, file in
            var limits = TraceLimits()
            limits.lineBytes = 800
            let long = try Trace(directory: directory, limits: limits)
            #expect(long.records.count == 1 && long.tail?.reason == .limit)
            limits = TraceLimits()
            limits.records = 2
            #expect(try Trace(directory: directory, limits: limits).tail?.reason == .limit)
            let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
            try Data(TraceLine.make(sequence: 0, time: Date(), elapsed: .zero, kind: "x", body: Data(deep.utf8)))
                .write(to: file)
            #expect(try Trace(directory: directory).tail?.reason == .limit)
        }
    }

    @Test func `a repeated record ends the trace`() async throws {
        try await withTrace(of: Samples.short) { directory, file in
            let whole = try Data(contentsOf: file)
            try (whole + whole).write(to: file)
            let trace = try Trace(directory: directory)
            #expect(trace.events == Samples.short && trace.tail?.reason == .sequence)
        }
    }

    @Test func `pictures beyond the limits count as missing`() async throws {
        try await withTrace(of: Samples.short) { directory, _ in
            var limits = TraceLimits()
            limits.totalBlobBytes = 700
            let trace = try Trace(directory: directory, limits: limits)
            #expect(Set(trace.records.flatMap(\.missingBlobs)) == [SHA256.hexadecimal(Samples.picture(3).png)])
        }
    }

    @Test func `no trace is a plain error`() async throws {
        try await withTemporaryDirectory { directory in
            let error = #expect(throws: GodHandError.self) { _ = try Trace(directory: directory) }
            #expect(error?.code == .notFound)
        }
    }
}

private func hostileStep(action: String, size: String = "[1,1]", changes: String = "[]") -> String {
    let seen =
        #"{"picture":{"blob":"x","size":\#(size),"takenAt":"2024-01-01T00:00:00Z","serial":1},"#
        + #""settled":true,"changes":\#(changes)}"#
    return #"{"index":1,"intent":"i","action":\#(action),"before":\#(seen),"after":\#(seen),"#
        + #""timings":{"perceive":0,"plan":0,"act":0,"verify":0},"startedAt":"2024-01-01T00:00:00Z"}"#
}

private func withTrace(of events: [RunEvent], _ body: (URL, URL) throws -> Void) async throws {
    try await withTemporaryDirectory { directory in
        let writer = try TraceWriter(directory: directory, durability: .none)
        for event in events { try await writer.record(event) }
        try body(directory, directory.appending(path: "trace.jsonl"))
    }
}
