import Foundation
import GodHandCore
import Testing

@testable import GodHandTrace

@Suite struct TraceRoundTripTests {
    @Test func `a run comes back as it was`() async throws {
        try await withTemporaryDirectory { directory in
            let writer = try TraceWriter(directory: directory.appending(path: "run"))
            for event in Samples.run { try await writer.record(event) }
            let trace = try Trace(directory: writer.directory)
            #expect(trace.events == Samples.run)
            #expect(trace.tail == nil)
            #expect(trace.records.allSatisfy { $0.missingBlobs.isEmpty && $0.note == nil })
            #expect(trace.records.map(\.sequence) == Array(0..<Samples.run.count))
        }
    }

    @Test(arguments: Samples.outcomes)
    func `an outcome comes back as it was`(outcome: Outcome) async throws {
        #expect(try await roundTrip([.finished(outcome)]) == [.finished(outcome)])
    }

    @Test(arguments: Samples.lifecycle)
    func `a station of life comes back as it was`(event: LifecycleEvent) async throws {
        #expect(try await roundTrip([.lifecycle(event)]) == [.lifecycle(event)])
    }

    @Test func `moments of our decades come back as the same value`() {
        for _ in 0..<2_000 {
            let date = Date(timeIntervalSince1970: Double.random(in: 1_600_000_000...2_200_000_000))
            #expect(Timestamp.parse(Timestamp.format(date, digits: 9)) == date)
        }
    }

    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00.000Z"), (951_782_400.5, "2000-02-29T00:00:00.500Z"),
        (1_735_689_599.999_9, "2024-12-31T23:59:59.999Z"), (-1.0, "1969-12-31T23:59:59.000Z"),
        (4_107_542_400.0, "2100-03-01T00:00:00.000Z"), (-Double.infinity, "2001-01-01T00:00:00.000Z"),
    ])
    func `moments are written as RFC 3339`(seconds: Double, text: String) {
        #expect(Timestamp.format(Date(timeIntervalSince1970: seconds), digits: 3) == text)
    }

    @Test(arguments: [1e300, -1e300])
    func `moments outside the calendar are put at its edge`(seconds: Double) {
        let text = Timestamp.format(Date(timeIntervalSinceReferenceDate: seconds), digits: 3)
        #expect(text.hasPrefix(seconds > 0 ? "99" : "00"))
    }

    @Test(arguments: [
        "", "Z", "2024-01-01", "2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00+01:00",
        "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00.1234567890Z", "२०२४-01-01T00:00:00Z", "2024-01-01T00:00:00,5Z",
    ])
    func `other text is not a moment`(text: String) { #expect(Timestamp.parse(text) == nil) }

    @Test func `the example in the description is a trace`() async throws {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
        let text = try String(contentsOf: root.appending(path: "Documentation/TraceFormat.md"), encoding: .utf8)
        let example = try #require(text.firstMatch(of: #/```jsonl\n(.*?)```/#.dotMatchesNewlines()))
        try await withTemporaryDirectory { directory in
            try Data(example.1.utf8).write(to: directory.appending(path: "trace.jsonl"))
            let trace = try Trace(directory: directory)
            #expect(trace.tail == nil && trace.events.count == 5)
        }
    }

    @Test func `verdicts nest as deep as a reader takes them`() async throws {
        var verdict = Verdict(passed: true, claim: "c", evidence: "e")
        for _ in 0..<100 { verdict = Verdict(passed: true, claim: "c", evidence: "e", parts: [verdict]) }
        let step = RunEvent.step(Samples.step(1, .look, verdict: verdict))
        let events = try await roundTrip([step])
        #expect(events.count == 1)
    }

    private func roundTrip(_ events: [RunEvent]) async throws -> [RunEvent] {
        try await withTemporaryDirectory { directory in
            let writer = try TraceWriter(directory: directory.appending(path: "run"), durability: .none)
            for event in events { try await writer.record(event) }
            return try Trace(directory: writer.directory).events
        }
    }
}
