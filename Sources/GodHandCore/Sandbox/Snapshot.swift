public import Foundation

/// A stored point in time of a machine, of whichever kind.
public enum Snapshot: Sendable, Hashable, Codable {
    /// A disk.
    case filesystem(FilesystemSnapshot)
    /// A disk with the memory that goes with it.
    case memory(MemorySnapshot)

    /// Its name, unique among all snapshots of the backend.
    public var id: SandboxID {
        switch self {
        case .filesystem(let snapshot): snapshot.id
        case .memory(let snapshot): snapshot.id
        }
    }

    /// The ``SandboxBackend/name`` of the backend that stored it.
    public var backend: String {
        switch self {
        case .filesystem(let snapshot): snapshot.backend
        case .memory(let snapshot): snapshot.backend
        }
    }

    /// The sandbox of which it was taken.
    public var origin: SandboxID {
        switch self {
        case .filesystem(let snapshot): snapshot.origin
        case .memory(let snapshot): snapshot.origin
        }
    }

    /// What that sandbox was.
    public var spec: SandboxSpec {
        switch self {
        case .filesystem(let snapshot): snapshot.spec
        case .memory(let snapshot): snapshot.spec
        }
    }

    /// When it was taken.
    public var takenAt: Date {
        switch self {
        case .filesystem(let snapshot): snapshot.takenAt
        case .memory(let snapshot): snapshot.takenAt
        }
    }

    /// What survives in a machine that is made of it.
    public var preserves: Preservation {
        switch self {
        case .filesystem: .filesystem
        case .memory: .memory
        }
    }
}

/// What a fork keeps of its origin. There is no default: what survives is the caller's decision.
public enum Preservation: String, Sendable, Hashable, Codable {
    /// The disk. Programs start anew, as after a power cut.
    case filesystem
    /// The disk and the memory: running programs go on.
    case memory
}
