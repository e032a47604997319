import Synchronization

/// A ledger that is kept in memory, and can tell a test when something is written.
public final class MemoryLedger: LedgerBook {
    private let contents = Mutex<[SandboxID: LedgerEntry]>([:])
    private let onWrite: @Sendable (LedgerEntry) throws -> Void

    /// Makes an empty ledger.
    ///
    /// - Parameter onWrite: Called before an entry is stored; an error that it throws is the ledger's.
    public init(onWrite: @escaping @Sendable (LedgerEntry) throws -> Void = { _ in }) { self.onWrite = onWrite }

    /// What is in it, by id.
    public var entries: [SandboxID: LedgerEntry] { contents.withLock { $0 } }

    /// Stores an entry, replacing the one of the same id.
    public func write(_ entry: LedgerEntry) throws {
        try onWrite(entry)
        contents.withLock { $0[entry.id] = entry }
    }

    /// Removes the entry of a machine, if there is one.
    public func strike(_ id: SandboxID) throws { contents.withLock { $0[id] = nil } }
}
