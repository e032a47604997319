import Foundation
import GodHandAgent
import GodHandCore
import GodHandTrace

/// What is done in each attempt at a task.
struct TaskWork: Sendable {
    let store: TaskStore
    let live: LiveTasks
    let metrics: ServiceMetrics
    let model: any LanguageModel
    /// How long a person may take for an answer.
    let answerLimit: Duration
    /// Comes once all that an earlier process left is known.
    let orchestrator: Latch<Orchestrator>

    func perform(_ attempt: Attempt) async throws -> RunReport {
        // So that watchers hear of the beginning before they hear of what happens, and nobody begins what was cancelled.
        let orchestrator = try await orchestrator.get()
        if let status = await orchestrator.status(of: attempt.goal) { try await store.take(status) }
        guard let directory = attempt.directory else {
            throw GodHandError(.hostFailed, "The attempt has no directory for its trace.")
        }
        let submission = try await store.task(attempt.goal)?.submission ?? TaskSubmission(of: attempt.request)
        defer { live.end(attempt.goal) }
        let sink = EventSink(
            store, task: attempt.goal, attempt: attempt.number, isResumption: attempt.checkpoint != nil,
            trace: try TraceWriter(directory: directory), live: live, metrics: metrics)
        return try await attempt.pursue(
            by: agent(for: attempt.goal, submission), checks: submission.checks.map(\.assertion), recorder: sink,
            resuming: { try Trace(directory: $0).events })
    }

    private func agent(for task: GoalID, _ submission: TaskSubmission) -> Agent {
        var agent = Agent(model: model)
        let watcher = Watcher(task: task, live: live, store: store)
        agent.settings.person = watcher
        agent.settings.approvals = watcher.approvals
        agent.settings.answerLimit = answerLimit
        agent.settings.progress = { [live] piece in live.think(piece, in: task) }
        switch submission.effectiveApproval {
        case .none: break
        case .critical: agent.settings.policies = [CriticalActionPolicy.readingTheScreen]
        case .all: agent.settings.policies = [Self.askAlways]
        }
        return agent
    }

    /// Asks about all that changes something.
    private static let askAlways = ActionRule { action, _ in
        switch action {
        case .input(.move), .look, .zoom, .cursorPosition, .element(_, .hover), .wait, .waitFor, .done, .fail, .ask:
            .allow
        case .input, .exec, .open, .element: .requireApproval("Every action of this task needs approval.")
        }
    }
}
