/// A machine that you hold: drive it, look at it, run commands in it, store it, fork it.
///
/// It lives as long as the scope that made it and must not be used after that; calls then throw `scope-closed` or an
/// error of the backend.
public struct Sandbox: Sendable, Identifiable {
    /// The machine's name.
    public let id: SandboxID
    /// What it was made to be.
    public let spec: SandboxSpec
    /// The ``SandboxBackend/name`` of its backend.
    public let backend: String
    /// The sandbox that it was forked or restored from.
    public let origin: SandboxID?
    /// The machine itself, with its facets.
    public let machine: any Machine
    /// Told of what happens to it; set by the scope in which it lives.
    package var recorder: (any RunRecorder)?
    /// What hides parts of its screen, for forks of it.
    package var masks: [any ScreenMask] = []

    /// Wraps a machine.
    public init(machine: any Machine, spec: SandboxSpec, backend: String, origin: SandboxID? = nil) {
        self.id = machine.id
        self.spec = spec
        self.backend = backend
        self.origin = origin
        self.machine = machine
    }

    /// The screen and the hands on it.
    ///
    /// - Throws: ``GodHandError`` with `display.unavailable` for a machine without a screen.
    public var display: any Display {
        get throws {
            guard let display = machine.display else {
                throw GodHandError(
                    .displayUnavailable, "Sandbox \(id) has no display.",
                    hint: "Give its SandboxSpec a screen size, and use an image that can show one.")
            }
            return display
        }
    }

    /// Stops all its processors until ``resume()``.
    public func pause() async throws {
        guard let pausing = machine.pausing else { throw unsupported("be paused") }
        try await pausing.pause()
        try await tell(LifecycleEvent(.paused, sandbox: id))
    }

    /// Lets it go on after ``pause()``.
    public func resume() async throws {
        guard let pausing = machine.pausing else { throw unsupported("be paused") }
        try await pausing.resume()
        try await tell(LifecycleEvent(.resumed, sandbox: id))
    }

    /// Stores its disk: `sandbox.snapshot(.filesystem)`.
    ///
    /// The snapshot stays until it is deleted, also after the end of this process.
    public func snapshot(_ kind: FilesystemSnapshot.Kind) async throws -> FilesystemSnapshot {
        let clock = ContinuousClock()
        let began = clock.now
        let snapshot = try await takeFilesystemSnapshot(.unique())
        try await tell(LifecycleEvent(.filesystem(snapshot), outlivesProcess: true, took: clock.now - began))
        return snapshot
    }

    /// Stores its memory and its disk: `sandbox.snapshot(.memory)`.
    ///
    /// Running programs are in it. The snapshot stays until it is deleted, also after the end of this process.
    ///
    /// - Throws: ``GodHandError`` with `unsupported` where the backend cannot, or a code of the backend.
    public func snapshot(_ kind: MemorySnapshot.Kind) async throws -> MemorySnapshot {
        let clock = ContinuousClock()
        let began = clock.now
        let snapshot = try await takeMemorySnapshot(.unique())
        try await tell(LifecycleEvent(.memory(snapshot), outlivesProcess: true, took: clock.now - began))
        return snapshot
    }

    private func tell(_ event: LifecycleEvent) async throws { try await recorder?.record(.lifecycle(event)) }

    package func takeFilesystemSnapshot(_ id: SandboxID) async throws -> FilesystemSnapshot {
        guard let snapshots = machine.filesystemSnapshots else { throw unsupported("store its disk") }
        return try await snapshots.takeFilesystemSnapshot(id)
    }

    package func takeMemorySnapshot(_ id: SandboxID) async throws -> MemorySnapshot {
        guard let snapshots = machine.memorySnapshots else {
            throw unsupported("store its memory", instead: "Store the disk alone, with snapshot(.filesystem).")
        }
        return try await snapshots.takeMemorySnapshot(id)
    }

    /// - Parameter filesystem: What to do instead where at least the disk can be stored.
    package func unsupported(_ what: String, instead filesystem: String? = nil) -> GodHandError {
        var hint: String?
        if spec.profile == .sealed {
            hint = "Sealed machines keep nothing: use the stateful profile."
        } else if machine.filesystemSnapshots != nil {
            hint = filesystem
        }
        return GodHandError(.unsupported, "Sandbox \(id) on \(backend) cannot \(what).", hint: hint)
    }
}
