import Logging

extension SandboxBackend {
    /// Makes a machine, lends it to the body, and destroys it whatever happens there.
    ///
    /// - Parameters:
    ///   - spec: What to make.
    ///   - ledger: Where ownership is written down; nil for ``OwnerLedger/process``.
    ///   - recorder: Told of the machine's life, up to its end.
    ///   - onTeardownFailure: Told what could not be removed; nil logs it.
    ///   - body: Uses the machine. The sandbox must not outlive it.
    /// - Returns: What the body returns.
    /// - Throws: The body's error, or what ``SandboxScope/create(_:)`` throws.
    public func withSandbox<Success>(
        _ spec: SandboxSpec, ledger: OwnerLedger? = nil, recorder: (any RunRecorder)? = nil,
        onTeardownFailure: (@Sendable (TeardownFailure) -> Void)? = nil,
        _ body: (Sandbox) async throws -> sending Success
    ) async throws -> sending Success {
        try await withSandboxScope(ledger: ledger, recorder: recorder, onTeardownFailure: onTeardownFailure) { scope in
            try await body(try await scope.create(spec))
        }
    }

    /// Lends a scope to the body; all machines made in it are destroyed at the end, whatever happens there.
    ///
    /// The end is shielded from cancellation and bounded in time. What cannot be removed is reported, and stays in the
    /// ledger; the body's result or error is not touched by that.
    ///
    /// - Parameters:
    ///   - ledger: Where ownership is written down; nil for ``OwnerLedger/process``.
    ///   - recorder: Told of the machines' lives: created, forked, restored, paused, resumed, stored, destroyed. That it
    ///     fails is an error of the call that it was to tell of; at the end of the scope it is a teardown failure.
    ///   - onTeardownFailure: Told what could not be removed; nil logs it.
    ///   - body: Makes and uses machines. Neither the scope nor what it made may outlive it.
    /// - Returns: What the body returns.
    /// - Throws: The body's error, or ``GodHandError`` with `host.failed` or `disk.full` if there is no ledger.
    public func withSandboxScope<Success>(
        ledger: OwnerLedger? = nil, recorder: (any RunRecorder)? = nil,
        onTeardownFailure: (@Sendable (TeardownFailure) -> Void)? = nil,
        _ body: (SandboxScope) async throws -> sending Success
    ) async throws -> sending Success {
        let scope = SandboxScope(self, ledger: try ledger ?? OwnerLedger.process, recorder: recorder)
        func end() async {
            let failures = await shielded { await scope.close() }
            for failure in failures {
                if let onTeardownFailure {
                    onTeardownFailure(failure)
                } else {
                    Logger.current.info(
                        "A scope could not remove everything",
                        metadata: ["godhand.left": "\(failure.what)", "godhand.error": "\(failure.error)"])
                }
            }
        }
        do {
            let result = try await body(scope)
            await end()
            return result
        } catch {
            await end()
            throw error
        }
    }
}

extension SandboxBackend {
    /// The machines that exist on this backend and carry our labels.
    ///
    /// - Parameter owner: Whose; nil for everybody's. ``SandboxScope/owner`` is the name of this process.
    /// - Returns: Them, or nothing for a backend whose machines cannot outlive their owner.
    public func machines(of owner: String? = nil) async throws -> [OwnedMachine] {
        guard let reaper else { return [] }
        return try await reaper.list().filter { owner == nil || $0.owner == owner }
    }
}
