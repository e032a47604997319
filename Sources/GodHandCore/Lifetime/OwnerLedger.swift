import Foundation
import Synchronization

/// The ledger of this process: a directory with one file for each machine that exists, and a lock that says that the
/// owner is alive.
///
/// The kernel drops the lock however the process ends, so a ``Sweep`` by another process knows for certain whether the
/// owner is gone: no process number that somebody else may have by now, no clock. The directory gets its final name only
/// once the lock is held, so it is never seen unlocked while its owner lives.
public final class OwnerLedger: LedgerBook {
    /// The word that is unique to this owner.
    public let owner: String
    /// The directory of all owners.
    public let root: String

    private let directory: String
    private let files: any FileSystem
    /// Held as long as this exists; nil once it was closed.
    private let lock: Mutex<OpenFile?>

    static let lockName = "lock"
    static let entrySuffix = ".json"
    static let unfinishedPrefix = ".new-"

    /// Makes a new owner.
    ///
    /// - Parameter root: The directory of all owners; nil for ``defaultRoot()``. It is made if it is missing.
    /// - Throws: ``GodHandError`` with `host.failed` or `disk.full`.
    public convenience init(in root: String? = nil) throws {
        try self.init(root: root ?? Self.defaultRoot(), files: HostFileSystem())
    }

    package init(root: String, files: any FileSystem) throws {
        self.root = root
        self.files = files
        try files.makeDirectories(root)
        // A sweep may take the unfinished directory for a dead one and remove it; then the next name is tried.
        var attempt = 1
        while true {
            let owner = SandboxID.unique().rawValue
            do {
                let lock = try Self.claim(owner, root: root, files: files)
                self.owner = owner
                self.directory = "\(root)/\(owner)"
                self.lock = Mutex(lock)
                return
            } catch let error as GodHandError where error.code == .notFound && attempt < 8 { attempt += 1 }
        }
    }

    private static func claim(_ owner: String, root: String, files: any FileSystem) throws -> OpenFile {
        let unfinished = "\(root)/\(unfinishedPrefix)\(owner)"
        try files.makeDirectory(unfinished)
        do {
            let lock = try files.createFile("\(unfinished)/\(lockName)")
            try files.lock(lock)
            try files.rename(unfinished, to: "\(root)/\(owner)")
            try files.synchroniseDirectory(root)
            return lock
        } catch {
            for directory in [unfinished, "\(root)/\(owner)"] {
                try? files.removeFile("\(directory)/\(lockName)")
                try? files.removeDirectory(directory)
            }
            throw error
        }
    }

    deinit { try? close() }

    /// Who owns what is written here, in the form that a backend takes.
    public var ownership: Ownership { Ownership(owner: owner, book: self) }

    /// Stores an entry, replacing the one of the same id; returns when it would survive a crash.
    ///
    /// - Throws: ``GodHandError`` with `disk.full` or `host.failed`. The entry may be there all the same, so strike it.
    public func write(_ entry: LedgerEntry) throws {
        guard lock.withLock({ $0 != nil }) else {
            throw GodHandError(.scopeClosed, "The ledger of owner \(owner) is closed.")
        }
        let name = try Self.fileName(entry.id)
        let temporary = "\(directory)/.\(name).\(SandboxID.unique())"
        let bytes: [UInt8]
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            bytes = Array(try encoder.encode(entry))
        } catch {
            throw GodHandError(.invalidRequest, "The ledger entry of \(entry.id) cannot be stored.", cause: error)
        }
        do {
            let file = try files.createFile(temporary)
            try files.write(bytes, to: file)
            try files.synchronise(file)
            try files.rename(temporary, to: "\(directory)/\(name)")
        } catch {
            try? files.removeFile(temporary)
            throw error
        }
        try files.synchroniseDirectory(directory)
    }

    /// Removes the entry of a machine, if there is one.
    public func strike(_ id: SandboxID) throws {
        try files.removeFile("\(directory)/\(try Self.fileName(id))")
    }

    /// The entries that are in the book now. Damaged ones are left out.
    public func entries() throws -> [LedgerEntry] {
        try files.names(in: directory).filter { $0.hasSuffix(Self.entrySuffix) && !$0.hasPrefix(".") }
            .compactMap { try? Self.read("\(directory)/\($0)", files: files) }
    }

    /// Gives the ledger up. Entries that are in it are left to the next sweep; an empty one disappears.
    public func close() throws {
        guard
            let lock = lock.withLock({ lock -> OpenFile? in
                defer { lock = nil }
                return lock
            })
        else { return }
        // The lock is held until all is gone; a sweep in between sees either a living owner or nothing.
        try withExtendedLifetime(lock) {
            guard try files.names(in: directory).allSatisfy({ $0 == Self.lockName }) else { return }
            try files.removeFile("\(directory)/\(Self.lockName)")
            try files.removeDirectory(directory)
        }
    }

    static func read(_ path: String, files: any FileSystem) throws -> LedgerEntry {
        let bytes = try files.read(path, limit: 64 << 10)
        do { return try JSONDecoder().decode(LedgerEntry.self, from: Data(bytes)) } catch {
            throw GodHandError(.dataDamaged, "The ledger entry \(path) cannot be read.", cause: error)
        }
    }

    /// An id becomes part of a path, so it must be nothing but a plain name.
    static func fileName(_ id: SandboxID) throws -> String {
        guard id.isPlain else {
            throw GodHandError(
                .invalidRequest, "'\(id)' cannot be the name of a sandbox.",
                hint: "Use 1 to 128 lower-case letters, digits and dashes.")
        }
        return id.rawValue + entrySuffix
    }
}
