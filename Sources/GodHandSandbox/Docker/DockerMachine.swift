import Synchronization

/// A container of ours.
final class DockerMachine: Machine, Pausing, FilesystemSnapshotting {
    let id: SandboxID
    private let spec: SandboxSpec
    private let backend: DockerBackend
    private let engine: EngineClient
    private let channel: GuestChannel
    private let screen: VNCDisplay?
    /// The engine's own name for the image that it used, and the engine.
    let provenance: MachineProvenance?
    /// All that was made for this machine: destroying it is unwinding what creating it pushed.
    private let undo: UndoList
    private let isDestroyed = Mutex(false)

    init(
        id: SandboxID, spec: SandboxSpec, backend: DockerBackend, engine: EngineClient, channel: GuestChannel,
        display: VNCDisplay?, provenance: MachineProvenance, undo: UndoList
    ) {
        self.id = id
        self.spec = spec
        self.backend = backend
        self.engine = engine
        self.channel = channel
        self.screen = display
        self.provenance = provenance
        self.undo = undo
    }

    var display: (any Display)? { screen }

    var shell: (any Shell)? {
        let slow = EngineShell(engine: engine, container: DockerName.container(id), user: spec.user)
        return DockerShell(channel: channel, engine: slow, isAlive: { [self] in try checkAlive() })
    }

    var pausing: (any Pausing)? { self }

    var filesystemSnapshots: (any FilesystemSnapshotting)? { spec.profile == .stateful ? self : nil }

    func pause() async throws {
        try checkAlive()
        guard try await !inspect().state.paused else { return }
        try await engine.pauseContainer(DockerName.container(id))
    }

    func resume() async throws {
        try checkAlive()
        guard try await inspect().state.paused else { return }
        try await engine.unpauseContainer(DockerName.container(id))
    }

    func takeFilesystemSnapshot(_ id: SandboxID) async throws -> FilesystemSnapshot {
        try checkAlive()
        let labels = [DockerLabel.snapshot: id.rawValue, DockerLabel.id: "", DockerLabel.owner: ""]
        let snapshot = FilesystemSnapshot(id: id, backend: backend.name, origin: self.id, spec: spec)
        // A guest that stands still answers nobody.
        if try await !inspect().state.paused { try await GuestComeback(channel: channel).store() }
        // Dropping a request does not stop the engine, which would store an image that nobody knows of.
        try await shielded { [self] in
            _ = try await engine.commit(
                DockerName.container(self.id), repository: DockerName.snapshotRepository, tag: id.rawValue,
                labels: labels,
                timeout: spec.timeouts.snapshot)
        }
        if Task.isCancelled {
            try await shielded { [engine] in try await engine.removeImage(DockerName.snapshot(snapshot.id)) }
            throw CancellationError()
        }
        return snapshot
    }

    func destroy() async throws {
        isDestroyed.withLock { $0 = true }
        try await undo.unwind()
    }

    private func inspect() async throws -> ContainerInspection {
        guard let inspection = try await engine.inspectContainer(DockerName.container(id)) else {
            throw GodHandError(.guestExited, "The container of sandbox \(id) was removed from outside.")
        }
        return inspection
    }

    private func checkAlive() throws {
        if isDestroyed.withLock({ $0 }) {
            throw GodHandError(
                .scopeClosed, "Sandbox \(id) has been destroyed.", hint: "Use a sandbox only inside its scope.")
        }
    }
}

/// The channel for the machine's own user; the engine for any other.
private struct DockerShell: Shell {
    let channel: GuestChannel
    let engine: EngineShell
    let isAlive: @Sendable () throws -> Void

    func start(_ command: Command) async throws -> any RunningCommand {
        try isAlive()
        if let user = command.user, user != engine.user { return try await engine.start(command) }
        return try await channel.start(command)
    }
}
