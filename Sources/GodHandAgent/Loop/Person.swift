public import GodHandCore

/// Somebody who answers what only a person may decide.
public protocol Person: Sendable {
    /// Answers, within the time that `AgentSettings.answerLimit` leaves. It must end when its task is cancelled.
    ///
    /// - Returns: The answer; nil if there is none, which for an approval means no.
    func answer(_ question: PersonQuestion) async throws -> PersonAnswer?
}

/// What a person is asked.
public enum PersonQuestion: Sendable, Hashable {
    /// The model wants to know something.
    case question(String)
    /// A policy, or the model's provider, wants agreement to an action; why.
    case approval(of: Action, because: String)
}

/// What a person says.
public enum PersonAnswer: Sendable, Hashable {
    /// Words for the model.
    case text(String)
    /// Yes to an approval.
    case approved
    /// No to an approval.
    case refused
}

/// Performs the last step before an action reaches the machine, and no policy, model or trace sees what it makes of it.
///
/// This is where a placeholder becomes the secret that it stands for.
public protocol InputSubstitution: Sendable {
    /// What is really done in place of an action.
    ///
    /// - Throws: `GodHandError` if it may not be done here; the model is told its message.
    func substitute(in action: Action, _ context: PolicyContext) async throws -> Action
}

/// Watches a run: it sees each step once it is complete, and can end the run.
public protocol RunMonitor: Sendable {
    /// Looks at a step.
    ///
    /// - Returns: Why the run must stop; nil to let it go on.
    func observe(_ step: Step, _ context: PolicyContext) async throws -> String?
}
