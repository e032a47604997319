import Synchronization

/// A stretch of a program in which machines live: all that is made in it is gone when it ends.
///
/// You get one from ``SandboxBackend/withSandboxScope(ledger:onTeardownFailure:_:)``. It may be used from several tasks
/// at once. Once the scope has ended its calls throw `scope-closed`, and a machine that arrives too late is destroyed at
/// once.
public final class SandboxScope: Sendable {
    /// What makes the machines.
    public let backend: any SandboxBackend

    /// The word under which its machines are owned.
    public var owner: String { ownership.owner }

    private let ownership: Ownership
    private let state = Mutex(State())
    private let sweeping: ScopeSweep

    init(_ backend: any SandboxBackend, ledger: OwnerLedger) {
        self.backend = backend
        self.ownership = ledger.ownership
        self.sweeping = ScopeSweep(backend, root: ledger.root)
    }

    /// Makes a machine and waits until it is ready.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid`, `deadline`, `scope-closed`, or a code of the backend such as
    ///   `image.missing`. Nothing is left behind then.
    public func create(_ spec: SandboxSpec) async throws -> Sandbox {
        let spec = try spec.validated()
        try requireOpen()
        sweeping.begin()
        let (backend, ownership) = (backend, ownership)
        let machine = try await withDeadline(spec.timeouts.create, "Creating a sandbox on \(backend.name)") {
            try await backend.create(spec, ownership: ownership)
        }
        return try await admit(Sandbox(machine: machine, spec: spec, backend: backend.name))
    }

    /// Makes a machine of a stored disk and waits until it is ready.
    ///
    /// - Throws: ``GodHandError`` with `not-found` if the snapshot is not stored, `unsupported`, `deadline`,
    ///   `scope-closed`, or a code of the backend.
    public func restore(_ snapshot: FilesystemSnapshot) async throws -> Sandbox {
        try requireOpen()
        guard snapshot.backend == backend.name else {
            throw GodHandError(
                .invalidRequest, "Snapshot \(snapshot.id) was stored by \(snapshot.backend), not by \(backend.name).",
                hint: "Restore it with the backend that stored it.")
        }
        let restoring = try restoring()
        sweeping.begin()
        let ownership = ownership
        let machine = try await withDeadline(
            snapshot.spec.timeouts.create, "Restoring a sandbox on \(backend.name)"
        ) { try await restoring.restore(snapshot, ownership: ownership) }
        return try await admit(
            Sandbox(machine: machine, spec: snapshot.spec, backend: backend.name, origin: snapshot.origin))
    }

    /// Makes new machines that begin as the given one is now. It goes on, and so does every fork, each for itself.
    ///
    /// What has to be stored for this is removed when the scope ends. If one fork cannot be made, none is.
    ///
    /// - Parameters:
    ///   - sandbox: The machine to begin from.
    ///   - count: How many to make, 1 to 256.
    ///   - preservation: What survives in them.
    /// - Returns: The forks.
    /// - Throws: ``GodHandError`` with `unsupported` if the backend cannot preserve that, or what ``restore(_:)`` throws.
    public func fork(_ sandbox: Sandbox, into count: Int, preserving preservation: Preservation) async throws
        -> [Sandbox]
    {
        guard (1...256).contains(count) else {
            throw GodHandError(.invalidRequest, "A sandbox cannot be forked into \(count).", hint: "Ask for 1 to 256.")
        }
        guard preservation == .filesystem else {
            throw GodHandError(
                .unsupported, "The backend \(backend.name) cannot keep the memory of a running sandbox.",
                hint: "Fork with preserving: .filesystem and start the programs anew.")
        }
        let restoring = try restoring()
        let snapshot = try await keep(sandbox)
        do { return try await restoreAll(snapshot, count) } catch {
            if await discard(snapshot, restoring) { state.withLock { $0.forget(snapshot) } }
            throw error
        }
    }

    /// Stores a disk until it is discarded, at the latest until the scope ends.
    ///
    /// - Throws: ``GodHandError`` with `unsupported`, `deadline`, `scope-closed`, or a code of the backend.
    package func keep(_ sandbox: Sandbox) async throws -> FilesystemSnapshot {
        let restoring = try restoring()
        try requireOpen()
        let snapshot = try await storeOwned(sandbox)
        guard state.withLock({ $0.admit(snapshot) }) else {
            await discard(snapshot, restoring)
            throw closedError()
        }
        return snapshot
    }

    /// Deletes a disk that ``keep(_:)`` stored. What cannot be deleted goes with the scope.
    package func discard(_ snapshot: FilesystemSnapshot) async throws {
        try await delete(snapshot, try restoring())
        state.withLock { $0.forget(snapshot) }
    }

    /// Ends a machine before the scope does. Harmless if it is gone already.
    ///
    /// A cancelled caller does not stop this, and it takes no longer than the spec's time for destroying.
    ///
    /// - Throws: ``GodHandError`` if it could not be removed; the end of the scope then tries again.
    public func destroy(_ sandbox: Sandbox) async throws {
        try await remove(sandbox)
        state.withLock { $0.forget(sandbox.id) }
    }

    /// Ends the scope: destroys all machines at once, then deletes its snapshots. Never throws, never hangs.
    func close() async -> [TeardownFailure] {
        let (sandboxes, snapshots) = state.withLock { $0.close() }
        let restoring = backend.filesystemRestoring
        var failures = await withTaskGroup(of: TeardownFailure?.self) { group in
            for sandbox in sandboxes {
                group.addTask {
                    do { try await self.remove(sandbox) } catch {
                        return TeardownFailure(what: "sandbox \(sandbox.id)", error: error)
                    }
                    return nil
                }
            }
            return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
        // Only now, since an engine may refuse to delete what a machine still builds on.
        for snapshot in snapshots {
            guard let restoring else { continue }
            do { try await delete(snapshot, restoring) } catch {
                failures.append(TeardownFailure(what: "snapshot \(snapshot.id)", error: error))
            }
        }
        await sweeping.end()
        return failures
    }

    // MARK: Parts

    private func admit(_ sandbox: Sandbox) async throws -> Sandbox {
        // Nothing may wait between the machine's arrival and this line: it would be known to nobody meanwhile.
        if state.withLock({ $0.admit(sandbox) }) { return sandbox }
        try? await remove(sandbox)
        throw closedError()
    }

    /// Stores a disk for as long as this scope lives. It is in the ledger before it exists, like a machine.
    private func storeOwned(_ sandbox: Sandbox) async throws -> FilesystemSnapshot {
        let id = SandboxID.unique()
        try ownership.intend(
            LedgerEntry(.filesystemSnapshot, backend: backend.name, id: id, owner: ownership.owner))
        do {
            return try await withDeadline(sandbox.spec.timeouts.snapshot, "Storing the disk of \(sandbox.id)") {
                try await sandbox.takeFilesystemSnapshot(id)
            }
        } catch {
            // A call that ran out of time may have an effect later: then the entry stays for a sweep to look after.
            if (error as? GodHandError)?.code != .deadlineExceeded { try? ownership.settle(id) }
            throw error
        }
    }

    private func restoreAll(_ snapshot: FilesystemSnapshot, _ count: Int) async throws -> [Sandbox] {
        let results = await withTaskGroup(of: (Int, Result<Sandbox, any Error>).self) { group in
            for index in 0..<count {
                group.addTask {
                    do { return (index, .success(try await self.restore(snapshot))) } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var results: [(Int, Result<Sandbox, any Error>)] = []
            for await result in group {
                if case .failure = result.1 { group.cancelAll() }
                results.append(result)
            }
            return results
        }
        var forks: [(Int, Sandbox)] = []
        var firstError: (any Error)?
        for (index, result) in results {
            switch result {
            case .success(let fork): forks.append((index, fork))
            case .failure(let error): firstError = firstError ?? error
            }
        }
        guard let firstError else { return forks.sorted { $0.0 < $1.0 }.map(\.1) }
        await withTaskGroup(of: Void.self) { group in
            for (_, fork) in forks { group.addTask { try? await self.destroy(fork) } }
        }
        throw firstError
    }

    private func remove(_ sandbox: Sandbox) async throws {
        try await shielded(atMost: sandbox.spec.timeouts.destroy, "Destroying \(sandbox.id)") {
            try await sandbox.machine.destroy()
        }
    }

    private func delete(_ snapshot: FilesystemSnapshot, _ restoring: any FilesystemRestoring) async throws {
        try await shielded(atMost: snapshot.spec.timeouts.destroy, "Deleting snapshot \(snapshot.id)") {
            try await restoring.delete(snapshot)
        }
        try ownership.settle(snapshot.id)
    }

    @discardableResult
    private func discard(_ snapshot: FilesystemSnapshot, _ restoring: any FilesystemRestoring) async -> Bool {
        do { try await delete(snapshot, restoring) } catch { return false }
        return true
    }

    private func restoring() throws -> any FilesystemRestoring {
        if let restoring = backend.filesystemRestoring { return restoring }
        throw GodHandError(.unsupported, "The backend \(backend.name) cannot make sandboxes of stored disks.")
    }

    private func requireOpen() throws {
        guard state.withLock({ $0.isOpen }) else { throw closedError() }
    }

    private func closedError() -> GodHandError {
        GodHandError(
            .scopeClosed, "The scope in which the sandbox was to live has ended.",
            hint: "Use the scope only inside the closure that it was given to.")
    }
}

/// Something that the end of a scope could not remove. It stays in the ledger, so a sweep after the end of this process
/// finds it.
public struct TeardownFailure: Sendable {
    /// What it is: "sandbox k3j…".
    public var what: String
    /// Why it is still there.
    public var error: any Error
}
