/// All of a machine at one moment, from which others are made. Nothing in it changes any more.
struct MachineImage: Sendable {
    /// The memory that machines begin with, as a file.
    var memory: FrozenMemory
    /// What was in memory besides; nil if the file is all.
    var delta: MemoryDelta?
    var devices: DeviceState
    var files: MachineFiles
    var record: MachineRecord
}

/// What has to be known of a machine to start others that will go on where it is. It can be known before the moment
/// itself has come.
struct MachineOrigin: Sendable {
    var spec: SandboxSpec
    var files: MachineFiles
    var record: MachineRecord
    var memory: FrozenMemory
}

extension QEMUBackend {
    /// Makes a machine that goes on where another was. Its programs are held, as they were in the other: nothing runs in it as
    /// somebody else, or takes time from those that are being made beside it. Whoever calls lets them go.
    ///
    /// - Parameters:
    ///   - origin: What its QEMU is started with.
    ///   - isCopy: Whether it is to be told from the other by its host name.
    ///   - image: The state that it gets, asked for once that QEMU runs.
    func receive(
        _ origin: MachineOrigin, ownership: Ownership, isCopy: Bool = true,
        _ image: @Sendable (QEMUInstance) async throws -> MachineImage
    ) async throws -> QEMUMachine {
        try await withUndo { undo in
            var draft = try await draft(
                .stored(origin.files, origin.record), origin.spec, ownership: ownership, memory: origin.memory,
                undo: undo)
            (draft.launch.isIncoming, draft.isCopy) = (true, isCopy)
            let parts = try await start(draft, undo: undo)
            let image = try await image(parts.instance)
            if let delta = image.delta {
                let memory = try ProcessMemory(of: draft.launch.memory, in: parts.instance.process.process.id)
                try await onThread { try delta.apply(to: memory) }
            }
            try await image.devices.load(into: parts.instance)
            return try await begin(draft, parts, undo: undo)
        }
    }
}
