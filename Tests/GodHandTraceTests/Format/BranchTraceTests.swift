import Foundation
import GodHandCore
import Testing

@testable import GodHandTrace

extension Samples {
    /// A search: of two branches one fails, and of the other's two forks one wins.
    static var search: [RunEvent] {
        func opened(_ branch: Int, _ parent: Int, _ title: String, _ preservation: Preservation) -> RunEvent {
            .branch(
                BranchEvent(
                    branch,
                    .opened(
                        BranchOpening(
                            parent: parent, title: title, reasoning: branch == 1 ? "It is there." : nil,
                            sandbox: SandboxID(rawValue: "box\(branch)"), preservation: preservation,
                            took: branch == 1 ? .milliseconds(212) : nil))))
        }
        func scored(_ branch: Int, _ value: Double) -> RunEvent {
            let score = BranchScore(value, reason: "\(value) of it.", verdicts: [verdict])
            return .branch(BranchEvent(branch, .scored(score, screen: value > 0.4 ? picture(UInt8(branch)) : nil)))
        }
        func closed(_ branch: Int, _ fate: BranchClosing.Fate, _ screen: Screenshot? = nil) -> RunEvent {
            let closing = BranchClosing(fate, reason: "Branch \(branch) \(fate).", screen: screen, steps: 1, cost: cost)
            return .branch(BranchEvent(branch, .closed(closing)))
        }
        return [
            .started(header), opened(1, 0, "By the menu", .memory), opened(2, 0, "By the keyboard", .memory),
            .within(branch: 2, .step(step(1, .look, verdict: verdict))), .within(branch: 1, .started(header)),
            .within(branch: 1, .step(step(1, .look))), closed(1, .failed, picture(4)), scored(2, 0.5),
            .within(branch: 2, .check(verdict)), opened(3, 2, "Save", .filesystem), opened(4, 2, "Print", .filesystem),
            closed(2, .continued), .within(branch: 3, .step(step(1, .look))), scored(3, 0.25), scored(4, 1),
            .within(branch: 4, conversation[0]), closed(3, .lost), closed(4, .won), .finished(.achieved(nil)),
        ]
    }
}

@Suite struct BranchTraceTests {
    private func trace(of events: [RunEvent]) async throws -> Trace {
        try await withTemporaryDirectory { directory in
            let writer = try TraceWriter(directory: directory, durability: .none)
            for event in events { try await writer.record(event) }
            return try Trace(directory: directory)
        }
    }

    @Test func `a search comes back as it was`() async throws {
        let trace = try await trace(of: Samples.search)
        #expect(trace.events == Samples.search && trace.tail == nil)
        #expect(trace.records.allSatisfy { $0.missingBlobs.isEmpty && $0.note == nil })
        #expect(
            Set(trace.records.map(\.kind)).isSuperset(of: [
                "branch-opened", "branch-scored", "branch-closed", "in-branch",
            ]))
    }

    @Test func `what happens in a branch is hidden from those who do not know branches`() async throws {
        let records = try await trace(of: Samples.search).records
        // A reader of steps alone would take those of all branches for one run.
        #expect(!records.contains { $0.kind == "step" || $0.kind == "check" })
        #expect(records.allSatisfy { $0.version == 1 })
    }

    @Test func `searches in searches come back, as deep as a reader takes them`() async throws {
        func nested(_ depth: Int, _ event: RunEvent) -> RunEvent {
            depth == 0 ? event : .within(branch: depth, nested(depth - 1, event))
        }
        var content: JSONValue = "end"
        for _ in 0..<60 { content = [content] }
        let events = (1...5).flatMap { depth in
            [
                nested(depth, .step(Samples.step(1, .look, verdict: Samples.verdict))),
                nested(depth, Samples.search[1]),
                nested(depth, .modelTurn(ConversationEntry(.program, model: "m", content: content))),
            ]
        }
        let trace = try await trace(of: events)
        #expect(trace.tail == nil && trace.records.allSatisfy { $0.note == nil })
        #expect(trace.events.count == 9 && trace.events[0] == events[0] && trace.events[7] == events[7])
    }

    @Test(arguments: [
        (#"{"branch":1,"parent":1,"title":"t","sandbox":"s","preserving":"memory"}"#, "branch-opened", "a beginning"),
        (#"{"branch":2,"parent":-1,"title":"t","sandbox":"s","preserving":"memory"}"#, "branch-opened", "a beginning"),
        (#"{"branch":2,"parent":0,"title":"t","sandbox":"s","preserving":"soul"}"#, "branch-opened", "a kind of fork"),
        (#"{"branch":2,"kind":"dance","body":{}}"#, "in-branch", "Its kind is not known."),
        (#"{"branch":2,"kind":"step"}"#, "in-branch", "not that of its kind"),
    ])
    func `what is not known of a branch is passed over`(body: String, kind: String, note: String) async throws {
        try await withTemporaryDirectory { directory in
            let line = TraceLine.make(sequence: 0, time: Date(), elapsed: .zero, kind: kind, body: Data(body.utf8))
            try Data(line).write(to: directory.appending(path: "trace.jsonl"))
            let record = try #require(try Trace(directory: directory).records.first)
            #expect(record.event == nil && record.note?.contains(note) == true)
        }
    }
}
