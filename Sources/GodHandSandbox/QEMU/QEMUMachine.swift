import Synchronization

/// A virtual machine of ours.
final class QEMUMachine: Machine, Pausing, FilesystemSnapshotting {
    let id: SandboxID
    let spec: SandboxSpec
    let backend: QEMUBackend
    let parts: MachineParts
    let places: QEMUPlaces
    private let screen: VNCDisplay?
    /// One at a time changes layers or processes.
    let turns = InputTurns()
    /// Machines that stand ready for the next fork.
    let reserve = ForkReserve()
    private let stored: Mutex<(files: MachineFiles, record: MachineRecord)>
    private let frozen: Mutex<FrozenMemory>
    /// All that was made for this machine: destroying it is unwinding what creating it pushed.
    let undo: UndoList

    init(_ draft: MachineDraft, _ parts: MachineParts, display: VNCDisplay?, backend: QEMUBackend, undo: UndoList) {
        id = draft.id
        spec = draft.spec
        places = draft.places
        stored = Mutex((draft.files, draft.record))
        self.parts = parts
        screen = display
        frozen = Mutex(
            FrozenMemory(path: draft.launch.memory, size: draft.launch.board.memory, isTemporary: false))
        self.backend = backend
        self.undo = undo
        undo.push("end what stands ready for its forks") { [reserve] in await reserve.close() }
    }

    var display: (any Display)? { screen }

    var shell: (any Shell)? { parts.shell }

    var pausing: (any Pausing)? { self }

    var provenance: MachineProvenance? {
        MachineProvenance(
            imageDigest: files.record.imageDigest, engine: "QEMU/\(parts.instance.qmp.version.description)")
    }

    var memorySnapshots: (any MemorySnapshotting)? { spec.profile == .stateful ? self : nil }

    var filesystemSnapshots: (any FilesystemSnapshotting)? { spec.profile == .stateful ? self : nil }

    /// The layers of its disk and the record of it, as they are now.
    var files: (files: MachineFiles, record: MachineRecord) {
        get { stored.withLock { $0 } }
        set { stored.withLock { $0 = newValue } }
    }

    /// The memory over which it runs; what it has written since is in its QEMU.
    var memory: FrozenMemory {
        get { frozen.withLock { $0 } }
        set { frozen.withLock { $0 = newValue } }
    }

    // In turns, since a fork stops the machine for a moment as well: it would start one that was just paused, and must not
    // find one running that it has stopped.
    func pause() async throws { try await turns.take { try await parts.slot.current().pause() } }

    func resume() async throws { try await turns.take { try await parts.slot.current().resume() } }

    func takeFilesystemSnapshot(_ id: SandboxID) async throws -> FilesystemSnapshot {
        try await turns.take {
            // A guest that stands still answers nobody.
            if try await parts.slot.current().isRunning() { try await storeFiles() }
            let frozen = try await freezeDisk()
            try store(frozen, as: id)
        }
        do { try Task.checkCancellation() } catch {
            try places.remove(places.snapshot(id))
            throw error
        }
        return FilesystemSnapshot(id: id, backend: backend.name, origin: self.id, spec: spec)
    }

    /// Gets on the disk what programs have written, and how they come back. A guest that does not answer is stored as it is.
    private func storeFiles() async throws {
        try await GuestComeback(channel: parts.channel).store()
        _ = try? await withDeadline(.seconds(20), "The guest's attempt to store its files") { [parts] in
            try await GuestTool(parts.shell).run(["sync"])
        }
        try Task.checkCancellation()
    }

    func destroy() async throws { try await undo.unwind() }
}
