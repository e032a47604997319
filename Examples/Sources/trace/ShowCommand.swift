import ArgumentParser
import Foundation
import GodHandCore
import GodHandTrace

/// Tells a run in words.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Tell the run in words.")

    @OptionGroup var source: TraceArgument
    @Option(help: "Only this step, in full.") var step: Int?
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        let trace = try source.read()
        if let step {
            guard let found = trace.steps.first(where: { $0.index == step }) else {
                throw ValidationError("There is no step \(step); the run has \(trace.steps.count).")
            }
            if json { return try printJSON(StepSummary(found)) }
            return show(found)
        }
        if json { return try printJSON(RunSummary(trace)) }
        if let header = trace.header {
            print(header.goal.printable)
            print("\(header.planner.printable) on \(header.backend.printable), \(header.spec.image.printable)")
        }
        for event in trace.events { show(event) }
        if trace.outcome == nil { print("The trace has no end.") }
    }

    private func show(_ event: RunEvent) {
        switch event {
        case .step(let step):
            let seconds = (step.timings.total / .seconds(1)).formatted(.number.precision(.fractionLength(1)))
            print("\(sign(step.verdict)) \(step.index). \(step.action.summary.printable)  (\(seconds) s)")
            if let verdict = step.verdict, !verdict.passed { print("     \(words(verdict))") }
        case .check(let verdict): print("\(sign(verdict)) \(words(verdict))")
        case .decision(let decision):
            print("! \(decision.ruling.rawValue): \(decision.action.summary.printable): \(decision.reason.printable)")
        case .intervention(let what): print("! \(what.kind.rawValue) \(what.text.printable)")
        case .finished(let outcome): print(OutcomeWords(outcome).line)
        default: break
        }
    }

    private func show(_ step: Step) {
        print("\(step.index). \(step.intent.printable)")
        if let reasoning = step.reasoning { print("why:      \(reasoning.printable)") }
        print("action:   \(step.action.summary.printable)")
        if let title = step.before.windowTitle { print("before:   \(title.printable)") }
        if let title = step.after.windowTitle { print("after:    \(title.printable)") }
        if let verdict = step.verdict { print("verdict:  \(sign(verdict)) \(words(verdict))") }
        let timings = step.timings
        print("time:     look \(timings.perceive), plan \(timings.plan), act \(timings.act), check \(timings.verify)")
        if let cost = step.cost { print("cost:     \(cost.tokens) tokens\(cost.price.map { ", $\($0)" } ?? "")") }
    }

    private func sign(_ verdict: Verdict?) -> String { verdict.map { $0.passed ? "✓" : "✗" } ?? "·" }
    private func words(_ verdict: Verdict) -> String { "\(verdict.claim.printable): \(verdict.evidence.printable)" }
}

/// How a run ended, in words.
struct OutcomeWords {
    let word: String
    let text: String?

    init(_ outcome: Outcome) {
        switch outcome {
        case .achieved(let answer): (word, text) = ("achieved", answer)
        case .abandoned(let reason): (word, text) = ("abandoned", reason)
        case .stopped(let limit): (word, text) = ("stopped", limit)
        case .failed(let code, let message): (word, text) = ("failed", "\(message) [\(code)]")
        }
    }

    var line: String { word.capitalized + (text.map { ": \($0.printable)" } ?? "") }
}

/// A run as JSON, without its pictures.
struct RunSummary: Encodable {
    var goal: String?
    var planner: String?
    var backend: String?
    var image: String?
    var imageDigest: String?
    var steps: [StepSummary]
    var checks: [Verdict]
    var outcome: String?
    var outcomeText: String?
    var cost: StepCost

    init(_ trace: Trace) {
        goal = trace.header?.goal
        planner = trace.header?.planner
        backend = trace.header?.backend
        image = trace.header?.spec.image
        imageDigest = trace.header?.provenance?.imageDigest
        steps = trace.steps.map(StepSummary.init)
        checks = trace.checks
        outcome = trace.outcome.map { OutcomeWords($0).word }
        outcomeText = trace.outcome.flatMap { OutcomeWords($0).text }
        cost = trace.steps.reduce(StepCost()) { $0 + ($1.cost ?? StepCost()) + ($1.judgeCost ?? StepCost()) }
    }
}

/// A step as JSON, without its pictures.
struct StepSummary: Encodable {
    var index: Int
    var intent: String
    var reasoning: String?
    var action: String
    var verdict: Verdict?
    var seconds: Double
    var startedAt: Date

    init(_ step: Step) {
        index = step.index
        intent = step.intent
        reasoning = step.reasoning
        action = step.action.summary
        verdict = step.verdict
        seconds = step.timings.total / .seconds(1)
        startedAt = step.startedAt
    }
}
