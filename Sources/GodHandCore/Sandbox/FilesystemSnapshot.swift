public import Foundation

/// A stored disk: a machine made from it starts anew with the same files. Running programs are not in it.
///
/// It can be encoded, kept, and restored by another process on another day.
public struct FilesystemSnapshot: Sendable, Hashable, Codable {
    /// Its name, unique among all snapshots of the backend.
    public var id: SandboxID
    /// The ``SandboxBackend/name`` of the backend that stored it.
    public var backend: String
    /// The sandbox of which it was taken.
    public var origin: SandboxID
    /// What that sandbox was.
    public var spec: SandboxSpec
    /// When it was taken.
    public var takenAt: Date

    /// Makes a record of a snapshot; a backend does this once the snapshot is stored.
    public init(id: SandboxID, backend: String, origin: SandboxID, spec: SandboxSpec, takenAt: Date = Date()) {
        self.id = id
        self.backend = backend
        self.origin = origin
        self.spec = spec
        self.takenAt = takenAt
    }

    /// The word that asks for this kind of snapshot.
    public struct Kind: Sendable {
        /// The disk, without running programs.
        public static let filesystem = Kind()
    }
}

/// Facet: a machine whose disk can be stored.
public protocol FilesystemSnapshotting: Sendable {
    /// Stores the disk. The machine stands still meanwhile and goes on afterwards, whether this succeeds or not.
    ///
    /// - Parameter id: The name that the snapshot is to have; nothing else has it. It is chosen by the caller so that it
    ///   can be written down before the snapshot exists. If the call fails or is cancelled, nothing of that name is left.
    func takeFilesystemSnapshot(_ id: SandboxID) async throws -> FilesystemSnapshot
}

/// Facet: a backend that makes machines of stored disks.
public protocol FilesystemRestoring: Sendable {
    /// Makes a machine of a stored disk. Same promises as ``SandboxBackend/create(_:ownership:)``.
    ///
    /// - Throws: ``GodHandError`` with `not-found` if the snapshot is not, or no longer, stored.
    func restore(_ snapshot: FilesystemSnapshot, ownership: Ownership) async throws -> any Machine
    /// Removes a stored disk. Harmless if it is gone already.
    func delete(_ snapshot: FilesystemSnapshot) async throws
}
