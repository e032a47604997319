import Foundation
import GodHandCore
import GodHandTracing
import InMemoryTracing
import Testing
import Tracing

@Suite struct TracingRecorderTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private static var header: RunHeader {
        var header = RunHeader(
            goal: "Type hunter2", spec: .desktop, sandbox: SandboxID(rawValue: "abc"), backend: "docker", planner: "p")
        header.model = ModelIdentity(provider: "google", name: "m")
        return header
    }

    private static func step(_ index: Int, passed: Bool = true) -> Step {
        let nothing = Observation(screenshot: Screenshot(png: Data(), size: Size(width: 1, height: 1)))
        var timings = StepTimings()
        timings.plan = .milliseconds(300)
        timings.act = .milliseconds(200)
        var cost = StepCost()
        (cost.input, cost.cachedInput, cost.output) = (10, 5, 3)
        return Step(
            index: index, intent: "Type hunter2", action: .input(.type("hunter2")), before: nothing, after: nothing,
            verdict: Verdict(passed: passed, claim: "hunter2 is there", evidence: "hunter2"), timings: timings,
            startedAt: start, cost: cost)
    }

    private static func spans(
        _ events: [RunEvent], content: Bool = false
    ) -> [FinishedInMemorySpan] {
        let tracer = InMemoryTracer()
        let recorder = TracingRecorder(tracer: tracer, recordsContent: content)
        for (index, event) in events.enumerated() { recorder.take(event, at: start.addingTimeInterval(Double(index))) }
        recorder.finish(at: start.addingTimeInterval(100))
        #expect(tracer.activeSpans.isEmpty)
        return tracer.finishedSpans
    }

    @Test func `a step is a chat and a tool in the span of the run`() throws {
        let spans = Self.spans([.started(Self.header), .step(Self.step(1)), .finished(.achieved(nil))])
        #expect(spans.map(\.operationName) == ["chat m", "execute_tool type", "invoke_agent godhand"])
        let (chat, tool, run) = (spans[0], spans[1], spans[2])
        #expect(chat.parentSpanID == run.spanID && tool.parentSpanID == run.spanID && chat.traceID == run.traceID)
        #expect(chat.attributes.get("gen_ai.provider.name") == .string("gcp.gemini"))
        #expect(chat.attributes.get("gen_ai.usage.input_tokens") == .int64(15))
        #expect(chat.endInstant.nanosecondsSinceEpoch - chat.startInstant.nanosecondsSinceEpoch == 300_000_000)
        #expect(tool.startInstant.nanosecondsSinceEpoch == chat.endInstant.nanosecondsSinceEpoch)
        #expect(tool.endInstant.nanosecondsSinceEpoch == 1_800_000_001_000_000_000)
        #expect(tool.events.map(\.name) == ["gen_ai.evaluation.result"] && tool.status == nil)
        #expect(run.attributes.get("godhand.outcome") == .string("achieved") && run.status == nil)
    }

    @Test func `what may be private is left out unless asked for`() {
        let events: [RunEvent] = [
            .started(Self.header), .step(Self.step(1, passed: false)),
            .check(Self.step(1).verdict ?? .init(passed: true, claim: "", evidence: "")),
            .intervention(Intervention(.hint, "hunter2")), .finished(.failed(code: .displayLost, message: "hunter2")),
        ]
        func text(_ spans: [FinishedInMemorySpan]) -> String {
            spans.map { "\($0.operationName) \($0.attributes) \($0.events) \(String(describing: $0.status))" }.joined()
        }
        let plain = Self.spans(events)
        #expect(!text(plain).contains("hunter2"))
        #expect(plain[1].status?.code == .error && plain[2].attributes.get("error.type") == .string("display.lost"))
        #expect(text(Self.spans(events, content: true)).contains("hunter2"))
    }

    @Test func `branches lie in the run, and a run without an end is ended`() {
        let spans = Self.spans([
            .started(Self.header), .within(branch: 2, .started(Self.header)), .within(branch: 2, .step(Self.step(1))),
            .within(branch: 3, .step(Self.step(1))),
        ])
        #expect(spans.map(\.operationName).filter { $0.hasPrefix("invoke") }.count == 2 && spans.count == 4)
        #expect(spans[2].parentSpanID == spans[3].spanID && spans[1].parentSpanID == spans[2].spanID)
        #expect(spans[3].status?.code == .error)
    }
}
