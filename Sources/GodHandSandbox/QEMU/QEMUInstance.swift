/// One running QEMU and the control of it. A machine has one at a time, and may go on in another.
///
/// Made in steps, so that it can be begun before it is known what it will be for: ``start(_:)``, ``attachPort(_:)``, then
/// either ``resume()`` for a machine that starts its kernel, or the loading of a state first.
final class QEMUInstance: Sendable {
    /// What it was started with.
    let launch: QEMULaunch
    let process: QEMUProcess
    let qmp: QMPClient

    private init(launch: QEMULaunch, process: QEMUProcess, qmp: QMPClient) {
        self.launch = launch
        self.process = process
        self.qmp = qmp
    }

    /// Starts a QEMU, with the machine standing still, and connects to it.
    ///
    /// - Throws: `GodHandError` with `qemu.unavailable`, `qemu.failed`, `port.in-use` or `deadline`. Nothing runs then.
    static func start(_ launch: QEMULaunch) async throws -> QEMUInstance {
        guard let program = ProgramSearch.path(of: QEMUProgram.system) else {
            throw GodHandError(
                .qemuUnavailable, "The program \(QEMUProgram.system) is not on this machine.",
                hint: "Run Scripts/packages.sh vm, or install QEMU 7.2 or newer.")
        }
        let arguments = QEMUUser.current.prefix + [program] + (try QEMUCommandLine.arguments(launch))
        let (process, stream) = try await QEMUProcess.startConnected(arguments)
        do {
            let qmp = try await QMPClient.connect(stream)
            return QEMUInstance(launch: launch, process: process, qmp: qmp)
        } catch {
            await process.kill()
            if let error = error as? GodHandError, error.code == .guestExited { throw failure(process.lastWords) }
            throw error
        }
    }

    /// Connects the guest's port. Before ``resume()``, and before a state is loaded, which has such a port in it.
    ///
    /// - Parameter socket: The end that QEMU is to have; it gets a copy.
    func attachPort(_ socket: OwnedDescriptor) async throws {
        try await qmp.execute("getfd", ["fdname": "port"], passing: socket)
        let backend: JSONValue = [
            "type": "socket",
            "data": ["addr": ["type": "fd", "data": ["str": "port"]], "server": false],
        ]
        try await qmp.execute("chardev-add", ["id": "guest", "backend": backend])
        try await qmp.execute(
            "device_add",
            [
                "driver": "virtserialport", "id": "guest-port", "bus": .string("\(QEMUCommandLine.Name.portBus).0"),
                "nr": 1, "chardev": "guest", "name": "dev.godhand.guest.0",
            ])
    }

    /// Gives the display's server a connection to a viewer.
    func attachViewer(_ socket: OwnedDescriptor) async throws {
        try await qmp.execute("getfd", ["fdname": "viewer"], passing: socket)
        try await qmp.execute("add_client", ["protocol": "vnc", "fdname": "viewer"])
    }

    /// Whether the processors run.
    func isRunning() async throws -> Bool { try await qmp.execute("query-status")["running"]?.bool ?? false }

    /// Stops all processors. Harmless if they stand still.
    func pause() async throws { try await qmp.execute("stop") }

    /// Lets the processors run. Harmless if they do.
    func resume() async throws { try await qmp.execute("cont") }

    /// Ends it at once and waits until it is gone. Harmless when repeated.
    func kill() async {
        qmp.close()
        await process.kill()
    }

    private static func failure(_ words: String) -> GodHandError {
        if words.contains("Could not set up host forwarding rule") {
            return GodHandError(
                .portInUse, "A port that is to be shown on this host is in use. QEMU wrote: \(words)",
                hint: "Choose another port of the host.")
        }
        return GodHandError(
            .qemuFailed, "QEMU ended at once. It wrote: \(words)",
            hint: words.contains("Permission denied")
                ? "QEMU runs as an unprivileged user, who must be able to pass to its files: see GODHAND_HOME." : nil)
    }
}
