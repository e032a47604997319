import DemoSupport
import GodHandCore
import GodHandTrace

/// Says what happens in which branch, and hands it on to the trace.
struct TreeProgress: RunRecorder {
    let trace: TraceWriter
    let narrator = Narrator()

    func record(_ event: RunEvent) async throws {
        try await trace.record(event)
        switch event {
        case .started(let header): narrator.say(header.goal)
        case .step(let step): narrator.say(words(of: step))
        case .branch(let event): say(event)
        case .within(let branch, .step(let step)): narrator.say("  branch \(branch) \(words(of: step))")
        case .finished(.achieved): narrator.say("The goal is reached")
        case .finished(.abandoned(let reason)), .finished(.stopped(let reason)),
            .finished(.failed(code: _, message: let reason)):
            narrator.say(reason)
        default: break
        }
    }

    private func say(_ event: BranchEvent) {
        let branch = "branch \(event.branch)"
        switch event.change {
        case .opened(let opening):
            let from = opening.parent == 0 ? "the beginning" : "branch \(opening.parent)"
            let took = opening.took.map { " after \(Int($0 / .milliseconds(1))) ms" } ?? ""
            narrator.say("\(branch), a fork of \(from)\(took): \(opening.title)")
        case .scored(let score, screen: _):
            narrator.say("\(branch) is worth \(Int(score.value * 100)) %: \(score.reason)")
        case .closed(let closing): narrator.say("\(branch) \(closing.fate.rawValue): \(closing.reason)")
        }
    }

    private func words(of step: Step) -> String {
        "\(step.verdict.map { $0.passed ? "✓" : "✗" } ?? "·") \(step.index). \(step.intent)"
    }
}

/// Hands on what was done, and not that it began and ended: it is a part of a larger run.
struct StepsOnly: RunRecorder {
    let recorder: any RunRecorder

    func record(_ event: RunEvent) async throws {
        if case .step = event { try await recorder.record(event) }
    }
}
