/// What happens in a run, in the order in which it happens: what an agent tells and a trace records.
public enum RunEvent: Sendable, Hashable {
    /// The run begins.
    case started(RunHeader)
    /// Something happened to a machine.
    case lifecycle(LifecycleEvent)
    /// A step is complete.
    case step(Step)
    /// A command ran in a machine, for the run.
    case exec(CommandRun)
    /// A check that belongs to the goal, not to one step.
    case check(Verdict)
    /// Something was added to the conversation with a model.
    case modelTurn(ConversationEntry)
    /// An action was held up before it happened: denied, asked about, or changed.
    case decision(ActionDecision)
    /// Somebody or something stepped in.
    case intervention(Intervention)
    /// Something happened to a branch of a search.
    case branch(BranchEvent)
    /// Something happened in a branch of a search, counted from one.
    indirect case within(branch: Int, RunEvent)
    /// The run is over.
    case finished(Outcome)
}

/// How a run ended. A goal that was not reached is an outcome, not an error.
public enum Outcome: Sendable, Hashable, Codable {
    /// The goal was reached and its checks passed; the answer, if one was asked for.
    case achieved(String?)
    /// The agent gave up, or its checks failed; why.
    case abandoned(String)
    /// A limit ended it; which one.
    case stopped(String)
    /// An error ended it.
    case failed(code: GodHandError.Code, message: String)
}

/// Something that keeps what happens: a trace on disk, a live view, a list in a test.
public protocol RunRecorder: Sendable {
    /// Takes an event. Events of one run arrive one after the other.
    func record(_ event: RunEvent) async throws
}
