/// Something that makes machines: Docker, QEMU, or one of your own.
///
/// Required are a name and ``create(_:ownership:)``. Every further power is a *facet* that is nil until the backend gives
/// it, so a caller asks once and the call cannot then be unsupported.
///
/// A backend of yours gets scopes, forks, screenshots and file copy from extensions. Check it with the clauses of
/// `BackendConformance` in the module `GodHandTesting`.
public protocol SandboxBackend: Sendable {
    /// A short lower-case word, the same for every instance: it is stored in ledgers, snapshots and traces.
    var name: String { get }

    /// Where its machines live, if there can be several such places on a host: the socket of an engine, a directory. It is
    /// written into the ledger, so that a sweep does not take a machine for gone that is only somewhere else.
    ///
    /// - Throws: ``GodHandError`` if that cannot be found out now.
    func place() async throws -> String?

    /// Makes a machine and waits until it is ready to be used.
    ///
    /// Whatever is made must first be written to the ownership's ledger, so that a sweep finds it if this process dies.
    /// On any error or cancellation nothing may be left behind.
    ///
    /// - Parameters:
    ///   - spec: What to make.
    ///   - ownership: Who owns it, and where that is written down.
    func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine

    /// New machines from stored file systems; nil if this backend cannot.
    var filesystemRestoring: (any FilesystemRestoring)? { get }

    /// New machines from stored memory; nil if this backend cannot.
    var memoryRestoring: (any MemoryRestoring)? { get }

    /// Lists and removes machines whose owner is gone; nil if machines cannot outlive their owner.
    var reaper: (any Reaper)? { get }
}

extension SandboxBackend {
    /// There is one place only.
    public func place() async throws -> String? { nil }
    /// No restoring of disks.
    public var filesystemRestoring: (any FilesystemRestoring)? { nil }
    /// No restoring of memory.
    public var memoryRestoring: (any MemoryRestoring)? { nil }
    /// Nothing to reap.
    public var reaper: (any Reaper)? { nil }
}

/// A live machine, as its backend sees it. Users hold a ``Sandbox``.
public protocol Machine: Sendable {
    /// Its name, unique among all machines of the backend.
    var id: SandboxID { get }
    /// Its screen; nil for a machine without one.
    var display: (any Display)? { get }
    /// Commands in the guest; nil if the backend has no way in.
    var shell: (any Shell)? { get }
    /// Standing still and going on; nil if the backend cannot.
    var pausing: (any Pausing)? { get }
    /// Storing the disk; nil if the backend, or this machine's profile, cannot.
    var filesystemSnapshots: (any FilesystemSnapshotting)? { get }
    /// Storing memory and disk, and forking while it runs; nil if the backend, or this machine's profile, cannot.
    var memorySnapshots: (any MemorySnapshotting)? { get }
    /// What it was really made of, for records; nil if the backend does not tell.
    var provenance: MachineProvenance? { get }

    /// Ends the machine and removes all that belongs to it. Calling it again is harmless.
    func destroy() async throws
}

extension Machine {
    /// No display.
    public var display: (any Display)? { nil }
    /// No commands.
    public var shell: (any Shell)? { nil }
    /// No pausing.
    public var pausing: (any Pausing)? { nil }
    /// No snapshots of the disk.
    public var filesystemSnapshots: (any FilesystemSnapshotting)? { nil }
    /// No snapshots of the memory.
    public var memorySnapshots: (any MemorySnapshotting)? { nil }
    /// Nothing is known.
    public var provenance: MachineProvenance? { nil }
}

/// The name of a sandbox: lower-case letters, digits and dashes.
public struct SandboxID: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    /// The name as text.
    public let rawValue: String

    /// Makes a name of text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A new name that nothing else has.
    public static func unique() -> SandboxID {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        return SandboxID(rawValue: String((0..<13).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] }))
    }

    /// Whether it can be part of a path: 1 to 128 lower-case letters, digits and dashes.
    package var isPlain: Bool {
        (1...128).contains(rawValue.utf8.count)
            && rawValue.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
            }
    }

    /// The name as text.
    public var description: String { rawValue }

    /// Reads a bare string.
    public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes a bare string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// Facet: a machine that can stand still.
public protocol Pausing: Sendable {
    /// Stops all processors of the machine. Harmless if it stands still already.
    func pause() async throws
    /// Lets it go on. Harmless if it runs.
    func resume() async throws
}

/// Facet: what finds and removes machines whose owner is gone.
public protocol Reaper: Sendable {
    /// Machines that this backend knows of and that carry our labels, whoever owns them.
    func list() async throws -> [OwnedMachine]
    /// Removes what one ledger entry names, after checking that name and labels agree with it.
    ///
    /// - Returns: Whether there was something to remove.
    func remove(_ entry: LedgerEntry) async throws -> Bool
}

/// A machine as the engine lists it.
public struct OwnedMachine: Sendable, Hashable, Codable {
    /// Its name.
    public var id: SandboxID
    /// Who made it.
    public var owner: String
    /// The engine's word for what it is doing, such as `running` or `paused`.
    public var state: String
    /// What it was made from.
    public var image: String
    /// The labels given in its spec.
    public var labels: [String: String]

    /// Makes an entry of the list.
    public init(id: SandboxID, owner: String, state: String, image: String, labels: [String: String]) {
        self.id = id
        self.owner = owner
        self.state = state
        self.image = image
        self.labels = labels
    }
}
