/// Stored disks as directories of layers.
struct QEMUSnapshots: FilesystemRestoring {
    let backend: QEMUBackend

    func restore(_ snapshot: FilesystemSnapshot, ownership: Ownership) async throws -> any Machine {
        let directory = try directory(of: snapshot)
        var spec = snapshot.spec
        // The name is the origin's; two machines cannot have the same one.
        spec.name = nil
        let record: MachineRecord
        do { record = try MachineRecord(in: directory) } catch let error as GodHandError where error.code == .notFound {
            throw GodHandError(
                .notFound, "Snapshot \(snapshot.id) is not stored on this host.",
                hint: "It was deleted, or taken on another host.", cause: error)
        }
        return try await backend.boot(
            .stored(MachineFiles(in: directory, layers: record.layers), record), spec, ownership: ownership)
    }

    func delete(_ snapshot: FilesystemSnapshot) async throws {
        try backend.places().remove(try directory(of: snapshot))
    }

    /// Snapshots are values that can be stored and sent, so one from elsewhere must not name any directory it likes.
    private func directory(of snapshot: FilesystemSnapshot) throws -> String {
        guard snapshot.backend == backend.name, snapshot.id.isPlain else {
            throw GodHandError(.invalidRequest, "'\(snapshot.id)' is not a snapshot of the \(backend.name) backend.")
        }
        return try backend.places().snapshot(snapshot.id)
    }
}

extension SandboxID {
    /// Whether it can be part of a path: lower-case letters, digits and dashes, and not too long.
    var isPlain: Bool {
        (1...128).contains(rawValue.utf8.count)
            && rawValue.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}
