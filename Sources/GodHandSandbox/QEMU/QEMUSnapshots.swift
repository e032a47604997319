/// Stored disks as directories of layers.
struct QEMUSnapshots: FilesystemRestoring {
    let backend: QEMUBackend

    func restore(_ snapshot: FilesystemSnapshot, ownership: Ownership) async throws -> any Machine {
        let directory = try backend.directory(of: .filesystem(snapshot))
        var spec = snapshot.spec
        // The name is the origin's; two machines cannot have the same one.
        spec.name = nil
        let record: MachineRecord
        do { record = try MachineRecord(in: directory) } catch let error as GodHandError where error.code == .notFound {
            throw QEMUBackend.notStored(snapshot.id, error)
        }
        return try await backend.boot(
            .stored(MachineFiles(in: directory, layers: record.layers), record), spec, ownership: ownership)
    }

    func delete(_ snapshot: FilesystemSnapshot) async throws {
        try backend.places().remove(try backend.directory(of: .filesystem(snapshot)))
    }
}

extension QEMUBackend {
    /// Where a snapshot is stored. Snapshots are values that can be kept and sent, so one from elsewhere must not name any
    /// directory it likes.
    func directory(of snapshot: Snapshot) throws -> String {
        guard snapshot.backend == name, snapshot.id.isPlain else {
            throw GodHandError(.invalidRequest, "'\(snapshot.id)' is not a snapshot of the \(name) backend.")
        }
        return try places().snapshot(snapshot.id)
    }

    static func notStored(_ id: SandboxID, _ cause: GodHandError) -> GodHandError {
        GodHandError(
            .notFound, "Snapshot \(id) is not stored on this host.", hint: "It was deleted, or taken on another host.",
            cause: cause)
    }
}
