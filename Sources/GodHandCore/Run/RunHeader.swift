public import Foundation

/// What a run sets out to do, on what, and by whom.
public struct RunHeader: Sendable, Hashable, Codable {
    /// The run's own name, which no other has; nil in traces that are older than it.
    public var run: String?
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
    /// The model, where one decides.
    public var model: ModelIdentity?
    /// What the machine was really made of, and what runs it.
    public var provenance: MachineProvenance?
    /// Where the run ends at the latest.
    public var limits: RunLimits?
    /// The versions of what takes part, by their names; see ``HostVersions``.
    public var versions: [String: String]
    /// When the run began, by the host's clock.
    public var startedAt: Date?
    /// The run with which this one goes on; nil for one that begins anew.
    public var continues: Continuation?

    /// Makes a header.
    public init(
        run: String? = nil, goal: String, spec: SandboxSpec, sandbox: SandboxID, backend: String, planner: String,
        model: ModelIdentity? = nil, provenance: MachineProvenance? = nil, limits: RunLimits? = nil,
        versions: [String: String] = [:], startedAt: Date? = nil, continues: Continuation? = nil
    ) {
        self.run = run
        self.goal = goal
        self.spec = spec
        self.sandbox = sandbox
        self.backend = backend
        self.planner = planner
        self.model = model
        self.provenance = provenance
        self.limits = limits
        self.versions = versions
        self.startedAt = startedAt
        self.continues = continues
    }

    /// Makes the header of a run that begins now, in a machine.
    public init(goal: String, in sandbox: Sandbox, planner: String) {
        self.init(
            run: SandboxID.unique().rawValue, goal: goal, spec: sandbox.spec, sandbox: sandbox.id,
            backend: sandbox.backend, planner: planner, provenance: sandbox.machine.provenance,
            versions: HostVersions.current, startedAt: Date())
    }
}

/// A model, and who provides it.
public struct ModelIdentity: Sendable, Hashable, Codable {
    /// Who provides it, in a lower-case word: `anthropic`. Nil if nobody says.
    public var provider: String?
    /// Its name, as the provider knows it.
    public var name: String

    /// Names a model.
    public init(provider: String?, name: String) {
        self.provider = provider
        self.name = name
    }
}

/// What a machine was really made of, and what runs it: found out by its backend, not asked for by anybody.
public struct MachineProvenance: Sendable, Hashable, Codable {
    /// The digest of the image that the spec's name led to: `sha256:4bcf…`. Of a restored machine, that of what it was
    /// restored from.
    public var imageDigest: String?
    /// What runs it, with its version: `Docker/20.10.24`.
    public var engine: String?

    /// Makes a record of where a machine comes from.
    public init(imageDigest: String? = nil, engine: String? = nil) {
        self.imageDigest = imageDigest
        self.engine = engine
    }
}

/// Where a run ends at the latest. Nil is no limit.
public struct RunLimits: Sendable, Hashable, Codable {
    /// The most steps.
    public var steps: Int? = 60
    /// The longest time; pauses by a person, and waits for one, are not counted.
    public var time: Duration? = .seconds(30 * 60)
    /// The most tokens, read and written together, those of the judge included.
    public var tokens: Int?
    /// The highest price of the model's turns, and the judge's, in US dollars. It needs a price table that knows both.
    public var price: Double?

    /// The usual limits: 60 steps and half an hour.
    public init() {}
}

/// Of which run another one is the rest.
///
/// A trace is never appended to by a second process. So a run that goes on does so in a trace of its own, which says
/// exactly of what it is the rest: whoever has both can check it.
public struct Continuation: Sendable, Hashable, Codable {
    /// The name of the run before; nil if that has none.
    public var run: String?
    /// How many whole records its trace had.
    public var records: Int
    /// The SHA-256 of these, as they lie in the file, in 64 hexadecimal digits.
    public var digest: String
    /// How many steps were done, in all runs before.
    public var steps: Int
    /// How much of the time allowed was spent, in all runs before.
    public var time: Duration
    /// What a judge cost that is in no step of the run before.
    public var judgeCost: StepCost?

    /// Makes a reference to a run.
    public init(
        run: String?, records: Int, digest: String, steps: Int, time: Duration, judgeCost: StepCost? = nil
    ) {
        self.run = run
        self.records = records
        self.digest = digest
        self.steps = steps
        self.time = time
        self.judgeCost = judgeCost
    }
}
