/// A backend whose machines exist only in memory: for tests of programs that use sandboxes, and of this library itself.
///
/// A machine has a screen that reacts to the mouse and the keyboard, a file tree, and a handful of commands: `true`,
/// `false`, `echo`, `cat`, `env`, `pwd`, `sleep` (without end), `head -c`, `test -e`, `pgrep -f`, `xargs` and `tar`.
/// ```swift
/// let backend = SimulatedBackend()
/// try await backend.withSandbox(.desktop) { sandbox in ... }
/// #expect(backend.engine.machines.isEmpty)
/// ```
public struct SimulatedBackend: SandboxBackend {
    /// `simulated`.
    public let name = "simulated"
    /// Where the machines live.
    public let engine: SimulatedEngine
    /// What goes wrong, at the places `create.intend`, `create.make`, `create.wait`, `create.ready`, `destroy`,
    /// `snapshot`, `snapshot.stored`, `snapshot.delete`, `exec` and `input`. Those of `create` serve `restore`, too.
    public let faults: FaultPoints

    /// Makes a backend.
    public init(engine: SimulatedEngine = SimulatedEngine(), faults: FaultPoints = FaultPoints()) {
        self.engine = engine
        self.faults = faults
    }

    /// Makes a machine.
    ///
    /// - Throws: `GodHandError` with `image.missing`, or what the faults say.
    public func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine {
        try await make(spec, files: nil, ownership)
    }

    /// Restores stored disks.
    public var filesystemRestoring: (any FilesystemRestoring)? { Restoring(backend: self) }
    /// Removes machines of dead owners.
    public var reaper: (any Reaper)? { engine }

    private func make(
        _ spec: SandboxSpec, files: SimulatedFiles?, _ ownership: Ownership
    ) async throws -> any Machine {
        try await withUndo { undo in
            let entry = LedgerEntry(backend: name, id: .unique(), owner: ownership.owner)
            try await faults.reach("create.intend")
            undo.push("strike it from the ledger", .ifNothingIsLeft) { try ownership.settle(entry.id) }
            try ownership.intend(entry)
            try await faults.reach("create.make")
            undo.push("remove the machine") {
                try await faults.reach("destroy")
                _ = engine.remove(entry.id)
            }
            let guest = try engine.add(entry.id, owner: ownership.owner, spec, files)
            try await faults.reach("create.wait")
            try await faults.reach("create.ready")
            return SimulatedMachine(id: entry.id, spec: spec, guest: guest, backend: self, undo: undo)
        }
    }

    private struct Restoring: FilesystemRestoring {
        let backend: SimulatedBackend

        func restore(_ snapshot: FilesystemSnapshot, ownership: Ownership) async throws -> any Machine {
            guard let files = backend.engine.stored(snapshot.id.rawValue) else {
                throw GodHandError(.notFound, "There is no snapshot '\(snapshot.id)'.")
            }
            return try await backend.make(snapshot.spec, files: files, ownership)
        }

        func delete(_ snapshot: FilesystemSnapshot) async throws {
            try await backend.faults.reach("snapshot.delete")
            backend.engine.delete(snapshot.id.rawValue)
        }
    }
}

/// A machine of a ``SimulatedBackend``.
struct SimulatedMachine: Machine, Pausing, FilesystemSnapshotting {
    let id: SandboxID
    let spec: SandboxSpec
    let guest: SimulatedGuest
    let backend: SimulatedBackend
    let undo: UndoList

    var display: (any Display)? {
        guest.screen.map { SimulatedDisplay(screen: $0, guest: guest, faults: backend.faults) }
    }
    var shell: (any Shell)? { SimulatedShell(guest: guest, spec: spec, faults: backend.faults) }
    var pausing: (any Pausing)? { self }
    var filesystemSnapshots: (any FilesystemSnapshotting)? { spec.profile == .sealed ? nil : self }

    func destroy() async throws { try await undo.unwind() }

    func pause() async throws { try guest.setPaused(true) }
    func resume() async throws { try guest.setPaused(false) }

    func takeFilesystemSnapshot(_ id: SandboxID) async throws -> FilesystemSnapshot {
        try await backend.faults.reach("snapshot")
        let name = id.rawValue
        backend.engine.store(try guest.files(), as: name)
        do { try await backend.faults.reach("snapshot.stored") } catch {
            backend.engine.delete(name)
            throw error
        }
        return FilesystemSnapshot(id: id, backend: backend.name, origin: self.id, spec: spec)
    }
}
