/// What happens in a run, in the order in which it happens: what an agent tells and a trace records.
public enum RunEvent: Sendable, Hashable {
    /// The run begins.
    case started(RunHeader)
    /// Something happened to a machine.
    case lifecycle(LifecycleEvent)
    /// A step is complete.
    case step(Step)
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

/// What a run sets out to do, and on what.
public struct RunHeader: Sendable, Hashable, Codable {
    /// The goal, in words.
    public var goal: String
    /// What the machine was made to be.
    public var spec: SandboxSpec
    /// The machine.
    public var sandbox: SandboxID
    /// The backend's name.
    public var backend: String
    /// Who decides: a model's name, or what plays its part.
    public var planner: String

    /// Makes a header.
    public init(goal: String, spec: SandboxSpec, sandbox: SandboxID, backend: String, planner: String) {
        self.goal = goal
        self.spec = spec
        self.sandbox = sandbox
        self.backend = backend
        self.planner = planner
    }
}

/// Something that happened to a machine.
public struct LifecycleEvent: Sendable, Hashable, Codable {
    /// What happened.
    public var kind: Kind
    /// To which machine.
    public var sandbox: SandboxID
    /// The machine or snapshot that it came from.
    public var origin: String?
    /// How long it took.
    public var took: Duration?
    /// What a machine was made to be that was created beside the one of the header, so that a replay can make it, too.
    public var spec: SandboxSpec?

    /// Makes an event.
    public init(
        _ kind: Kind, sandbox: SandboxID, origin: String? = nil, took: Duration? = nil, spec: SandboxSpec? = nil
    ) {
        self.kind = kind
        self.sandbox = sandbox
        self.origin = origin
        self.took = took
        self.spec = spec
    }

    /// The stations of a machine's life.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// It was made and is ready.
        case created
        /// It stands still.
        case paused
        /// It goes on.
        case resumed
        /// It was stored.
        case snapshotted
        /// It was made from something stored.
        case restored
        /// It was made from a live machine.
        case forked
        /// It is gone.
        case destroyed
    }
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
