/// Stored file systems as images of the engine.
struct DockerSnapshots: FilesystemRestoring {
    let backend: DockerBackend

    func restore(_ snapshot: FilesystemSnapshot, ownership: Ownership) async throws -> any Machine {
        try check(snapshot)
        var spec = snapshot.spec
        // The name is the origin's; two machines cannot have the same one.
        spec.name = nil
        do {
            return try await backend.make(spec, image: DockerName.snapshot(snapshot.id), ownership: ownership)
        } catch let error as GodHandError where error.code == .imageMissing {
            throw GodHandError(
                .notFound, "Snapshot \(snapshot.id) is not stored on this engine.",
                hint: "It was deleted, or taken on another engine.", cause: error)
        }
    }

    func delete(_ snapshot: FilesystemSnapshot) async throws {
        try check(snapshot)
        try await backend.engine().removeImage(DockerName.snapshot(snapshot.id))
    }

    /// Snapshots are values that can be stored and sent, so one from elsewhere must not name any image it likes.
    private func check(_ snapshot: FilesystemSnapshot) throws {
        guard snapshot.backend == backend.name, !snapshot.id.rawValue.isEmpty,
            snapshot.id.rawValue.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) })
        else {
            throw GodHandError(.invalidRequest, "'\(snapshot.id)' is not a snapshot of the \(backend.name) backend.")
        }
    }
}
