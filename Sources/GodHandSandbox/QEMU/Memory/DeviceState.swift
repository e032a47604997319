import Foundation

/// What a machine has besides memory and disk: processors, timers, devices, the pictures in its graphics card. A few
/// mebibytes, in a file without a name.
///
/// QEMU writes it by `xen-save-devices-state`, which despite its name is for every machine. It is the device part of an
/// ordinary migration stream and nothing else, so it takes milliseconds where a migration takes ten times as long to find
/// out that there is no memory to send. It is loaded like such a stream.
final class DeviceState: Sendable {
    private let file: OwnedDescriptor

    private init(_ file: OwnedDescriptor) { self.file = file }

    /// The state of a machine that stands still.
    ///
    /// - Parameter directory: Where the file is to be; it has a name there only for a moment.
    static func saved(from instance: QEMUInstance, in directory: String) async throws -> DeviceState {
        let path = "\(directory)/.\(SandboxID.unique())"
        let writing = Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard writing >= 0 else { throw HostFailure.current("make the file", path) }
        let output = OwnedDescriptor(writing)
        defer { unlink(path) }
        let state = try DeviceState(readingFrom: path)
        let set = try await instance.qmp.execute("add-fd", passing: output)
        guard let number = set["fdset-id"]?.integer else {
            throw GodHandError(.protocolViolation, "QEMU did not say where it put a file.")
        }
        do {
            try await instance.qmp.execute(
                "xen-save-devices-state", ["filename": .string("/dev/fdset/\(number)"), "live": true])
        } catch {
            _ = try? await instance.qmp.execute("remove-fd", ["fdset-id": .integer(number)])
            throw error
        }
        try await instance.qmp.execute("remove-fd", ["fdset-id": .integer(number)])
        return state
    }

    /// One that was stored in a file.
    ///
    /// - Throws: `GodHandError` with `host.failed`.
    init(readingFrom path: String) throws {
        let reading = Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard reading >= 0 else { throw HostFailure.current("open", path) }
        file = OwnedDescriptor(reading)
    }

    /// Gives the state to a machine that was started to receive one. It stands still afterwards.
    ///
    /// - Throws: `GodHandError` with `snapshot.failed` if QEMU does not take it: it was made by another kind of machine,
    ///   or is damaged.
    func load(into instance: QEMUInstance) async throws {
        // Every reader needs a place in the file of its own.
        let own = Descriptor.open("/proc/self/fd/\(file.rawValue)", O_RDONLY | O_CLOEXEC, 0)
        guard own >= 0 else { throw HostFailure.current("open", "a machine's state") }
        let input = OwnedDescriptor(own)
        let end = instance.qmp.expect { event in
            event.name == "MIGRATION" && ["completed", "failed"].contains(event.data["status"]?.string)
        }
        do {
            try await instance.qmp.execute(
                "migrate-set-capabilities", ["capabilities": [["capability": "events", "state": true]]])
            try await instance.qmp.execute("getfd", ["fdname": "state"], passing: input)
            try await instance.qmp.execute("migrate-incoming", ["uri": "fd:state"])
            guard try await end.event().data["status"]?.string == "completed" else { throw Self.refused(instance, nil) }
        } catch let error as GodHandError where error.code == .guestExited {
            // That is how QEMU says that it did not like it.
            throw Self.refused(instance, error)
        }
    }

    /// All of it, to be stored.
    ///
    /// - Throws: `GodHandError` with `host.failed` or `limit`.
    func bytes() throws -> [UInt8] {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw HostFailure.current("read", "a machine's state") }
        guard (1...Self.largest).contains(Int(status.st_size)) else {
            throw GodHandError(.limitExceeded, "A machine's state of \(status.st_size) bytes is not stored.")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let got = bytes.withUnsafeMutableBytes { pread(file.rawValue, $0.baseAddress, $0.count, 0) }
        guard got == bytes.count else { throw HostFailure.current("read", "a machine's state") }
        return bytes
    }

    /// A screen of 8K with a few pictures behind it.
    private static let largest = 1 << 30

    private static func refused(_ instance: QEMUInstance, _ cause: GodHandError?) -> GodHandError {
        GodHandError(
            .snapshotFailed, "QEMU did not take the state of a machine. It wrote: \(instance.process.lastWords)",
            hint: "It must be of the same version as the one that stored it.", cause: cause)
    }
}
