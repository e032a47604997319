public import Foundation

/// A stored machine, memory and disk: one that is made of it goes on where the origin was, with all its programs.
///
/// It can be encoded, kept, and restored by another process on another day, as often as is wanted. Connections to the
/// world outside do not survive in it, and what is made of it has an identity of its own: host name, machine id, network
/// address and randomness.
public struct MemorySnapshot: Sendable, Hashable, Codable {
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
        /// The memory, with running programs, and the disk.
        public static let memory = Kind()
    }
}

/// Facet: a machine whose memory can be stored together with its disk, and that can be forked while it runs.
public protocol MemorySnapshotting: Sendable {
    /// Stores memory and disk so that they survive the end of this process. The machine may stand still meanwhile and
    /// goes on afterwards, whether this succeeds or not.
    ///
    /// - Parameter id: The name that the snapshot is to have; nothing else has it. It is chosen by the caller so that it
    ///   can be written down before the snapshot exists. If the call fails or is cancelled, nothing of that name is left.
    func takeMemorySnapshot(_ id: SandboxID) async throws -> MemorySnapshot

    /// Makes running machines that begin as this one is now, each with an identity of its own. This one goes on,
    /// whether that succeeds or not; afterwards each of them can be changed and destroyed without the others.
    ///
    /// Each machine is in the ledger before it exists, like one that ``SandboxBackend/create(_:ownership:)`` makes.
    /// A machine that stands still is forked into machines that run.
    ///
    /// - Parameters:
    ///   - count: How many, at least 1.
    ///   - ownership: Who owns them, and where that is written down.
    /// - Returns: Exactly so many. If one cannot be made, or the call is cancelled, none is left.
    func fork(into count: Int, ownership: Ownership) async throws -> [any Machine]

    /// Does beforehand what can be done for forks that are likely to come soon. They begin as the machine is when they are
    /// made, not as it is now. The usual one does nothing.
    ///
    /// What was got ready belongs to this machine: it serves the next fork, and goes with the next fork, snapshot or call
    /// of this that has no use for it, or with the machine.
    ///
    /// - Parameters:
    ///   - count: How many forks are expected. With 0 what is there is given up.
    ///   - ownership: Who is going to own them.
    /// - Throws: When it cannot be done. Forks can be made all the same.
    func prepareForks(_ count: Int, ownership: Ownership) async throws
}

extension MemorySnapshotting {
    /// Does nothing.
    public func prepareForks(_ count: Int, ownership: Ownership) async throws {}
}

/// Facet: a backend that makes machines of stored memory.
public protocol MemoryRestoring: Sendable {
    /// Makes a machine that goes on where the stored one was. Same promises as ``SandboxBackend/create(_:ownership:)``.
    ///
    /// The snapshot's ``SandboxSpec/name`` is the origin's: the new machine has another.
    ///
    /// - Throws: ``GodHandError`` with `not-found` if the snapshot is not, or no longer, stored; `data.damaged` if it is
    ///   not whole; `unsupported` if this host cannot run it.
    func restore(_ snapshot: MemorySnapshot, ownership: Ownership) async throws -> any Machine
    /// Removes what is stored. Harmless if it is gone already; machines that were made of it go on.
    func delete(_ snapshot: MemorySnapshot) async throws
}
