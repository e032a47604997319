import Synchronization

/// A stretch of a program in which machines live: all that is made in it is gone when it ends.
///
/// You get one from ``SandboxBackend/withSandboxScope(ledger:recorder:onTeardownFailure:_:)``. It may be used from several tasks
/// at once. Once the scope has ended its calls throw `scope-closed`, and a machine that arrives too late is destroyed at
/// once.
public final class SandboxScope: Sendable {
    /// What makes the machines.
    public let backend: any SandboxBackend

    /// The word under which its machines are owned.
    public var owner: String { ownership.owner }

    let ownership: Ownership
    let state = Mutex(State())
    let sweeping: ScopeSweep
    private let recorder: (any RunRecorder)?

    init(_ backend: any SandboxBackend, ledger: OwnerLedger, recorder: (any RunRecorder)?) {
        self.backend = backend
        self.recorder = recorder
        self.ownership = ledger.ownership
        self.sweeping = ScopeSweep(backend, root: ledger.root)
    }

    /// Makes a machine and waits until it is ready.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid`, `deadline`, `scope-closed`, or a code of the backend such as
    ///   `image.missing`. Nothing is left behind then.
    public func create(_ spec: SandboxSpec) async throws -> Sandbox {
        let clock = ContinuousClock()
        let began = clock.now
        let sandbox = try await make(spec)
        try await tell(LifecycleEvent(.created, sandbox: sandbox.id, took: clock.now - began, spec: sandbox.spec))
        return sandbox
    }

    /// Makes a machine, and leaves it to the caller to tell of it.
    package func make(_ spec: SandboxSpec) async throws -> Sandbox {
        let spec = try spec.validated()
        try requireOpen()
        sweeping.begin()
        let (backend, ownership) = (backend, ownership)
        let machine = try await withDeadline(spec.timeouts.create, "Creating a sandbox on \(backend.name)") {
            try await backend.create(spec, ownership: ownership)
        }
        return try await admit(Sandbox(machine: machine, spec: spec, backend: backend.name))
    }

    /// Ends a machine before the scope does. Harmless if it is gone already.
    ///
    /// A cancelled caller does not stop this, and it takes no longer than the spec's time for destroying.
    ///
    /// - Throws: ``GodHandError`` if it could not be removed; the end of the scope then tries again.
    public func destroy(_ sandbox: Sandbox) async throws {
        try await remove(sandbox)
        state.withLock { $0.forget(sandbox.id) }
        try await shielded { [self] in try await tell(LifecycleEvent(.destroyed, sandbox: sandbox.id)) }
    }

    /// Ends the scope: destroys all machines at once, then deletes its snapshots. Never throws, never hangs.
    func close() async -> [TeardownFailure] {
        let (sandboxes, snapshots) = state.withLock { $0.close() }
        var failures = await withTaskGroup(of: TeardownFailure?.self) { group in
            for sandbox in sandboxes {
                group.addTask {
                    do { try await self.remove(sandbox) } catch {
                        return TeardownFailure(what: "sandbox \(sandbox.id)", error: error)
                    }
                    do { try await self.tell(LifecycleEvent(.destroyed, sandbox: sandbox.id)) } catch {
                        return TeardownFailure(what: "the record of the end of sandbox \(sandbox.id)", error: error)
                    }
                    return nil
                }
            }
            return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
        // Only now, since an engine may refuse to delete what a machine still builds on.
        for snapshot in snapshots {
            do { try await delete(snapshot) } catch {
                failures.append(TeardownFailure(what: "snapshot \(snapshot.id)", error: error))
            }
        }
        await sweeping.end()
        return failures
    }

    // MARK: Parts

    /// Records what happened to a machine.
    func tell(_ event: LifecycleEvent) async throws { try await recorder?.record(.lifecycle(event)) }

    /// Takes machines in, or destroys all of them if the scope has closed meanwhile.
    func admit(_ sandboxes: [Sandbox]) async throws {
        // Nothing may wait between the machines' arrival and this line: they would be known to nobody meanwhile.
        if state.withLock({ $0.admit(sandboxes) }) { return }
        await withTaskGroup(of: Void.self) { group in
            for sandbox in sandboxes { group.addTask { try? await self.remove(sandbox) } }
        }
        throw closedError()
    }

    func admit(_ sandbox: Sandbox) async throws -> Sandbox {
        let sandboxes = recorded([sandbox])
        try await admit(sandboxes)
        return sandboxes.first ?? sandbox
    }

    /// The same machines, whose life is recorded.
    func recorded(_ sandboxes: [Sandbox]) -> [Sandbox] {
        sandboxes.map { sandbox in
            var sandbox = sandbox
            sandbox.recorder = recorder
            return sandbox
        }
    }

    func remove(_ sandbox: Sandbox) async throws {
        try await shielded(atMost: sandbox.spec.timeouts.destroy, "Destroying \(sandbox.id)") {
            try await sandbox.machine.destroy()
        }
    }

    func requireOpen() throws {
        guard state.withLock({ $0.isOpen }) else { throw closedError() }
    }

    func closedError() -> GodHandError {
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
