import Foundation
import GodHandCore
import GodHandTesting
import GodHandTrace
import Testing

@testable import GodHandAgent

/// Traces that were written when version 1 of the format was new, and must be understood for ever.
///
/// The files are never written again: what changes in the library must not change what it makes of them. A member that is
/// added to the format gets a fixture of its own.
@Suite struct TraceFixtureTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../../Fixtures/Traces").standardizedFileURL

    private func trace(_ name: String) throws -> Trace {
        try Trace(directory: Self.root.appending(path: name, directoryHint: .isDirectory))
    }

    @Test func `every kind of record is understood`() throws {
        let trace = try trace("1-every-kind")
        #expect(trace.tail == nil)
        #expect(trace.records.allSatisfy { $0.event != nil && $0.missingBlobs.isEmpty && $0.version == 1 })
        let kinds = Set(trace.records.map(\.kind))
        #expect(
            kinds == [
                "started", "lifecycle", "step", "check", "model-turn", "decision", "intervention", "finished",
            ])
        let actions = trace.events.compactMap { if case .step(let step) = $0 { step.action } else { nil } }
        #expect(actions.count == 25)
        #expect(actions.first == .input(.move(to: Point(x: 1, y: 2))))
        #expect(actions.contains(.element(.named(role: "push button", name: "Save"), .type("x", replacing: true))))
        #expect(actions.contains(.waitFor(.element(role: nil, name: "OK"), atMost: .seconds(5))))
        guard case .started(let header)? = trace.events.first, case .finished(let outcome)? = trace.events.last else {
            Issue.record("It has no beginning or no end.")
            return
        }
        #expect(header.goal == "Find a page" && header.spec.network == .named("lab") && header.planner == "nobody")
        #expect(header.spec.timeouts.exec == .milliseconds(2_500) && header.spec.profile == .sealed)
        #expect(outcome == .achieved("42"))
        let paid = trace.events.compactMap { if case .step(let step) = $0 { step.cost } else { nil } }
        #expect(paid.first?.price == 0.25 && paid.first?.cachedInput == 3_000)
    }

    @Test(arguments: ["1-every-kind", "1-run", "1-newer", "1-origins"])
    func `what is read can be written again`(name: String) async throws {
        let trace = try trace(name)
        let directory = try ShortDirectory()
        let writer = try TraceWriter(directory: URL(filePath: directory.file("again")), durability: .none)
        for event in trace.events { try await writer.record(event) }
        #expect(try Trace(directory: writer.directory).events == trace.events)
    }

    /// The conversation is in the agent's own form, which is a format, too.
    @Test func `a run can be taken up`() async throws {
        let trace = try trace("1-run")
        #expect(trace.tail == nil && trace.records.allSatisfy { $0.event != nil })
        let turns = try trace.events.conversation()
        #expect(turns.count == 6)
        guard case .user(let first)? = turns.first, case .model(let second) = turns[1] else {
            Issue.record("\(turns.prefix(2))")
            return
        }
        #expect(first.first == .text("The goal: Find the answer"))
        #expect(second.items.first == .reasoning("The button is there."))
        #expect(second.actions.map(\.action) == [click(50, 50), .input(.type("ab"))])
        #expect(second.actions.first?.safetyChecks.map(\.code) == ["malicious_instructions"])
        #expect(second.native?["claude"]?.array?.count == 1 && second.usage.cachedInput == 900)
        try await withDisplay { display in
            let model = ScriptedModel([.act(.done("taken up"))])
            let report = try await quickAgent(model).resume(
                from: trace.events, toward: "Find the answer", in: ScriptedGuest(display: display).sandbox)
            #expect(report.outcome == .achieved("taken up") && report.cost.output == 20)
            #expect(Array(model.requests[0].turns.prefix(turns.count)) == turns)
        }
    }

    /// What came to the format after the others were written: where a run comes from, commands, branches.
    @Test func `where a run comes from is understood`() throws {
        let trace = try trace("1-origins")
        #expect(trace.tail == nil && trace.records.allSatisfy { $0.event != nil && $0.missingBlobs.isEmpty })
        let headers = trace.events.compactMap { if case .started(let header) = $0 { header } else { nil } }
        let header = try #require(headers.first)
        #expect(header.run == "run1" && header.model == ModelIdentity(provider: "acme", name: "m-1"))
        #expect(header.provenance == MachineProvenance(imageDigest: "sha256:12", engine: "Docker/20.10.24"))
        #expect(header.limits?.price == 0.5 && header.limits?.steps == 60 && header.limits?.time == .seconds(1_800))
        #expect(
            header.versions["godhand"] == "0.1.0" && header.startedAt?.timeIntervalSinceReferenceDate == 812_345_678.5)
        #expect(header.continues?.records == 7 && header.continues?.judgeCost?.price == 0.25)
        #expect(header.spec.ports == [SandboxSpec.PublishedPort(guest: 80, host: 8_080)] && header.spec.name == "abc")
        let lives = trace.events.compactMap { if case .lifecycle(let event) = $0 { event } else { nil } }
        #expect(lives.map(\.kind) == [.created, .forked, .snapshotted, .discarded, .destroyed])
        #expect(lives[2].stored?.outlivesProcess == true && lives[2].stored?.preserves == .filesystem)
        let commands = trace.events.compactMap { if case .exec(let command) = $0 { command } else { nil } }
        #expect(commands.map(\.status) == [.exited(3), .signalled(9)] && commands[0].droppedBytes == 12)
        #expect(commands[0].output == "a b\n" && commands[0].step == 2)
        let steps = trace.events.compactMap { if case .step(let step) = $0 { step } else { nil } }
        #expect(steps.first?.after.hidden == [Rect(x: 9, y: 8, width: 7, height: 6)])
        #expect(
            Set(trace.records.map(\.kind)).isSuperset(of: [
                "branch-opened", "branch-scored", "branch-closed", "in-branch",
            ]))
    }

    @Test func `what a newer writer added is kept and passed over`() throws {
        let trace = try trace("1-newer")
        #expect(trace.tail == nil && trace.records.count == 4)
        #expect(trace.records.map { $0.event != nil } == [true, true, false, true])
        guard case .check(let verdict)? = trace.records[1].event else {
            Issue.record("\(trace.records[1])")
            return
        }
        #expect(verdict == Verdict(passed: true, claim: "c", evidence: "e"))
        for (record, added) in zip(trace.records, ["mood", "certainty", "weather", "applause"]) {
            #expect(String(decoding: record.json, as: UTF8.self).contains("\"\(added)\":"))
        }
        #expect(trace.records[2].kind == "weather" && trace.records[2].note != nil)
    }
}
