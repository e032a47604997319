public import Foundation

/// Something that happened to a machine.
public struct LifecycleEvent: Sendable, Hashable, Codable {
    /// What happened.
    public var kind: Kind
    /// To which machine.
    public var sandbox: SandboxID
    /// The machine or snapshot that it came from; of what was stored, its name.
    public var origin: String?
    /// How long it took.
    public var took: Duration?
    /// What was stored, for ``Kind/snapshotted``.
    public var stored: StoredMachine?
    /// What a machine was made to be that was created beside the one of the header, so that a replay can make it, too.
    public var spec: SandboxSpec?

    /// Makes an event.
    public init(
        _ kind: Kind, sandbox: SandboxID, origin: String? = nil, took: Duration? = nil,
        stored: StoredMachine? = nil, spec: SandboxSpec? = nil
    ) {
        self.kind = kind
        self.sandbox = sandbox
        self.origin = origin
        self.took = took
        self.stored = stored
        self.spec = spec
    }

    /// Makes the event of something that was stored.
    package init(_ snapshot: Snapshot, outlivesProcess: Bool, took: Duration) {
        self.init(
            .snapshotted, sandbox: snapshot.origin, origin: snapshot.id.rawValue, took: took,
            stored: StoredMachine(
                preserves: snapshot.preserves, takenAt: snapshot.takenAt, outlivesProcess: outlivesProcess))
    }

    /// The stations of a machine's life.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// It was made and is ready.
        case created
        /// It stands still.
        case paused
        /// It goes on.
        case resumed
        /// It was stored.
        case snapshotted
        /// It was made from something stored.
        case restored
        /// It was made from a live machine.
        case forked
        /// What was stored of it, named by ``LifecycleEvent/origin``, was deleted.
        case discarded
        /// It is gone.
        case destroyed
    }
}

/// What was stored of a machine, as a record tells of it.
public struct StoredMachine: Sendable, Hashable, Codable {
    /// What survives in a machine that is made of it.
    public var preserves: Preservation
    /// When it was taken.
    public var takenAt: Date
    /// Whether it stays when the process ends that took it, however that ends.
    public var outlivesProcess: Bool

    /// Makes a record of what was stored.
    public init(preserves: Preservation, takenAt: Date, outlivesProcess: Bool) {
        self.preserves = preserves
        self.takenAt = takenAt
        self.outlivesProcess = outlivesProcess
    }
}
