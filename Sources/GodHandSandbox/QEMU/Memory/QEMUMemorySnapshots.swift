/// Stored machines as directories.
struct QEMUMemorySnapshots: MemoryRestoring {
    let backend: QEMUBackend

    func restore(_ snapshot: MemorySnapshot, ownership: Ownership) async throws -> any Machine {
        let directory = try backend.directory(of: .memory(snapshot))
        let stored: StoredMachine
        do { stored = try await StoredMachine(in: directory) } catch let error as GodHandError
            where error.code == .notFound
        { throw QEMUBackend.notStored(snapshot.id, error) }
        var spec = snapshot.spec
        // The name is the origin's; two machines cannot have the same one.
        spec.name = nil
        return try await backend.receive(stored, spec, ownership: ownership)
    }

    func delete(_ snapshot: MemorySnapshot) async throws {
        try backend.places().remove(try backend.directory(of: .memory(snapshot)))
    }
}

extension QEMUBackend {
    /// Makes a machine of a stored one.
    func receive(
        _ stored: StoredMachine, _ spec: SandboxSpec, ownership: Ownership, isCopy: Bool = true
    ) async throws -> QEMUMachine {
        let machine = try await receive(stored.origin(spec), ownership: ownership, isCopy: isCopy) { instance in
            try stored.manifest.check(instance)
            return try stored.image()
        }
        machine.parts.port.letProgramsGo()
        return machine
    }
}
