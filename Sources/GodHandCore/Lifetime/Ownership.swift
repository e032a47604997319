/// Who owns a machine, and the book in which that is written before the machine exists.
///
/// A backend calls ``intend(_:)`` before it makes something that could outlive this process, and ``settle(_:)`` once
/// that is gone for certain. What is in between when the process dies is found there by the next sweep.
public struct Ownership: Sendable {
    /// A word that is unique to this process, stored in the labels of everything that it makes.
    public let owner: String
    private let book: any LedgerBook

    /// Ties an owner to a book.
    public init(owner: String, book: any LedgerBook) {
        self.owner = owner
        self.book = book
    }

    /// Writes an entry to stable storage. Only then may the thing be made.
    public func intend(_ entry: LedgerEntry) throws { try book.write(entry) }

    /// Strikes the entry of a machine that is gone. Harmless if there is none.
    public func settle(_ id: SandboxID) throws { try book.strike(id) }
}

/// A machine, or a snapshot, that is about to exist, exists, or may be left over.
public struct LedgerEntry: Sendable, Hashable, Codable {
    /// What it is.
    public var kind: Kind
    /// The ``SandboxBackend/name`` of its backend.
    public var backend: String
    /// Its name.
    public var id: SandboxID
    /// Who makes it.
    public var owner: String
    /// The ``SandboxBackend/place()`` in which it is; nil if there is but one.
    public var place: String?
    /// What else belongs to it, in the backend's own words: directories, networks, process ids.
    public var details: [String: String]

    /// Makes an entry.
    public init(
        _ kind: Kind = .machine, backend: String, id: SandboxID, owner: String, place: String? = nil,
        details: [String: String] = [:]
    ) {
        self.kind = kind
        self.backend = backend
        self.id = id
        self.owner = owner
        self.place = place
        self.details = details
    }
}

extension LedgerEntry {
    /// What an entry stands for.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// A machine.
        case machine
        /// A stored disk that is to go with its owner. Those that users store for themselves are in no ledger.
        case filesystemSnapshot
        /// Stored memory, with its disk, that is to go with its owner. Those that users store are in no ledger.
        case memorySnapshot
    }
}

/// Where entries are kept: a directory in real life, memory in tests.
public protocol LedgerBook: Sendable {
    /// Stores an entry, replacing the one of the same id; returns when it would survive a crash.
    func write(_ entry: LedgerEntry) throws
    /// Removes the entry of a machine, if there is one.
    func strike(_ id: SandboxID) throws
}
