import Foundation

/// What a stored machine consists of, with checksums, and what can go on with it.
struct SnapshotManifest: Sendable, Hashable, Codable {
    /// 1 was of machines with one device more.
    static let knownFormat = 2
    static let fileName = "manifest.json"

    var format = knownFormat
    /// The version of QEMU that stored it. Another one may see its devices' state differently.
    var qemu: String
    /// A state of one acceleration is not one of another: their processors differ.
    var acceleration: String
    var files: [String: File]

    struct File: Sendable, Hashable, Codable {
        var size: Int
        /// When it was written, in nanoseconds since 1970. A file of this size and time is taken to be the one that was
        /// stored; any other is read through and compared.
        var modified: Int
        var checksum: FileChecksum
    }

    /// Describes files that are not written any more.
    init(qemu: String, acceleration: String, names: [String], in directory: String) async throws {
        self.qemu = qemu
        self.acceleration = acceleration
        files = [:]
        for name in names {
            let path = "\(directory)/\(name)"
            let (size, modified) = try Self.status(of: path)
            files[name] = File(size: size, modified: modified, checksum: try await FileChecksum.of(path))
        }
    }

    /// Writes it: its own checksum in the first line, so that it cannot be damaged without being noticed.
    func write(in directory: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let body = Array(try encoder.encode(self))
        let files = HostFileSystem()
        let file = try files.createFile("\(directory)/\(Self.fileName)")
        try files.write(Array("\(Self.checksum(of: body))\n".utf8) + body, to: file)
        try files.synchronise(file)
    }

    /// Reads it.
    ///
    /// - Throws: `GodHandError` with `not-found` if there is none, `data.damaged`, or `unsupported` if it is of another
    ///   format.
    init(in directory: String) throws {
        let bytes = try HostFileSystem().read("\(directory)/\(Self.fileName)", limit: 1 << 20)
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
        guard parts.count == 2, String(decoding: parts[0], as: UTF8.self) == Self.checksum(of: Array(parts[1])) else {
            throw Self.damaged(Self.fileName)
        }
        do { self = try JSONDecoder().decode(Self.self, from: Data(parts[1])) } catch {
            throw Self.damaged(Self.fileName, error)
        }
        guard format == Self.knownFormat else {
            throw GodHandError(
                .unsupported, "The snapshot has format \(format); this program knows \(Self.knownFormat).")
        }
    }

    /// Makes sure that all files are there and are those that were stored.
    func check(_ directory: String) async throws {
        for (name, file) in files {
            guard !name.contains("/"), let (size, modified) = try? Self.status(of: "\(directory)/\(name)"),
                size == file.size
            else { throw Self.damaged(name) }
            if modified == file.modified { continue }
            guard try await FileChecksum.of("\(directory)/\(name)") == file.checksum else { throw Self.damaged(name) }
        }
    }

    /// Makes sure that a QEMU can go on with it.
    func check(_ instance: QEMUInstance) throws {
        let (version, acceleration) = (instance.qmp.version.description, instance.launch.acceleration.rawValue)
        guard version == qemu, acceleration == self.acceleration else {
            throw GodHandError(
                .unsupported,
                "The snapshot was stored by QEMU \(qemu) with \(self.acceleration); here are \(version) and \(acceleration).",
                hint: "Restore it where it was stored, or take it anew.")
        }
    }

    private static func status(of path: String) throws -> (size: Int, modified: Int) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw HostFailure.current("find", path)
        }
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        return (Int(status.st_size), time.tv_sec * 1_000_000_000 + time.tv_nsec)
    }

    private static func checksum(of body: [UInt8]) -> String { String(CRC32.checksum(body), radix: 16) }

    private static func damaged(_ name: String, _ cause: (any Error)? = nil) -> GodHandError {
        GodHandError(
            .dataDamaged, "The snapshot's file '\(name)' is damaged or missing.",
            hint: "Delete the snapshot and take it anew.", cause: cause)
    }
}
