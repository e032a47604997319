import Foundation
import Logging
import Synchronization

/// Desktops in containers of a Docker engine on this host.
///
/// ```swift
/// let report = try await DockerBackend().withSandbox(.desktop) { sandbox in
///     try await sandbox.exec(["uname", "-a"]).output
/// }
/// ```
/// The engine is found through `DOCKER_HOST`, or at the usual sockets, when the first machine is made. Containers are
/// hardened by default: no capabilities, no new privileges, a system call filter, limits on memory, processors and
/// processes, no network and no published port. Their display and their commands go through sockets that this process
/// owns.
public final class DockerBackend: SandboxBackend {
    /// `docker`.
    public let name = "docker"

    private let environment: [String: String]
    private let runtime: Result<RuntimeDirectory, any Error>
    private let found = Mutex<EngineClient?>(nil)

    /// Makes a backend. Nothing is connected to yet.
    ///
    /// - Parameter environment: Where `DOCKER_HOST`, `XDG_RUNTIME_DIR` and `HOME` are looked up; nil for this process's.
    public init(environment: [String: String]? = nil) {
        let environment = environment ?? ProcessInfo.processInfo.environment
        self.environment = environment
        runtime = Result { try RuntimeDirectory(environment: environment) }
    }

    /// Makes a container and waits until its session is ready and its display has shown a first frame.
    ///
    /// - Throws: `GodHandError`: `engine.unavailable`, `engine.denied`, `engine.incompatible`, `image.missing`,
    ///   `name.taken`, `port.in-use`, `disk.full`, `guest.exited`, `request.invalid` or `deadline`. Nothing is left behind.
    public func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine {
        try await make(spec, image: spec.image, ownership: ownership)
    }

    /// New containers from stored file systems.
    public var filesystemRestoring: (any FilesystemRestoring)? { DockerSnapshots(backend: self) }

    /// Containers of owners that are gone.
    public var reaper: (any Reaper)? { DockerReaper(backend: self) }

    /// Which engine is used and how it calls itself, for people.
    ///
    /// - Throws: `GodHandError` with `engine.unavailable`, `engine.denied` or `engine.incompatible`.
    public func engineDescription() async throws -> String {
        let engine = try await engine()
        return "Docker engine at \(engine.address.socket), API \(engine.version)"
    }

    /// The socket of the engine.
    ///
    /// - Throws: What ``engineDescription()`` throws.
    public func place() async throws -> String? { try await engine().address.place }

    // MARK: Making machines

    /// The engine, looked for until one is found.
    func engine() async throws -> EngineClient {
        if let engine = found.withLock({ $0 }) { return engine }
        let engine = try await EngineClient.connect(candidates: EngineAddress.candidates(environment: environment))
        return found.withLock { found in
            // Another task may have been first: all use the same one.
            if let found { return found }
            found = engine
            return engine
        }
    }

    func runtimeDirectory() throws -> RuntimeDirectory { try runtime.get() }

    func make(_ spec: SandboxSpec, image: String, ownership: Ownership) async throws -> any Machine {
        let runtime = try runtimeDirectory()
        let engine = try await engine()
        let id = spec.name.map(SandboxID.init(rawValue:)) ?? .unique()
        return try await withUndo { undo in
            try await assemble(id, spec, image: image, on: engine, in: runtime, ownership: ownership, undo: undo)
        }
    }

    private func assemble(
        _ id: SandboxID, _ spec: SandboxSpec, image: String, on engine: EngineClient, in runtime: RuntimeDirectory,
        ownership: Ownership, undo: UndoList
    ) async throws -> DockerMachine {
        let container = DockerName.container(id)
        let network = DockerName.network(of: spec)
        try ownership.intend(
            LedgerEntry(
                backend: name, id: id, owner: ownership.owner, place: engine.address.place,
                details: ["directory": runtime.path(of: id), "network": network ?? ""]))
        // A name that somebody has is not given back for them, nor is what carries it removed.
        let isForeign = Mutex(false)
        undo.push("strike it from the ledger", .ifNothingIsLeft) {
            if isForeign.withLock({ $0 }), try await engine.owner(of: container) == ownership.owner { return }
            try ownership.settle(id)
        }

        let directory = try noting(isForeign) { try runtime.make(id) }
        undo.push("remove its sockets") { try runtime.remove(id) }
        let channel = try GuestChannel(listeningAt: "\(directory)/agent.sock")
        undo.push("hang up on the guest") { channel.close() }
        let display = try spec.screen.map { try Self.display($0, listeningAt: "\(directory)/rfb.sock", channel) }
        if let display { undo.push("close the display") { display.close() } }

        let locks = NetworkLocks(runtime)
        var joining: NetworkLock?
        if let network {
            undo.push("leave the network") { try await engine.leaveNetwork(network, locks) }
            joining = try await locks.joining(network)
            let labels = [DockerLabel.id: network, DockerLabel.owner: ownership.owner]
            try await shielded { try await engine.ensureNetwork(network, labels: labels, locks) }
        }
        if let disk = DockerName.snapshot(in: image) {
            undo.push("remove the stored disk, if it was deleted while the container ran on it") {
                try await engine.removeNameless(disk)
            }
        }
        // Before the call, since an answer that is lost leaves a container all the same.
        let body = try DockerCreation.body(id, spec, image: image, owner: ownership.owner, sockets: directory)
        let isInDoubt = Mutex(false)
        undo.push("remove the container") {
            if isForeign.withLock({ $0 }) { return }
            let isFound = try await engine.removeContainer(container, timeout: spec.timeouts.destroy)
            if !isFound, isInDoubt.withLock({ $0 }) {
                throw GodHandError(.engineFailed, "Container \(container) may still appear; it stays in the ledger.")
            }
        }
        do {
            // Dropping a request does not stop the engine, which would make the container after we removed it.
            try await shielded { try await engine.createContainer(body, named: container) }
        } catch let error as GodHandError where error.code == .deadlineExceeded {
            isInDoubt.withLock { $0 = true }
            throw error
        } catch {
            try noting(isForeign) { throw error }
        }
        try Task.checkCancellation()
        try await engine.startContainer(container)
        // It is on the network now, which therefore stays.
        withExtendedLifetime(joining) {}
        joining = nil
        // Beside the waiting, since it is a question that the engine takes its time for.
        async let inspection = engine.inspectContainer(container)
        try await waitUntilReady(container, channel, display, engine, within: spec.timeouts.create)
        let provenance = MachineProvenance(imageDigest: try await inspection?.image, engine: engine.product)
        return DockerMachine(
            id: id, spec: spec, backend: self, engine: engine, channel: channel, display: display,
            provenance: provenance, undo: undo)
    }

    /// A display whose server's limits are made up for by commands in the guest: its keymap has little room for foreign
    /// characters, and its mouse no thumb buttons.
    private static func display(
        _ screen: Size, listeningAt path: String, _ shell: GuestChannel
    ) throws -> VNCDisplay {
        var options = VNCOptions()
        options.keyboard = .restoring(by: shell)
        options.fallback = XdotoolInput(shell: shell, screen: { screen })
        return try VNCDisplay(over: ListeningTransport(path: path), options: options)
    }

    /// Remembers if something failed because somebody has the name.
    private func noting<Value>(_ isForeign: borrowing Mutex<Bool>, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as GodHandError where error.code == .nameTaken {
            isForeign.withLock { $0 = true }
            throw error
        }
    }

    /// Ready, unless the container ends first.
    private func waitUntilReady(
        _ container: String, _ channel: GuestChannel, _ display: VNCDisplay?, _ engine: EngineClient,
        within duration: Duration
    ) async throws {
        try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask { try await engine.waitForExit(of: container) }
            group.addTask {
                async let session: Void = channel.waitUntilReady()
                // Its first change is its first picture.
                _ = try await display?.change(after: 0, within: duration)
                try await session
                return nil
            }
            defer { group.cancelAll() }
            guard let code = try await group.next() ?? nil else { return }
            let log = (try? await engine.lastLog(of: container)) ?? ""
            throw GodHandError(
                .guestExited,
                "Container \(container) ended at once with code \(code)." + (log.isEmpty ? "" : " It wrote: \(log)"),
                hint: "The image must start /usr/lib/godhand/init; see Documentation/GuestProtocol.md.")
        }
    }
}
