import Foundation
import GodHandTesting

// The backend of the article "Writing a backend". It uses only what is public.

/// Machines that are directories of this host, copied from a template: as simple as a backend can be.
struct DirectoryBackend: SandboxBackend {
    let name = "directory"
    /// Has the directories `images`, `machines`, `labels` and `snapshots`.
    let root: URL

    func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine {
        let template = root.appending(path: "images/\(spec.image)")
        guard FileManager.default.fileExists(atPath: template.path) else {
            throw GodHandError(
                .imageMissing, "There is no template '\(spec.image)'.",
                hint: "Make a directory of that name in \(root.path)/images.")
        }
        return try await make(spec, from: template, ownership)
    }

    private func make(_ spec: SandboxSpec, from disk: URL, _ ownership: Ownership) async throws -> any Machine {
        guard spec.name == nil, spec.screen == nil else {
            throw GodHandError(.unsupported, "Directories have neither names of the caller's choice nor screens.")
        }
        return try await withUndo { undo in
            let id = SandboxID.unique()
            undo.push("strike it from the ledger", .ifNothingIsLeft) { try ownership.settle(id) }
            try ownership.intend(LedgerEntry(backend: name, id: id, owner: ownership.owner, place: root.path))

            undo.push("remove its directory") { try remove(id) }
            try label(
                OwnedMachine(
                    id: id, owner: ownership.owner, state: "there", image: spec.image, labels: spec.labels))
            try FileManager.default.copyItem(at: disk, to: place("machines", id))
            try Task.checkCancellation()
            return DirectoryMachine(id: id, spec: spec, backend: self, undo: undo)
        }
    }

    func place(_ kind: String, _ id: SandboxID) -> URL { root.appending(path: "\(kind)/\(id)") }
}

struct DirectoryMachine: Machine {
    let id: SandboxID
    let spec: SandboxSpec
    let backend: DirectoryBackend
    let undo: UndoList

    func destroy() async throws { try await undo.unwind() }
}

extension DirectoryBackend: Reaper {
    var reaper: (any Reaper)? { self }

    // One of these with another directory finds none of ours, and must not take them for gone.
    func place() async throws -> String? { root.path }

    func list() async throws -> [OwnedMachine] {
        let names = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "labels").path)
        return names.compactMap { try? readLabel(SandboxID(rawValue: $0)) }
    }

    func remove(_ entry: LedgerEntry) async throws -> Bool {
        // It becomes part of a path, and ledgers are files that somebody may have damaged.
        guard entry.id.rawValue.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }) else {
            throw GodHandError(.dataDamaged, "'\(entry.id)' names no machine of this backend.")
        }
        if entry.kind == .filesystemSnapshot { return try discard(place("snapshots", entry.id)) }
        guard let machine = try? readLabel(entry.id) else { return false }
        guard machine.owner == entry.owner else {
            throw GodHandError(.nameTaken, "The machine \(entry.id) belongs to somebody else; it was left alone.")
        }
        try remove(entry.id)
        return true
    }
}

extension DirectoryBackend {
    /// Who owns a machine is written down before the machine exists, and struck when it is gone.
    func label(_ machine: OwnedMachine) throws {
        try JSONEncoder().encode(machine).write(to: place("labels", machine.id), options: .atomic)
    }

    func readLabel(_ id: SandboxID) throws -> OwnedMachine {
        try JSONDecoder().decode(OwnedMachine.self, from: Data(contentsOf: place("labels", id)))
    }

    func remove(_ id: SandboxID) throws {
        try discard(place("machines", id))
        try discard(place("labels", id))
    }

    /// Harmless if there is nothing.
    @discardableResult
    func discard(_ place: URL) throws -> Bool {
        guard FileManager.default.fileExists(atPath: place.path) else { return false }
        try FileManager.default.removeItem(at: place)
        return true
    }
}

extension DirectoryMachine: FilesystemSnapshotting {
    var filesystemSnapshots: (any FilesystemSnapshotting)? { spec.profile == .sealed ? nil : self }

    func takeFilesystemSnapshot(_ id: SandboxID) async throws -> FilesystemSnapshot {
        let stored = backend.place("snapshots", id)
        do {
            try FileManager.default.copyItem(at: backend.place("machines", self.id), to: stored)
            try Task.checkCancellation()
        } catch {
            try backend.discard(stored)
            throw error
        }
        return FilesystemSnapshot(id: id, backend: backend.name, origin: self.id, spec: spec)
    }
}

extension DirectoryBackend: FilesystemRestoring {
    var filesystemRestoring: (any FilesystemRestoring)? { self }

    func restore(_ snapshot: FilesystemSnapshot, ownership: Ownership) async throws -> any Machine {
        let stored = place("snapshots", snapshot.id)
        guard FileManager.default.fileExists(atPath: stored.path) else {
            throw GodHandError(.notFound, "There is no snapshot '\(snapshot.id)'.")
        }
        return try await make(snapshot.spec, from: stored, ownership)
    }

    func delete(_ snapshot: FilesystemSnapshot) async throws { try discard(place("snapshots", snapshot.id)) }
}
