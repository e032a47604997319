/// A backend whose machines exist only in memory: for tests of programs that use sandboxes, and of this library itself.
///
/// A machine has a screen that reacts to the mouse and the keyboard, a file tree of which `/dev/shm` is not on the disk,
/// a clipboard, and a handful of commands: `true`, `false`, `echo`, `cat`, `env`, `pwd`, `sleep` (without end),
/// `head -c`, `test -e`, `pgrep -f`, `setsid -f`, `xargs`, `xclip` and `tar`. What `setsid` has started goes on in
/// forks that preserve the memory.
/// ```swift
/// let backend = SimulatedBackend()
/// try await backend.withSandbox(.desktop) { sandbox in ... }
/// #expect(backend.engine.machines.isEmpty)
/// ```
public struct SimulatedBackend: SandboxBackend {
    /// `simulated`.
    public let name = "simulated"
    /// Where the machines live.
    public let engine: SimulatedEngine
    /// What goes wrong, at the places `create.intend`, `create.make`, `create.wait`, `create.ready`, `destroy`,
    /// `snapshot`, `snapshot.stored`, `snapshot.delete`, `fork`, `exec` and `input`. Those of `create` serve `restore`
    /// and each machine of a fork, too; those of `snapshot` serve both kinds.
    public let faults: FaultPoints
    /// Whether it keeps memory, as a virtual machine can and a container cannot.
    public let keepsMemory: Bool

    /// Makes a backend.
    ///
    /// - Parameters:
    ///   - engine: Where the machines live.
    ///   - faults: What goes wrong.
    ///   - keepsMemory: Whether machines have `memorySnapshots`.
    public init(
        engine: SimulatedEngine = SimulatedEngine(), faults: FaultPoints = FaultPoints(), keepsMemory: Bool = true
    ) {
        self.engine = engine
        self.faults = faults
        self.keepsMemory = keepsMemory
    }

    /// Makes a machine.
    ///
    /// - Throws: `GodHandError` with `image.missing`, or what the faults say.
    public func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine {
        try await make(spec, from: SimulatedMemory(disk: SimulatedFiles()), ownership)
    }

    /// Restores stored disks.
    public var filesystemRestoring: (any FilesystemRestoring)? { SimulatedSnapshots(backend: self) }
    /// Restores stored memory.
    public var memoryRestoring: (any MemoryRestoring)? { keepsMemory ? SimulatedSnapshots(backend: self) : nil }
    /// Removes machines of dead owners.
    public var reaper: (any Reaper)? { engine }

    func make(_ spec: SandboxSpec, from memory: SimulatedMemory, _ ownership: Ownership) async throws -> any Machine {
        try await withUndo { undo in
            let entry = LedgerEntry(backend: name, id: .unique(), owner: ownership.owner)
            try await faults.reach("create.intend")
            undo.push("strike it from the ledger", .ifNothingIsLeft) { try ownership.settle(entry.id) }
            try ownership.intend(entry)
            try await faults.reach("create.make")
            undo.push("remove the machine") {
                try await faults.reach("destroy")
                _ = engine.remove(entry.id)
            }
            let guest = try engine.add(entry.id, owner: ownership.owner, spec, memory)
            try await faults.reach("create.wait")
            try await faults.reach("create.ready")
            return SimulatedMachine(id: entry.id, spec: spec, guest: guest, backend: self, undo: undo)
        }
    }
}
