import GodHandAgent
import GodHandCore
import Synchronization

/// Writes down what happens in a run, for watchers; the pictures are in the trace.
final class EventSink: RunRecorder {
    private let store: TaskStore
    private let task: GoalID
    private let attempt: Int
    private let trace: (any RunRecorder)?
    private let live: LiveTasks
    private let metrics: ServiceMetrics
    /// Until a run that goes on has told again what is known already.
    private let isRepeating: Mutex<Bool>

    init(
        _ store: TaskStore, task: GoalID, attempt: Int, isResumption: Bool, trace: (any RunRecorder)?,
        live: LiveTasks, metrics: ServiceMetrics
    ) {
        self.store = store
        self.task = task
        self.attempt = attempt
        self.trace = trace
        self.live = live
        self.metrics = metrics
        isRepeating = Mutex(isResumption)
    }

    func record(_ event: RunEvent) async throws {
        try await trace?.record(event)
        let isKnown = isRepeating.withLock { repeating in
            if case .intervention(let intervention) = event, intervention.kind == .continued { repeating = false }
            return repeating
        }
        guard !isKnown, var told = Self.told(event) else { return }
        if told.kind == .step {
            metrics.count(.steps)
            // What was thought is in the step now.
            live.forgetThought(of: task)
        }
        told.data["attempt"] = .integer(attempt)
        try await store.add(told, to: task)
    }

    /// What watchers are told; nil for what is not for them.
    static func told(_ event: RunEvent) -> TaskEvent? {
        switch event {
        case .step(let step): TaskEvent(.step, members(of: step))
        case .exec(let run):
            TaskEvent(.command, ["command": .string(run.arguments.joined(separator: " ").bounded)])
        case .check(let verdict): TaskEvent(.check, ["verdict": json(of: verdict)])
        case .decision(let decision):
            TaskEvent(
                .decision,
                [
                    "ruling": .string(decision.ruling.rawValue), "reason": .string(decision.reason.bounded),
                    "action": .string(decision.action.summary.bounded),
                ])
        case .intervention(let intervention):
            TaskEvent(
                .intervention,
                ["intervention": .string(intervention.kind.rawValue), "text": .string(intervention.text.bounded)])
        case .within(branch: _, let inner): told(inner)
        default: nil
        }
    }

    private static func members(of step: Step) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "step": .integer(step.index), "intent": .string(step.intent.bounded),
            "action": .string(step.action.summary.bounded),
            "seconds": .number(max(0, step.timings.total / .seconds(1))),
        ]
        if let reasoning = step.reasoning { members["reasoning"] = .string(reasoning.bounded) }
        if let title = step.after.windowTitle { members["window"] = .string(title.bounded) }
        if let verdict = step.verdict { members["verdict"] = json(of: verdict) }
        return members
    }

    private static func json(of verdict: Verdict) -> JSONValue {
        .object([
            "passed": .bool(verdict.passed), "claim": .string(verdict.claim.bounded),
            "evidence": .string(verdict.evidence.bounded),
        ])
    }
}
