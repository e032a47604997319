/// Looks for owners that died and removes what they left.
///
/// An owner is dead exactly if its lock can be taken. While it is swept the lock is held here, so any number of sweeps
/// may run at once, and one that is killed in the middle is simply done again by the next.
public struct Sweep: Sendable {
    private let root: String
    private let backends: [String: any SandboxBackend]
    private let files: any FileSystem

    /// Prepares a sweep.
    ///
    /// - Parameters:
    ///   - backends: Whose machines to remove; entries of others are left alone.
    ///   - root: The directory of all owners; nil for ``OwnerLedger/defaultRoot()``.
    public init(_ backends: [any SandboxBackend], in root: String? = nil) throws {
        self.init(backends, root: try root ?? OwnerLedger.defaultRoot(), files: HostFileSystem())
    }

    package init(_ backends: [any SandboxBackend], root: String, files: any FileSystem) {
        self.root = root
        self.files = files
        self.backends = Dictionary(backends.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Does it.
    ///
    /// - Returns: What was removed, what could not be, and how many owners live.
    /// - Throws: `CancellationError`, or ``GodHandError`` with `host.failed` if the directory cannot be read at all.
    public func run() async throws -> SweepReport {
        var report = SweepReport()
        for name in try files.names(in: root) {
            try Task.checkCancellation()
            let directory = "\(root)/\(name)"
            do {
                guard let lock = try files.tryLock("\(directory)/\(OwnerLedger.lockName)") else {
                    // Locked or gone meanwhile. An owner that is just being made may have no lock yet: its directory is
                    // empty then, and if it goes away the owner makes another.
                    if name.hasPrefix(OwnerLedger.unfinishedPrefix) {
                        try? files.removeDirectory(directory)
                    } else {
                        report.alive += 1
                    }
                    continue
                }
                try await sweep(directory, into: &report)
                withExtendedLifetime(lock) {}
            } catch let error as CancellationError { throw error } catch {
                report.failed.append(SweepFailure(entry: nil, path: directory, error: error))
            }
        }
        return report
    }

    private func sweep(_ directory: String, into report: inout SweepReport) async throws {
        var isEmpty = true
        var entries: [(path: String, entry: LedgerEntry)] = []
        for name in try files.names(in: directory) where name != OwnerLedger.lockName {
            let path = "\(directory)/\(name)"
            // A temporary file was never renamed, so what it intended was never made.
            if name.hasPrefix(".") {
                try files.removeFile(path)
                continue
            }
            do { entries.append((path, try OwnerLedger.read(path, files: files))) } catch {
                isEmpty = false
                report.failed.append(SweepFailure(entry: nil, path: path, error: error))
            }
        }
        // Machines first: a stored disk cannot go while one builds on it.
        let machines = entries.filter { $0.entry.kind == .machine }
        for (path, entry) in machines + entries.filter({ $0.entry.kind != .machine }) {
            try Task.checkCancellation()
            do {
                guard let backend = backends[entry.backend], try await isHere(entry, backend) else {
                    report.unknown.append(entry)
                    isEmpty = false
                    continue
                }
                // Without a reaper a machine dies with its owner, and there is nothing to look for.
                if let reaper = backend.reaper { _ = try await reaper.remove(entry) }
                try files.removeFile(path)
                report.reaped.append(entry)
            } catch let error as CancellationError { throw error } catch {
                isEmpty = false
                report.failed.append(SweepFailure(entry: entry, path: path, error: error))
            }
        }
        guard isEmpty else { return }
        try files.removeFile("\(directory)/\(OwnerLedger.lockName)")
        try files.removeDirectory(directory)
    }

    /// Whether a backend would find it, if it is there at all.
    private func isHere(_ entry: LedgerEntry, _ backend: any SandboxBackend) async throws -> Bool {
        guard let place = entry.place else { return true }
        return try await backend.place() == place
    }
}

/// What a sweep did.
public struct SweepReport: Sendable {
    /// Entries of dead owners that are gone now.
    public var reaped: [LedgerEntry] = []
    /// What could not be removed; it stays in the ledger.
    public var failed: [SweepFailure] = []
    /// Entries of dead owners whose backend, or place of that, the sweep was not given; they stay in the ledger.
    public var unknown: [LedgerEntry] = []
    /// How many owners live, the caller's own included.
    public var alive = 0

    /// Nothing found.
    public init() {}
}

/// Something that a sweep could not remove.
public struct SweepFailure: Sendable {
    /// The entry; nil if it could not be read.
    public var entry: LedgerEntry?
    /// The file or directory in the ledger.
    public var path: String
    /// Why.
    public var error: any Error
}

extension SandboxBackend {
    /// Removes what dead owners left of this backend's machines.
    ///
    /// - Parameter root: The directory of all owners; nil for ``OwnerLedger/defaultRoot()``.
    /// - Throws: `CancellationError`, or ``GodHandError`` with `host.failed` if the ledgers cannot be read at all.
    @discardableResult
    public func sweep(in root: String? = nil) async throws -> SweepReport { try await Sweep([self], in: root).run() }
}
