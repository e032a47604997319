import Synchronization

extension SandboxScope {
    /// Makes a machine of a stored disk and waits until it is ready.
    ///
    /// - Throws: ``GodHandError`` with `not-found` if the snapshot is not stored, `unsupported`, `deadline`,
    ///   `scope-closed`, or a code of the backend.
    public func restore(_ snapshot: FilesystemSnapshot) async throws -> Sandbox {
        try await restore(.filesystem(snapshot))
    }

    /// Makes a machine of stored memory: it goes on where the stored one was, with all its programs.
    ///
    /// - Throws: ``GodHandError`` with `not-found` if the snapshot is not stored, `data.damaged` if it is not whole,
    ///   `unsupported`, `deadline`, `scope-closed`, or a code of the backend.
    public func restore(_ snapshot: MemorySnapshot) async throws -> Sandbox {
        try await restore(.memory(snapshot))
    }

    /// Makes a machine of a snapshot of either kind.
    ///
    /// - Throws: What the others throw.
    public func restore(_ snapshot: Snapshot) async throws -> Sandbox {
        let clock = ContinuousClock()
        let began = clock.now
        let sandbox = try await remake(snapshot)
        try await tell(
            LifecycleEvent(
                .restored, sandbox: sandbox.id, origin: snapshot.id.rawValue, took: clock.now - began))
        return sandbox
    }

    /// Makes a machine of a snapshot, and leaves it to the caller to tell of it.
    package func remake(_ snapshot: Snapshot) async throws -> Sandbox {
        try requireOpen()
        guard snapshot.backend == backend.name else {
            throw GodHandError(
                .invalidRequest, "Snapshot \(snapshot.id) was stored by \(snapshot.backend), not by \(backend.name).",
                hint: "Restore it with the backend that stored it.")
        }
        try backend.requireRestoring(snapshot.preserves)
        // It comes from wherever snapshots are kept.
        _ = try snapshot.spec.validated()
        sweeping.begin()
        let (backend, ownership) = (backend, ownership)
        let machine = try await withDeadline(
            snapshot.spec.timeouts.create, "Restoring a sandbox on \(backend.name)"
        ) { try await backend.restore(snapshot, ownership: ownership) }
        return try await admit(
            Sandbox(machine: machine, spec: snapshot.spec, backend: backend.name, origin: snapshot.origin))
    }

    /// Stores a machine until that is discarded, at the latest until the scope ends. If this process dies before, a sweep
    /// removes what is stored; a snapshot by the sandbox itself would stay for ever.
    ///
    /// - Parameters:
    ///   - sandbox: The machine.
    ///   - preservation: Whether its memory is stored, too.
    /// - Returns: What it can be restored from, as long as the scope lives.
    /// - Throws: ``GodHandError`` with `unsupported`, `deadline`, `scope-closed`, or a code of the backend.
    public func keep(_ sandbox: Sandbox, preserving preservation: Preservation) async throws -> Snapshot {
        try requireOpen()
        try backend.requireRestoring(preservation)
        let snapshot = try await storeOwned(sandbox, preservation)
        guard state.withLock({ $0.admit(snapshot) }) else {
            try? await delete(snapshot)
            throw closedError()
        }
        return snapshot
    }

    /// Stores a machine until that is discarded, also if this process ends before.
    package func keepForGood(_ sandbox: Sandbox, preserving preservation: Preservation) async throws -> Snapshot {
        try requireOpen()
        try backend.requireRestoring(preservation)
        return try await withDeadline(sandbox.spec.timeouts.snapshot, "Storing \(sandbox.id)") {
            switch preservation {
            case .filesystem: .filesystem(try await sandbox.takeFilesystemSnapshot(.unique()))
            case .memory: .memory(try await sandbox.takeMemorySnapshot(.unique()))
            }
        }
    }

    /// Deletes what ``keep(_:preserving:)`` stored. What cannot be deleted goes with the scope.
    ///
    /// - Throws: ``GodHandError`` with `deadline`, or a code of the backend.
    public func discard(_ snapshot: Snapshot) async throws {
        try await delete(snapshot)
        state.withLock { $0.forget(snapshot) }
    }

    /// Stores a machine for as long as this scope lives. It is in the ledger before it exists, like a machine.
    private func storeOwned(_ sandbox: Sandbox, _ preservation: Preservation) async throws -> Snapshot {
        let id = SandboxID.unique()
        let (kind, what) =
            switch preservation {
            case .filesystem: (LedgerEntry.Kind.filesystemSnapshot, "the disk")
            case .memory: (LedgerEntry.Kind.memorySnapshot, "the memory")
            }
        try ownership.intend(
            LedgerEntry(kind, backend: backend.name, id: id, owner: ownership.owner, place: try await backend.place()))
        do {
            return try await withDeadline(sandbox.spec.timeouts.snapshot, "Storing \(what) of \(sandbox.id)") {
                switch preservation {
                case .filesystem: .filesystem(try await sandbox.takeFilesystemSnapshot(id))
                case .memory: .memory(try await sandbox.takeMemorySnapshot(id))
                }
            }
        } catch {
            // A call that ran out of time may have an effect later: then the entry stays for a sweep to look after.
            if (error as? GodHandError)?.code != .deadlineExceeded { try? ownership.settle(id) }
            throw error
        }
    }

    /// Deletes a snapshot whatever happens to the caller, and strikes it from the ledger.
    func delete(_ snapshot: Snapshot) async throws {
        let backend = backend
        try await shielded(atMost: snapshot.spec.timeouts.destroy, "Deleting snapshot \(snapshot.id)") {
            try await backend.delete(snapshot)
        }
        try ownership.settle(snapshot.id)
    }
}

extension SandboxBackend {
    /// Fails if no machine could be made of such a snapshot.
    fileprivate func requireRestoring(_ preservation: Preservation) throws {
        switch preservation {
        case .filesystem: _ = try required(filesystemRestoring, "disks")
        case .memory: _ = try required(memoryRestoring, "memory")
        }
    }

    fileprivate func restore(_ snapshot: Snapshot, ownership: Ownership) async throws -> any Machine {
        switch snapshot {
        case .filesystem(let snapshot):
            try await required(filesystemRestoring, "disks").restore(snapshot, ownership: ownership)
        case .memory(let snapshot):
            try await required(memoryRestoring, "memory").restore(snapshot, ownership: ownership)
        }
    }

    fileprivate func delete(_ snapshot: Snapshot) async throws {
        switch snapshot {
        case .filesystem(let snapshot): try await required(filesystemRestoring, "disks").delete(snapshot)
        case .memory(let snapshot): try await required(memoryRestoring, "memory").delete(snapshot)
        }
    }

    private func required<Facet>(_ facet: Facet?, _ what: String) throws -> Facet {
        if let facet { return facet }
        throw GodHandError(.unsupported, "The backend \(name) cannot make sandboxes of stored \(what).")
    }
}
