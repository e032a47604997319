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
    private let goesOnFromPrepared: Bool

    /// Makes a backend. Nothing is started yet.
    ///
    /// - Parameters:
    ///   - environment: Where `GODHAND_HOME`, `XDG_DATA_HOME` and `HOME` are looked up; nil for this process's.
    ///   - alwaysBoots: Whether every machine boots, instead of going on from one that was stored when it was ready.
    public init(environment: [String: String]? = nil, alwaysBoots: Bool = false) {
        goesOnFromPrepared = !alwaysBoots
        let environment = environment ?? ProcessInfo.processInfo.environment
        foundPlaces = Result { try QEMUPlaces(environment: environment) }
    }

    /// Makes a machine and waits until its session is ready and its display has shown a first frame.
    ///
    /// The first machine of a kind boots, and is stored once it is ready: each further one goes on from there. A kind is an
    /// image with a size of screen and memory, a number of processors, and whether there is a network.
    ///
    /// - Throws: `GodHandError`: `qemu.unavailable`, `qemu.failed`, `image.missing`, `name.taken`, `port.in-use`,
    ///   `unsupported`, `disk.full`, `guest.exited`, `data.damaged`, `host.failed` or `deadline`. Nothing is left behind.
    public func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine {
        let image = try VMImage(at: try places().image(try Self.plainName(spec.image)), name: spec.image)
        try Self.check(spec)
        guard goesOnFromPrepared else { return try await boot(.image(image), spec, ownership: ownership) }
        let prepared = PreparedMachines(places: try places())
        let key = try prepared.key(image, Self.board(spec, image))
        if let stored = await prepared.find(key) {
            do {
                let machine = try await receive(stored, spec, ownership: ownership, isCopy: false)
                machine.files.record.imageDigest = image.digest
                return machine
            } catch let error as GodHandError where error.code == .unsupported || error.code == .snapshotFailed {
                // Another version of QEMU has come.
                prepared.remove(key)
            }
        }
        let machine = try await boot(.image(image), spec, ownership: ownership)
        await prepared.store(machine, as: key)
        return machine
    }

    /// New machines from stored disks.
    public var filesystemRestoring: (any FilesystemRestoring)? { QEMUSnapshots(backend: self) }

    /// New machines from stored memory.
    public var memoryRestoring: (any MemoryRestoring)? { QEMUMemorySnapshots(backend: self) }

    /// Machines of owners that are gone.
    public var reaper: (any Reaper)? { QEMUReaper(backend: self) }

    /// The home of machines: see `GODHAND_HOME`.
    ///
    /// - Throws: `GodHandError` with `host.failed` or `disk.full`.
    public func place() async throws -> String? { try places().home }

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
            return try await begin(draft, parts, undo: undo)
        }
    }

    /// Writes down that a machine is going to be, and makes its files. Nothing runs yet.
    ///
    /// - Parameter frozen: The memory in which it begins; nil for one that is all zero.
    func draft(
        _ source: Source, _ spec: SandboxSpec, ownership: Ownership, memory frozen: FrozenMemory? = nil, undo: UndoList
    ) async throws -> MachineDraft {
        let places = try places()
        let id = spec.name.map(SandboxID.init(rawValue:)) ?? .unique()
        let directory = places.machine(id)
        let memory = places.memory(of: id)
        try ownership.intend(LedgerEntry(backend: name, id: id, owner: ownership.owner, place: places.home))
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
        let digest: String?
        switch source {
        case .image(let image):
            files = try MachineFiles(linking: image, into: directory)
            board = Self.board(spec, image)
            digest = image.digest
        case .stored(let stored, let record):
            files = try MachineFiles(linking: stored, into: directory)
            board = record.board
            digest = record.imageDigest
            if case .user(let address, _) = board.network {
                // QEMU's network goes on with the guest's memory, knows the old hardware address, and would give a new one
                // another place, to which no port leads. So who shows ports keeps it; nobody else can see it.
                let own = spec.ports.isEmpty ? MachineIdentity.address() : address
                board.network = .user(address: own, ports: spec.ports)
            }
        }
        board.kernel = files.kernel
        board.initrd = files.initrd
        try await files.shorten(places)
        try files.addLayer(places)
        let record = MachineRecord(
            id: id, owner: ownership.owner, image: spec.image, imageDigest: digest, labels: spec.labels, board: board,
            layers: files.layers.count)
        try record.write(in: directory)

        try places.make(memory)
        undo.push("remove its memory") { try places.remove(memory) }
        let launch = QEMULaunch(
            id: id, board: board, memory: try begin(id, with: frozen, size: board.memory, in: places),
            disk: files.layers)
        return MachineDraft(id: id, spec: spec, places: places, files: files, record: record, launch: launch)
    }

    /// Gives a machine the memory in which it begins, under a name of its own.
    private func begin(
        _ id: SandboxID, with frozen: FrozenMemory?, size: Int, in places: QEMUPlaces
    ) throws -> String {
        let own = "\(places.memory(of: id))/ram"
        guard let frozen else {
            try places.makeFile(own, size: size)
            return own
        }
        // Live memory and stored memory lie on different file systems, and a second name is only had on the same.
        return try frozen.linked(at: [own, "\(places.machine(id))/ram"])
    }

    /// Starts the QEMU of a machine, standing still, with its port connected.
    func start(_ draft: MachineDraft, undo: UndoList) async throws -> MachineParts {
        let slot = QEMUSlot(of: draft.id)
        undo.push("end its QEMU") { await slot.close() }
        let instance = try await QEMUInstance.start(draft.launch)
        do { try slot.exchange(for: instance) } catch {
            await instance.kill()
            throw error
        }
        let (ours, theirs) = try SocketStream.pair()
        let port = GuestPort(ours)
        let channel = GuestChannel(port, patience: .seconds(30))
        undo.push("hang up on the guest") { channel.close() }
        try await instance.attachPort(theirs)
        let shell = MachineShell(channel: channel, spec: draft.spec, isAlive: { _ = try slot.current() })
        return MachineParts(slot: slot, port: port, channel: channel, shell: shell, instance: instance)
    }

    /// Lets a machine run, and waits until it can be used.
    func begin(_ draft: MachineDraft, _ parts: MachineParts, undo: UndoList) async throws -> QEMUMachine {
        // First: one that goes on has its picture already, which is then shown before the guest keeps QEMU busy.
        let display = try draft.launch.board.screen.map {
            try Self.display($0, parts, hasPicture: draft.launch.isIncoming)
        }
        if let display { undo.push("close the display") { display.close() } }
        try await parts.instance.resume()
        try await parts.waitUntilReady(display, as: draft.hostname, within: draft.spec.timeouts.create)
        return QEMUMachine(draft, parts, display: display, backend: self, undo: undo)
    }

    /// A display whose server's limits are made up for by commands in the guest: it knows only the keys of a keyboard,
    /// and no thumb buttons.
    private static func display(_ screen: Size, _ parts: MachineParts, hasPicture: Bool) throws -> VNCDisplay {
        var options = VNCOptions()
        options.confirmsFirstFrame = !hasPicture
        options.dozes = true
        options.keyboard.spareKeys = 0
        options.keyboard.shiftsByItself = false
        options.keyboard.buttons = 5
        options.fallback = XdotoolInput(shell: parts.shell, screen: { screen })
        return try VNCDisplay(
            over: QEMUDisplayTransport(instance: { [slot = parts.slot] in try slot.current() }), options: options)
    }

    private static func board(_ spec: SandboxSpec, _ image: VMImage) -> QEMULaunch.Board {
        let arguments = [image.description.commandLine, ProcessorCounter.kernelArgument(.best)].compactMap { $0 }
        var board = QEMULaunch.Board(
            machine: image.description.machine, processors: max(1, Int(spec.cpus.rounded(.up))),
            memory: max(spec.memory >> 20, image.description.memory) << 20, screen: spec.screen,
            kernel: "", initrd: "", commandLine: arguments.joined(separator: " "))
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
