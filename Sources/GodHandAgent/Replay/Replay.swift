public import GodHandCore

/// A recorded run that is done again, to see whether it goes the same way.
///
/// ```swift
/// let trace = try Trace(directory: directory)
/// let report = try await Replay(trace.events).run(on: DockerBackend())
/// print(report.difference?.summary ?? "It went the same way.")
/// ```
/// Each action waits until the screen looks as it did when the action was recorded, and then until it looks as it did
/// afterwards; nothing sleeps for as long as the run once took. What was checked is checked again. The first difference
/// ends the replay.
///
/// Not done again are model calls, steps that only look or wait, and what people did with mouse and keyboard.
public struct Replay: Sendable {
    /// When two screens count as the same.
    public var comparison: ScreenComparison
    /// How long to wait for a screen to come to rest.
    public var pace = Walkthrough.Pace()
    /// How long a screen or a verdict may take to become what was recorded.
    public var patience: Duration = .seconds(10)
    /// Carries out actions on elements; nil if nothing here can.
    public var elements: (any ElementActor)? = GuestElementActor()
    /// What recorded machines may have that reaches beyond them. A trace is a file from anywhere, so the usual is nothing.
    public var permissions: Set<Permission> = []
    /// Gives the value of a secret by its name, since traces hold none; nil if it is not known.
    public var secret: @Sendable (String) async throws -> String? = { _ in nil }
    /// Told of each step that went as recorded.
    public var progress: @Sendable (ReplayedStep) async -> Void = { _ in }

    /// What the recorded run set out to do, and on what.
    public let header: RunHeader
    /// The machines that stood beside the one that was driven, as far as the trace tells what they were.
    public let companions: [SandboxSpec]
    let items: [Item]
    let endNote: String?

    /// Something that reaches beyond a machine.
    public enum Permission: Sendable, Hashable {
        /// Directories of the host are shown in it.
        case hostDirectories
        /// It reaches whatever the host reaches.
        case network
    }

    /// Something that is done again.
    enum Item: Sendable {
        case step(Step)
        case check(Verdict)
    }

    /// Reads a run from its events, in order. Of a search only what happened on its first machine counts.
    ///
    /// - Throws: `GodHandError` with `data.damaged` if it does not say how it began, `not-found` if it has no steps.
    public init(_ events: [RunEvent]) throws {
        let started = events.lazy.compactMap { if case .started(let header) = $0 { header } else { nil } }.first
        guard let started else {
            throw GodHandError(
                .dataDamaged, "The trace does not say on what machine it was recorded.",
                hint: "Its first record should be of the kind 'started'.")
        }
        header = started
        comparison = ScreenComparison(of: started.spec)
        var items: [Item] = []
        var companions: [SandboxSpec] = []
        var endNote: String?
        loop: for event in events {
            switch event {
            case .step(let step): items.append(.step(step))
            case .check(let verdict): items.append(.check(verdict))
            case .lifecycle(let event) where event.kind == .restored && !items.isEmpty:
                endNote =
                    "After \(items.count) steps and checks the recorded machine was put back; a replay ends there."
                break loop
            case .lifecycle(let event) where event.kind == .created && event.sandbox != started.sandbox:
                if let spec = event.spec { companions.append(spec) }
            default: break
            }
        }
        guard items.contains(where: { if case .step = $0 { true } else { false } }) else {
            throw GodHandError(.notFound, "The trace has no steps that could be done again.")
        }
        self.items = items
        self.companions = companions
        self.endNote = endNote
    }

    /// The names of the secrets that were typed in the recorded run.
    public var secretNames: [String] {
        var names: [String] = []
        for case .step(let step) in items {
            for name in RecordedSecrets.names(in: step.action) where !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Makes machines like the recorded ones, does the run again there, and destroys them.
    ///
    /// Private networks get names of their own, so that several replays can go on at once.
    ///
    /// - Throws: `GodHandError` with `request.invalid` if the machines need a permission, `not-found` if a secret is not
    ///   known, or what making and driving machines throws. A difference is not an error.
    public func run(on backend: any SandboxBackend) async throws -> ReplayReport {
        let values = try await secretValues()
        let specs = try Self.fresh(companions + [header.spec], permissions)
        return try await backend.withSandboxScope { scope in
            for spec in specs.dropLast() { _ = try await scope.create(spec) }
            let sandbox = try await scope.create(specs[specs.count - 1])
            return try await run(in: sandbox, values)
        }
    }

    /// Does the run again on a machine of yours, which should be as the recorded one was at first.
    ///
    /// - Throws: As ``run(on:)``.
    public func run(in sandbox: Sandbox) async throws -> ReplayReport {
        try await run(in: sandbox, try await secretValues())
    }

    private func run(in sandbox: Sandbox, _ secrets: [String: String]) async throws -> ReplayReport {
        var run = ReplayRun(replay: self, sandbox: sandbox, display: try sandbox.display, secrets: secrets)
        return try await run.report()
    }

    /// All values, before anything is done: a replay that stops in the middle for want of one is worth little.
    private func secretValues() async throws -> [String: String] {
        var values: [String: String] = [:]
        for name in secretNames {
            guard let value = try await secret(name) else {
                throw GodHandError(
                    .notFound, "The run typed the secret '\(name)', and traces hold no secrets.",
                    hint: "Give its value to the replay.")
            }
            values[name] = value
        }
        return values
    }

    /// The specs for new machines: with networks and names of their own, and without what is not allowed.
    static func fresh(_ specs: [SandboxSpec], _ permissions: Set<Permission>) throws -> [SandboxSpec] {
        var networks: [String: String] = [:]
        return try specs.map { spec in
            var spec = spec
            spec.name = nil
            spec.ports = []
            if !spec.mounts.isEmpty, !permissions.contains(.hostDirectories) {
                throw GodHandError(
                    .invalidRequest, "The recorded machine shows the host's directory \(spec.mounts[0].source).",
                    hint: "If you trust the trace, allow host directories.")
            }
            switch spec.network {
            case .none: break
            case .full where permissions.contains(.network): break
            case .full:
                throw GodHandError(
                    .invalidRequest, "The recorded machine reaches the whole network.",
                    hint: "If you trust the trace, allow the network.")
            case .named(let name):
                let own = networks[name] ?? "replay-\(SandboxID.unique())"
                networks[name] = own
                spec.network = .named(own)
            }
            return spec
        }
    }
}
