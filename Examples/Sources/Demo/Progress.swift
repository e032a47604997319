import GodHandCore
import GodHandTrace

/// Says what happens while it happens, and hands it on to the trace.
struct Progress: RunRecorder {
    let trace: TraceWriter
    private let began = ContinuousClock.now

    init(trace: TraceWriter) { self.trace = trace }

    /// Writes a line with the time since the beginning.
    func say(_ text: String) {
        let time = (ContinuousClock.now - began).formatted(
            .units(allowed: [.seconds], fractionalPart: .show(length: 1)))
        print("[\(time)] \(text)")
    }

    /// Makes a machine and records how long it took.
    func creating(_ what: String, _ create: @Sendable () async throws -> Sandbox) async throws -> Sandbox {
        var sandbox: Sandbox?
        let took = try await ContinuousClock().measure { sandbox = try await create() }
        guard let sandbox else { throw CancellationError() }
        try await record(.lifecycle(LifecycleEvent(.created, sandbox: sandbox.id, took: took)))
        return sandbox
    }

    func record(_ event: RunEvent) async throws {
        try await trace.record(event)
        switch event {
        case .started(let header): say(header.goal)
        case .lifecycle(let event): say("Sandbox \(event.sandbox) was \(event.kind.rawValue)")
        case .step(let step):
            say("\(sign(step.verdict)) \(step.index). \(step.intent): \(step.action.summary)")
            if let verdict = step.verdict, !verdict.passed { say("    \(verdict.claim), but \(verdict.evidence)") }
        case .check(let verdict): say("\(sign(verdict)) \(verdict.claim): \(verdict.evidence)")
        case .finished(let outcome): say("Outcome: \(outcome)")
        }
    }

    private func sign(_ verdict: Verdict?) -> String { verdict.map { $0.passed ? "✓" : "✗" } ?? "·" }
}
