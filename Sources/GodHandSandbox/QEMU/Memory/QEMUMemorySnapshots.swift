/// Stored machines as directories.
struct QEMUMemorySnapshots: MemoryRestoring {
    let backend: QEMUBackend

    func restore(_ snapshot: MemorySnapshot, ownership: Ownership) async throws -> any Machine {
        let stored: StoredMachine
        do { stored = try await StoredMachine(in: try directory(of: snapshot)) } catch let error as GodHandError
            where error.code == .notFound
        {
            throw GodHandError(
                .notFound, "Snapshot \(snapshot.id) is not stored on this host.",
                hint: "It was deleted, or taken on another host.", cause: error)
        }
        var spec = snapshot.spec
        // The name is the origin's; two machines cannot have the same one.
        spec.name = nil
        return try await backend.receive(stored, spec, ownership: ownership)
    }

    func delete(_ snapshot: MemorySnapshot) async throws {
        try backend.places().remove(try directory(of: snapshot))
    }

    /// Snapshots are values that can be stored and sent, so one from elsewhere must not name any directory it likes.
    private func directory(of snapshot: MemorySnapshot) throws -> String {
        guard snapshot.backend == backend.name, snapshot.id.isPlain else {
            throw GodHandError(.invalidRequest, "'\(snapshot.id)' is not a snapshot of the \(backend.name) backend.")
        }
        return try backend.places().snapshot(snapshot.id)
    }
}

extension QEMUBackend {
    /// Makes a machine of a stored one.
    func receive(
        _ stored: StoredMachine, _ spec: SandboxSpec, ownership: Ownership, isCopy: Bool = true
    ) async throws -> QEMUMachine {
        try await receive(stored.origin(spec), ownership: ownership, isCopy: isCopy) { instance in
            try stored.manifest.check(instance)
            return try stored.image()
        }
    }
}
