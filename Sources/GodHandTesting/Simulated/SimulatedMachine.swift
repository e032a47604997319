/// A machine of a ``SimulatedBackend``.
struct SimulatedMachine: Machine, Pausing, FilesystemSnapshotting, MemorySnapshotting {
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
    var memorySnapshots: (any MemorySnapshotting)? {
        spec.profile == .sealed || !backend.keepsMemory ? nil : self
    }

    func destroy() async throws { try await undo.unwind() }

    func pause() async throws { try guest.setPaused(true) }
    func resume() async throws { try guest.setPaused(false) }

    func takeFilesystemSnapshot(_ id: SandboxID) async throws -> FilesystemSnapshot {
        try await store(id, as: .disk(guest.files().onDisk))
        return FilesystemSnapshot(id: id, backend: backend.name, origin: self.id, spec: spec)
    }

    func takeMemorySnapshot(_ id: SandboxID) async throws -> MemorySnapshot {
        try await store(id, as: .memory(guest.memory()))
        return MemorySnapshot(id: id, backend: backend.name, origin: self.id, spec: spec)
    }

    private func store(_ id: SandboxID, as what: @autoclosure () throws -> SimulatedEngine.Stored) async throws {
        try await backend.faults.reach("snapshot")
        backend.engine.store(try what(), as: id)
        do { try await backend.faults.reach("snapshot.stored") } catch {
            backend.engine.delete(id)
            throw error
        }
    }

    func prepareForks(_ count: Int, ownership: Ownership) async throws {
        try await backend.faults.reach("fork.prepare")
        backend.engine.prepareForks(count, of: id)
    }

    func fork(into count: Int, ownership: Ownership) async throws -> [any Machine] {
        try await backend.faults.reach("fork")
        backend.engine.prepareForks(0, of: id)
        let memory = try guest.memory()
        var forks: [any Machine] = []
        do {
            for _ in 0..<count { forks.append(try await backend.make(spec, from: memory, ownership)) }
        } catch {
            // What cannot be destroyed is still in the ledger.
            for fork in forks { try? await shielded { try await fork.destroy() } }
            throw error
        }
        return forks
    }
}

/// What the engine has stored, as the machines that can be made of it.
struct SimulatedSnapshots: FilesystemRestoring, MemoryRestoring {
    let backend: SimulatedBackend

    func restore(_ snapshot: FilesystemSnapshot, ownership: Ownership) async throws -> any Machine {
        guard case .disk(let files)? = backend.engine.stored(snapshot.id) else { throw notFound(snapshot.id) }
        return try await backend.make(snapshot.spec, from: SimulatedMemory(disk: files), ownership)
    }

    func restore(_ snapshot: MemorySnapshot, ownership: Ownership) async throws -> any Machine {
        guard case .memory(let memory)? = backend.engine.stored(snapshot.id) else { throw notFound(snapshot.id) }
        return try await backend.make(snapshot.spec, from: memory, ownership)
    }

    func delete(_ snapshot: FilesystemSnapshot) async throws { try await delete(snapshot.id) }
    func delete(_ snapshot: MemorySnapshot) async throws { try await delete(snapshot.id) }

    private func delete(_ id: SandboxID) async throws {
        try await backend.faults.reach("snapshot.delete")
        backend.engine.delete(id)
    }

    private func notFound(_ id: SandboxID) -> GodHandError {
        GodHandError(.notFound, "There is no snapshot '\(id)'.")
    }
}
