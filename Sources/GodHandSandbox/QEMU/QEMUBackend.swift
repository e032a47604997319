import Foundation
import Synchronization

/// Desktops in virtual machines of QEMU on this host.
///
/// ```swift
/// let report = try await QEMUBackend().withSandbox(.vm) { sandbox in
///     try await sandbox.exec(["uname", "-a"]).output
/// }
/// ```
/// Each machine has a kernel of its own and is one process, which runs without rights, has no network unless asked for
/// and cannot be reached from any: display, commands and control go through sockets that this process inherited to it.
/// Where the processor's own virtualisation cannot be used QEMU translates, which is many times slower.
public final class QEMUBackend: SandboxBackend {
    /// `qemu`.
    public let name = "qemu"

    private let foundPlaces: Result<QEMUPlaces, any Error>

    /// Makes a backend. Nothing is started yet.
    ///
    /// - Parameter environment: Where `GODHAND_HOME`, `XDG_DATA_HOME` and `HOME` are looked up; nil for this process's.
    public init(environment: [String: String]? = nil) {
        let environment = environment ?? ProcessInfo.processInfo.environment
        foundPlaces = Result { try QEMUPlaces(environment: environment) }
    }

    /// Boots a machine and waits until its session is ready and its display has shown a first frame.
    ///
    /// - Throws: `GodHandError`: `qemu.unavailable`, `qemu.failed`, `image.missing`, `name.taken`, `port.in-use`,
    ///   `unsupported`, `disk.full`, `guest.exited`, `data.damaged`, `host.failed` or `deadline`. Nothing is left behind.
    public func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine {
        let image = try VMImage(at: try places().image(try Self.plainName(spec.image)), name: spec.image)
        return try await boot(.image(image), spec, ownership: ownership)
    }

    /// New machines from stored disks.
    public var filesystemRestoring: (any FilesystemRestoring)? { QEMUSnapshots(backend: self) }

    /// Machines of owners that are gone.
    public var reaper: (any Reaper)? { QEMUReaper(backend: self) }

    func places() throws -> QEMUPlaces { try foundPlaces.get() }

    // MARK: Making machines

    /// What a machine's disk begins as.
    enum Source: Sendable {
        case image(VMImage)
        case stored(MachineFiles, MachineRecord)
    }

    /// Starts a machine from its kernel.
    func boot(_ source: Source, _ spec: SandboxSpec, ownership: Ownership) async throws -> QEMUMachine {
        try Self.check(spec)
        return try await withUndo { undo in
            let draft = try await draft(source, spec, ownership: ownership, undo: undo)
            let parts = try await start(draft, undo: undo)
            try await parts.instance.resume()
            try await parts.waitUntilReady(within: spec.timeouts.create)
            try await parts.renewIdentity(hostname: spec.hostname)
            return QEMUMachine(draft, parts, backend: self, undo: undo)
        }
    }

    /// Writes down that a machine is going to be, and makes its files. Nothing runs yet.
    ///
    /// - Parameter frozenMemory: A file of memory that the machine maps for itself; nil to make one for it to fill.
    func draft(
        _ source: Source, _ spec: SandboxSpec, ownership: Ownership, frozenMemory: String? = nil, undo: UndoList
    ) async throws -> MachineDraft {
        let places = try places()
        let id = spec.name.map(SandboxID.init(rawValue:)) ?? .unique()
        let directory = places.machine(id)
        let memory = places.memory(of: id)
        try ownership.intend(LedgerEntry(backend: name, id: id, owner: ownership.owner))
        // A name that somebody has is not given back for them, nor is what carries it removed.
        let isForeign = Mutex(false)
        undo.push("strike it from the ledger", .ifNothingIsLeft) {
            if isForeign.withLock({ $0 }), try MachineRecord(in: directory).owner == ownership.owner { return }
            try ownership.settle(id)
        }
        do { try places.make(directory) } catch let error as GodHandError where error.code == .nameTaken {
            isForeign.withLock { $0 = true }
            throw error
        }
        undo.push("remove its files") { try places.remove(directory) }
        undo.push("tell the watchdog") { await Watchdog.shared.forget(directory) }
        try await Watchdog.shared.watch(directory, and: [memory])

        var files: MachineFiles
        var board: QEMULaunch.Board
        switch source {
        case .image(let image):
            files = try MachineFiles(linking: image, into: directory)
            board = Self.board(spec, image, files)
        case .stored(let stored, let record):
            files = try MachineFiles(linking: stored, into: directory)
            board = record.board
        }
        board.kernel = files.kernel
        board.initrd = files.initrd
        try await files.shorten(places)
        try files.addLayer(places)
        let record = MachineRecord(
            id: id, owner: ownership.owner, image: spec.image, labels: spec.labels, board: board,
            layers: files.layers.count)
        try record.write(in: directory)

        undo.push("remove its memory") { try places.remove(memory) }
        try places.make(memory)
        if frozenMemory == nil { try places.makeFile("\(memory)/ram", size: board.memory) }
        let launch = QEMULaunch(
            id: id, board: board,
            memory: .init(path: frozenMemory ?? "\(memory)/ram", isShared: frozenMemory == nil), disk: files.layers)
        return MachineDraft(id: id, spec: spec, places: places, files: files, record: record, launch: launch)
    }

    /// Starts the QEMU of a machine, standing still, with its port and its display connected.
    func start(_ draft: MachineDraft, undo: UndoList) async throws -> MachineParts {
        let slot = QEMUSlot(of: draft.id)
        undo.push("end its QEMU") { await slot.close() }
        let instance = try await QEMUInstance.start(draft.launch)
        try slot.exchange(for: instance)
        return try await connect(draft, slot, undo: undo)
    }

    /// Connects to the QEMU that is in the slot.
    func connect(_ draft: MachineDraft, _ slot: QEMUSlot, undo: UndoList) async throws -> MachineParts {
        let (ours, theirs) = try SocketStream.pair()
        let channel = GuestChannel(GuestPort(ours), patience: .seconds(10))
        undo.push("hang up on the guest") { channel.close() }
        let instance = try slot.current()
        try await instance.attachPort(theirs)
        let shell = MachineShell(channel: channel, spec: draft.spec, isAlive: { _ = try slot.current() })
        let display = try draft.launch.board.screen.map { try Self.display($0, slot, shell) }
        if let display { undo.push("close the display") { display.close() } }
        return MachineParts(
            slot: slot, port: theirs, channel: channel, shell: shell, display: display, instance: instance)
    }

    /// A display whose server's limits are made up for by commands in the guest: it knows only the keys of a keyboard,
    /// and no thumb buttons.
    private static func display(_ screen: Size, _ slot: QEMUSlot, _ shell: any Shell) throws -> VNCDisplay {
        var options = VNCOptions()
        options.confirmsFirstFrame = true
        options.keyboard.spareKeys = 0
        options.keyboard.buttons = 5
        options.fallback = XdotoolInput(shell: shell, screen: { screen })
        return try VNCDisplay(over: QEMUDisplayTransport(instance: { try slot.current() }), options: options)
    }

    private static func board(_ spec: SandboxSpec, _ image: VMImage, _ files: MachineFiles) -> QEMULaunch.Board {
        let arguments = [image.description.commandLine, ProcessorCounter.kernelArgument(.best)].compactMap { $0 }
        var board = QEMULaunch.Board(
            machine: image.description.machine, processors: max(1, Int(spec.cpus.rounded(.up))),
            memory: max(spec.memory >> 20, image.description.memory) << 20, screen: spec.screen,
            kernel: files.kernel, initrd: files.initrd, commandLine: arguments.joined(separator: " "))
        if spec.network == .full { board.network = .user(address: MachineIdentity.address(), ports: spec.ports) }
        return board
    }

    /// Refuses what a virtual machine cannot be.
    private static func check(_ spec: SandboxSpec) throws {
        if case .named = spec.network {
            throw GodHandError(
                .unsupported, "Virtual machines cannot be on a named network.",
                hint: "Use .none or .full, or the Docker backend.")
        }
        if !spec.mounts.isEmpty {
            throw GodHandError(
                .unsupported, "Virtual machines cannot show directories of the host.",
                hint: "Copy them with copyIn and copyOut.")
        }
        if !spec.ports.isEmpty, spec.network != .full {
            throw GodHandError(
                .invalidRequest, "Ports can only be shown with the network access 'full'.",
                hint: "Set network to .full.")
        }
    }

    /// An image's name becomes part of a path.
    private static func plainName(_ name: String) throws -> String {
        let isPlain = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || [0x2D, 0x2E, 0x5F].contains($0)
        }
        guard isPlain, !name.isEmpty, !name.hasPrefix(".") else {
            throw GodHandError(
                .imageMissing, "There is no image '\(name)' for virtual machines.",
                hint: "They have plain names: 'vm'. Those with a slash are for containers.")
        }
        return name
    }
}
