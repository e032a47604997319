import Logging

extension SandboxScope {
    /// Makes new machines that begin as the given one is now. It goes on, and so does every fork, each for itself.
    ///
    /// What has to be stored for this is removed when the scope ends. If one fork cannot be made, none is.
    ///
    /// - Parameters:
    ///   - sandbox: The machine to begin from.
    ///   - count: How many to make, 1 to 256.
    ///   - preservation: What survives in them.
    /// - Returns: The forks.
    /// - Throws: ``GodHandError`` with `unsupported` if the machine or the backend cannot preserve that, or what
    ///   `restore` throws.
    public func fork(_ sandbox: Sandbox, into count: Int, preserving preservation: Preservation) async throws
        -> [Sandbox]
    {
        guard (1...256).contains(count) else {
            throw GodHandError(.invalidRequest, "A sandbox cannot be forked into \(count).", hint: "Ask for 1 to 256.")
        }
        let clock = ContinuousClock()
        let began = clock.now
        let forks =
            switch preservation {
            case .filesystem: try await forkDisk(of: sandbox, into: count)
            case .memory: try await forkLive(sandbox, into: count)
            }
        let took = clock.now - began
        for fork in forks {
            try await tell(
                LifecycleEvent(.forked, sandbox: fork.id, origin: sandbox.id.rawValue, took: took))
        }
        return forks.map { $0.masked(by: sandbox.masks) }
    }

    /// Gets ready for live forks that are likely to come soon, so that they take less time when they do: while a model thinks,
    /// for instance.
    ///
    /// The forks begin as the machine is when they are made, not as it is now. It is a hint: where nothing can be done
    /// beforehand, or that fails, forks take as long as ever. Each fork that is expected costs some memory until it is made;
    /// what no fork came for goes with the machine's next fork or snapshot, or with the machine.
    ///
    /// - Parameters:
    ///   - sandbox: The machine that is going to be forked.
    ///   - count: Into how many, at most 256. With 0 what was got ready is given up.
    public func prepareForks(of sandbox: Sandbox, into count: Int) async {
        guard let live = sandbox.machine.memorySnapshots, (0...256).contains(count) else { return }
        let ownership = ownership
        do {
            try requireOpen()
            try await withDeadline(sandbox.spec.timeouts.create, "Getting ready for forks of \(sandbox.id)") {
                try await live.prepareForks(count, ownership: ownership)
            }
        } catch {
            Logger.current.info("Forks could not be prepared", metadata: ["godhand.error": "\(error)"])
        }
    }

    private func forkLive(_ sandbox: Sandbox, into count: Int) async throws -> [Sandbox] {
        guard let live = sandbox.machine.memorySnapshots else {
            throw sandbox.unsupported(
                "be forked while it runs", instead: "Fork with preserving: .filesystem and start the programs anew.")
        }
        try requireOpen()
        sweeping.begin()
        let ownership = ownership
        // The same time as for its two halves: storing, and making machines of what is stored.
        let time = sandbox.spec.timeouts.snapshot + sandbox.spec.timeouts.create
        let machines = try await withDeadline(time, "Forking \(sandbox.id)") {
            try await live.fork(into: count, ownership: ownership)
        }
        let forks = recorded(
            machines.map { Sandbox(machine: $0, spec: sandbox.spec, backend: backend.name, origin: sandbox.id) })
        try await admit(forks)
        return forks
    }

    private func forkDisk(of sandbox: Sandbox, into count: Int) async throws -> [Sandbox] {
        let snapshot = try await keep(sandbox, preserving: .filesystem)
        do { return try await restoreAll(snapshot, count) } catch {
            // One that cannot be deleted now goes with the scope.
            try? await discard(snapshot)
            throw error
        }
    }

    private func restoreAll(_ snapshot: Snapshot, _ count: Int) async throws -> [Sandbox] {
        let results = await withTaskGroup(of: (Int, Result<Sandbox, any Error>).self) { group in
            for index in 0..<count {
                group.addTask {
                    do { return (index, .success(try await self.remake(snapshot))) } catch {
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
}
