import Foundation

/// A machine's memory, disk and state in a directory, from which others are made on another day.
///
/// Beside the disk's layers and the record there are `memory`, a sparse file of all guest memory; `devices`, what QEMU
/// stores of everything else; and `manifest.json`, by which a directory that is damaged, incomplete or of another QEMU is
/// told before anything is started from it.
struct StoredMachine: Sendable {
    static let memoryFile = "memory"
    static let devicesFile = "devices"

    let directory: String
    let record: MachineRecord
    let manifest: SnapshotManifest

    /// Writes what belongs to a halted machine into a directory that has its `memory` already.
    static func store(
        _ image: MachineImage, record: MachineRecord, qemu: QEMUInstance, in directory: String, _ places: QEMUPlaces
    ) async throws {
        var record = record
        let files = try MachineFiles(linking: image.files, into: directory)
        record.layers = files.layers.count
        try record.write(in: directory)
        try places.makeFile("\(directory)/\(devicesFile)", try image.devices.bytes())
        try places.share(image.memory.path)
        let names =
            [memoryFile, devicesFile, MachineRecord.fileName, "vmlinuz", "initrd"]
            + (0..<record.layers).map(MachineFiles.layer)
        try await onThread {
            for name in names { try Self.synchronise("\(directory)/\(name)") }
        }
        try await SnapshotManifest(
            qemu: qemu.qmp.version.description, acceleration: qemu.launch.acceleration.rawValue, names: names,
            in: directory
        ).write(in: directory)
    }

    /// Opens a directory and makes sure that it is whole.
    ///
    /// - Throws: `GodHandError` with `not-found`, or `data.damaged`.
    init(in directory: String) async throws {
        self.directory = directory
        record = try MachineRecord(in: directory)
        manifest = try SnapshotManifest(in: directory)
        try await manifest.check(directory)
    }

    /// What new machines are started with.
    func origin(_ spec: SandboxSpec) -> MachineOrigin {
        MachineOrigin(spec: spec, files: files, record: record, memory: memory)
    }

    /// The state that they get.
    func image() throws -> MachineImage {
        MachineImage(
            memory: memory, delta: nil,
            devices: try DeviceState(readingFrom: "\(directory)/\(Self.devicesFile)"), files: files, record: record)
    }

    private var memory: FrozenMemory {
        FrozenMemory(path: "\(directory)/\(Self.memoryFile)", size: record.board.memory, isTemporary: false)
    }

    private var files: MachineFiles { MachineFiles(in: directory, layers: record.layers) }

    private static func synchronise(_ path: String) throws {
        let descriptor = Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw HostFailure.current("open", path) }
        let file = OwnedDescriptor(descriptor)
        if fsync(file.rawValue) != 0 { throw HostFailure.current("store", path) }
    }
}
