import Foundation
import GodHandCore

/// Goals that are over.
extension Orchestrator {
    /// Ends a goal for good.
    func finish(_ id: GoalID, _ outcome: Outcome) {
        guard var goal = goals[id] else { return }
        goal.state = .finished
        goal.outcome = outcome
        goal.endedAt = Date()
        // It is deleted later; until then the journal knows of it. Whoever is storing it now deletes that.
        goal.discard(goal.checkpoint?.snapshot)
        goal.checkpoint = nil
        note("finished", goal)
        log.add(.finished(outcome), to: id)
        endings.update { ended, waiters in
            ended[id] = goal
            waiters.resume(with: .success(goal)) { $1 == id }
        }
        forgetOldest(but: id)
    }

    /// Forgets those that ended first, and never that which ends now: whoever follows asks how it stands.
    private func forgetOldest(but last: GoalID) {
        let ended = goals.values.filter { $0.state == .finished && !$0.leavesSomething }
        guard ended.count > settings.keepsFinished else { return }
        let order = ended.filter { $0.id != last }.sorted { $0.ending < $1.ending }
        for goal in order.prefix(ended.count - settings.keepsFinished) { forget(goal.id) }
    }
}
