public import Foundation
public import GodHandCore
import Synchronization
public import Tracing

/// Tells a tracer what happens in a run, as spans by OpenTelemetry's conventions for generative AI.
///
/// A run is a span `invoke_agent`; in it each turn of a model is a span `chat` and each action a span `execute_tool`.
/// Verdicts are events `gen_ai.evaluation.result`. A branch of a search is an `invoke_agent` in that of the run. What has no
/// name in the conventions begins with `godhand.`.
///
/// It records a run that is under way, or one that is over: give ``take(_:at:)`` the records of a trace.
public final class TracingRecorder: RunRecorder {
    private let tracer: any Tracer
    private let recordsContent: Bool
    private let state = Mutex(State())

    /// Makes a recorder.
    ///
    /// - Parameters:
    ///   - tracer: Where spans go; nil for the one that the process was bootstrapped with.
    ///   - recordsContent: Whether spans also hold what was typed, run and found. The conventions leave that out unless
    ///     asked, since it may be private.
    public init(tracer: (any Tracer)? = nil, recordsContent: Bool = false) {
        self.tracer = tracer ?? InstrumentationSystem.tracer
        self.recordsContent = recordsContent
    }

    /// Takes something that happens now.
    public func record(_ event: RunEvent) async throws { take(event, at: Date()) }

    /// Takes something that happened at a time.
    public func take(_ event: RunEvent, at time: Date) { take(event, at: time, in: []) }

    /// Ends the spans of runs that were not ended. Call it after the last record of a trace.
    public func finish(at time: Date = Date()) {
        let open = state.withLock { state in
            defer { state.runs = [:] }
            return state.runs
        }
        for (_, run) in open.sorted(by: { $0.key.count > $1.key.count }) {
            run.span.setStatus(SpanStatus(code: .error, message: "It has no end."))
            run.span.end(at: Moment(time))
        }
    }

    private struct Run {
        var span: any Span
        var header: RunHeader
    }

    private struct State: Sendable {
        /// The runs that are under way, by the branches in which they lie.
        var runs: [[Int]: Run] = [:]
    }

    private func take(_ event: RunEvent, at time: Date, in path: [Int]) {
        switch event {
        case .within(let branch, let inner): return take(inner, at: time, in: path + [branch])
        case .started(let header): return begin(header, at: time, path)
        default: break
        }
        guard let run = state.withLock({ $0.runs[path] }) else { return }
        switch event {
        case .step(let step): add(step, to: run, at: time)
        case .check(let verdict): run.span.addEvent(evaluation(verdict, at: time))
        case .finished(let outcome):
            finish(run.span, outcome)
            run.span.end(at: Moment(time))
            state.withLock { $0.runs[path] = nil }
        default: if let event = note(event, at: time) { run.span.addEvent(event) }
        }
    }

    private func begin(_ header: RunHeader, at time: Date, _ path: [Int]) {
        let parent = state.withLock { state in path.isEmpty ? nil : state.runs[path.dropLast()]?.span.context }
        let span = tracer.startSpan(
            "invoke_agent godhand", context: parent ?? .current ?? .topLevel, ofKind: .internal,
            at: Moment(header.startedAt ?? time))
        span.attributes["gen_ai.operation.name"] = "invoke_agent"
        span.attributes["gen_ai.agent.name"] = "godhand"
        span.attributes["gen_ai.agent.id"] = header.run ?? header.sandbox.rawValue
        span.attributes["gen_ai.agent.version"] = header.versions["godhand"]
        span.attributes["gen_ai.provider.name"] = header.provider
        span.attributes["gen_ai.request.model"] = header.model?.name
        span.attributes["godhand.sandbox"] = header.sandbox.rawValue
        span.attributes["godhand.backend"] = header.backend
        span.attributes["godhand.image"] = header.spec.image
        if recordsContent { span.attributes["godhand.goal"] = header.goal }
        state.withLock { $0.runs[path] = Run(span: span, header: header) }
    }

    private func add(_ step: Step, to run: Run, at time: Date) {
        let end = Moment(time)
        let start = end - step.timings.total
        let acts = start + step.timings.plan
        if let cost = step.cost {
            let name = run.header.model?.name ?? run.header.planner
            let span = tracer.startSpan("chat \(name)", context: run.span.context, ofKind: .client, at: start)
            span.attributes["gen_ai.operation.name"] = "chat"
            span.attributes["gen_ai.provider.name"] = run.header.provider
            span.attributes["gen_ai.request.model"] = name
            span.attributes["gen_ai.usage.input_tokens"] = cost.input + cost.cachedInput + cost.cacheWrite
            span.attributes["gen_ai.usage.output_tokens"] = cost.output
            span.attributes["gen_ai.usage.cache_read.input_tokens"] = cost.cachedInput
            span.attributes["gen_ai.usage.cache_creation.input_tokens"] = cost.cacheWrite
            span.attributes["godhand.price_usd"] = cost.price
            span.end(at: acts)
        }
        let tool = step.action.toolName
        let span = tracer.startSpan("execute_tool \(tool)", context: run.span.context, ofKind: .internal, at: acts)
        span.attributes["gen_ai.operation.name"] = "execute_tool"
        span.attributes["gen_ai.tool.name"] = tool
        span.attributes["gen_ai.tool.type"] = "function"
        span.attributes["gen_ai.tool.call.id"] = "step-\(step.index)"
        span.attributes["godhand.step"] = step.index
        if recordsContent {
            span.attributes["gen_ai.tool.call.arguments"] =
                (try? JSONEncoder().encode(step.action)).map { String(decoding: $0, as: UTF8.self) }
            span.attributes["godhand.intent"] = step.intent
        }
        if let verdict = step.verdict {
            span.addEvent(evaluation(verdict, at: time))
            if !verdict.passed { span.setStatus(SpanStatus(code: .error, message: words(verdict.claim))) }
        }
        span.end(at: end)
    }

    private func finish(_ span: any Span, _ outcome: Outcome) {
        switch outcome {
        case .achieved: span.attributes["godhand.outcome"] = "achieved"
        case .abandoned(let reason):
            span.attributes["godhand.outcome"] = "abandoned"
            span.setStatus(SpanStatus(code: .error, message: words(reason)))
        case .stopped(let limit):
            span.attributes["godhand.outcome"] = "stopped"
            span.setStatus(SpanStatus(code: .error, message: words(limit)))
        case .failed(let code, let message):
            span.attributes["godhand.outcome"] = "failed"
            span.attributes["error.type"] = code.rawValue
            span.setStatus(SpanStatus(code: .error, message: words(message)))
        }
    }

    private func evaluation(_ verdict: Verdict, at time: Date) -> SpanEvent {
        var attributes: SpanAttributes = [:]
        // A claim may quote what is on the screen, and the name of an evaluation should be one of few.
        attributes["gen_ai.evaluation.name"] = recordsContent ? verdict.claim : "verdict"
        attributes["gen_ai.evaluation.score.label"] = verdict.passed ? "pass" : "fail"
        attributes["gen_ai.evaluation.score.value"] = verdict.passed ? 1.0 : 0.0
        if recordsContent { attributes["gen_ai.evaluation.explanation"] = verdict.evidence }
        return SpanEvent(name: "gen_ai.evaluation.result", at: Moment(time), attributes: attributes)
    }

    private func note(_ event: RunEvent, at time: Date) -> SpanEvent? {
        switch event {
        case .lifecycle(let event):
            SpanEvent(
                name: "godhand.lifecycle", at: Moment(time),
                attributes: ["godhand.kind": "\(event.kind.rawValue)", "godhand.sandbox": "\(event.sandbox)"])
        case .decision(let decision):
            SpanEvent(
                name: "godhand.decision", at: Moment(time), attributes: ["godhand.kind": "\(decision.ruling.rawValue)"])
        case .intervention(let what):
            SpanEvent(
                name: "godhand.intervention", at: Moment(time), attributes: ["godhand.kind": "\(what.kind.rawValue)"])
        default: nil
        }
    }

    private func words(_ text: String) -> String { recordsContent ? text : "" }
}
