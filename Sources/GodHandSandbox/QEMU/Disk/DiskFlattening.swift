import Foundation

/// Makes one layer of many, so that a disk that was frozen again and again stays quick to read.
///
/// A QEMU without a machine does it, by the same code that runs guests, with the same restrictions.
enum DiskFlattening {
    /// Disks with more layers than this are worth the copying.
    static let mostLayers = 8

    /// Copies all that is above the lowest layer into one new layer.
    ///
    /// - Parameters:
    ///   - layers: Frozen layers, the lowest first. They are only read.
    ///   - path: The file to make. On the lowest of the layers it gives the same disk as all of them.
    ///   - timeout: How long the copying may take.
    /// - Throws: `GodHandError` with `qemu.unavailable`, `qemu.failed`, `disk.full` or `deadline`. Nothing is at the path.
    static func flatten(
        _ layers: [String], into path: String, places: QEMUPlaces, timeout: Duration = .seconds(120)
    ) async throws {
        guard let lowest = layers.first else { return }
        try places.makeFile(path, QCOW2.emptyLayer(size: try QCOW2.size(ofDiskAt: lowest)))
        do {
            try await copy(layers, into: path, timeout: timeout)
            try forgetLayerBelow(path)
            try places.freeze(path)
        } catch {
            try? HostFileSystem().removeFile(path)
            throw error
        }
    }

    private static func copy(_ layers: [String], into path: String, timeout: Duration) async throws {
        guard let program = ProgramSearch.path(of: QEMUProgram.system) else {
            throw GodHandError(
                .qemuUnavailable, "The program \(QEMUProgram.system) is not on this machine.",
                hint: "Run Scripts/packages.sh vm, or install QEMU 7.2 or newer.")
        }
        let (process, stream) = try await QEMUProcess.startConnected(
            QEMUUser.current.prefix + [program] + (try arguments(layers, path)))
        do {
            let qmp = try await QMPClient.connect(stream)
            defer { qmp.close() }
            try await join(layers + [path], through: qmp, timeout: timeout)
            // It writes what it still holds before it ends.
            try await qmp.execute("quit")
            let end = try await withDeadline(timeout, "QEMU's end") { try await process.waitForEnd() }
            guard end == .exited(0) else {
                throw GodHandError(.qemuFailed, "QEMU ended badly: \(end). It wrote: \(process.lastWords)")
            }
        } catch {
            await process.kill()
            throw error
        }
    }

    /// Copies all that is between the lowest and the highest layer into the highest, which from then on lies on the lowest.
    ///
    /// - Parameters:
    ///   - layers: The lowest first, as QEMU has them. It may write the highest meanwhile.
    ///   - timeout: How long the copying may take.
    /// - Throws: `GodHandError` with `qemu.failed`, `disk.full` or `deadline`.
    static func join(_ layers: [String], through qmp: QMPClient, timeout: Duration = .seconds(120)) async throws {
        guard let lowest = layers.first, let highest = layers.last else { return }
        let ended = qmp.expect { event in
            event.data["device"] == "join"
                && ["BLOCK_JOB_COMPLETED", "BLOCK_JOB_CANCELLED", "BLOCK_JOB_ERROR"].contains(event.name)
        }
        try await qmp.execute(
            "block-stream",
            [
                "job-id": "join", "device": .string(QEMUCommandLine.Name.layer(highest)),
                "base-node": .string(QEMUCommandLine.Name.layer(lowest)),
            ])
        let event = try await ended.event(within: timeout)
        guard event.name == "BLOCK_JOB_COMPLETED", event.data["error"] == nil else {
            let reason = event.data["error"]?.string ?? event.data["operation"]?.string ?? "it gave no reason"
            let isFull = reason.contains("No space left")
            throw GodHandError(
                isFull ? .diskFull : .qemuFailed,
                "QEMU could not join the layers of a disk: \(reason.prefix(200)).",
                hint: isFull ? "Free some space." : nil)
        }
    }

    private static func arguments(_ layers: [String], _ path: String) throws -> [String] {
        var arguments = ["-nodefaults", "-no-user-config", "-S", "-machine", "none", "-display", "none"]
        arguments += try QEMUCommandLine.layers(layers + [path]).flatMap { ["-blockdev", $0] }
        arguments += ["-chardev", "socket,id=qmp,fd=0", "-mon", "chardev=qmp,mode=control"]
        #if os(Linux)
            arguments += ["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"]
        #endif
        return arguments
    }

    /// QEMU writes the name of the layer below into the file. Layers of ours name none.
    private static func forgetLayerBelow(_ path: String) throws {
        let descriptor = Descriptor.open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw HostFailure.current("open", path) }
        let file = OwnedDescriptor(descriptor)
        // Where the name begins, eight bytes, and its length, four.
        let nothing = [UInt8](repeating: 0, count: 12)
        guard pwrite(file.rawValue, nothing, nothing.count, 8) == nothing.count else {
            throw HostFailure.current("write to", path)
        }
    }
}

extension MachineFiles {
    /// Joins all layers but the lowest if they are many. Nothing may run on these files yet.
    mutating func shorten(_ places: QEMUPlaces) async throws {
        guard layers.count > DiskFlattening.mostLayers else { return }
        let joined = "\(directory)/joined.qcow2"
        try await DiskFlattening.flatten(layers, into: joined, places: places)
        let files = HostFileSystem()
        for layer in layers.dropFirst() { try files.removeFile(layer) }
        try files.rename(joined, to: layers[1])
        layers = Array(layers.prefix(2))
    }
}
