// Machines of one's own kind, here directories of this host, and the proof that they keep the promises of all backends.
import Foundation
import GodHandCore
import GodHandTesting

struct FolderBackend: SandboxBackend {
    let name = "folder"
    let root: URL

    func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine {
        guard spec.image == "empty", spec.screen == nil else {
            throw GodHandError(.imageMissing, "Folders are made of the image 'empty', without a screen.")
        }
        // Each step pushes its undo. If a later one fails, they are done; else the machine keeps them for its end.
        return try await withUndo { undo in
            let id = SandboxID.unique()
            undo.push("strike it from the ledger", .ifNothingIsLeft) { try ownership.settle(id) }
            try ownership.intend(LedgerEntry(backend: name, id: id, owner: ownership.owner))

            let place = root.appending(path: id.rawValue)
            undo.push("remove the folder") { try? FileManager.default.removeItem(at: place) }
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try Task.checkCancellation()
            return FolderMachine(id: id, undo: undo)
        }
    }
}

/// What it can do besides, such as commands, a screen or snapshots, would be further properties: nil until it has them.
struct FolderMachine: Machine {
    let id: SandboxID
    let undo: UndoList

    func destroy() async throws { try await undo.unwind() }
}

do {
    let root = FileManager.default.temporaryDirectory.appending(path: "folders-\(UUID())")
    defer { try? FileManager.default.removeItem(at: root) }
    let backend = FolderBackend(root: root)
    let spec = SandboxSpec(image: "empty", screen: nil)
    func count() -> Int { ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).count }

    // Scopes, and all else that is built on these few members, come for nothing.
    try await backend.withSandboxScope { scope in
        for _ in 0..<3 { _ = try await scope.create(spec) }
        print("There are \(count()) machines")
    }
    print("There are \(count()) machines after their scope")

    var kept = 0
    for clause in BackendConformance.Clause.allCases {
        if try await BackendConformance(backend, spec: spec).check(clause) == .satisfied { kept += 1 }
    }
    print("It keeps \(kept) promises; the others are about what it does not have")
} catch {
    print("error: \(error)")
    exit(1)
}
