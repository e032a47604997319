import DemoSupport
import Foundation
import GodHandCore
import GodHandTrace

/// Says what happens while it happens, and hands it on to the trace.
struct Progress: RunRecorder {
    let trace: TraceWriter
    private let narrator = Narrator()

    init(trace: TraceWriter) { self.trace = trace }

    /// Writes a line with the time since the beginning.
    func say(_ text: String) { narrator.say(text) }

    /// Makes a machine and records how long it took.
    func creating(_ what: String, _ create: @Sendable () async throws -> Sandbox) async throws -> Sandbox {
        var sandbox: Sandbox?
        let took = try await ContinuousClock().measure { sandbox = try await create() }
        guard let sandbox else { throw CancellationError() }
        try await record(.lifecycle(LifecycleEvent(.created, sandbox: sandbox.id, took: took, spec: sandbox.spec)))
        say("\(what) is ready")
        return sandbox
    }

    func record(_ event: RunEvent) async throws {
        try await trace.record(event)
        switch event {
        case .started(let header): say(header.goal)
        case .lifecycle: break
        case .step(let step):
            say("\(sign(step.verdict)) \(step.index). \(words(of: step)): \(step.action.summary)")
        case .check(let verdict): say("\(sign(verdict)) \(verdict.claim): \(verdict.evidence)")
        case .modelTurn, .exec, .branch, .within: break
        case .decision(let decision):
            say("\(decision.ruling.rawValue): \(decision.action.summary) (\(decision.reason))")
        case .intervention(let intervention): say("\(intervention.kind.rawValue) \(intervention.text)")
        case .finished(.achieved): say("The goal is reached")
        case .finished(.abandoned(let reason)): say("The goal is not reached. \(reason)")
        case .finished(.stopped(let reason)), .finished(.failed(code: _, message: let reason)): say(reason)
        }
    }

    /// What a step is for, in the words of whoever decided, on one line.
    private func words(of step: Step) -> String {
        let words = step.reasoning ?? step.intent
        return String(words.prefix(160)).replacingOccurrences(of: "\n", with: " ")
    }

    private func sign(_ verdict: Verdict?) -> String { verdict.map { $0.passed ? "✓" : "✗" } ?? "·" }
}
