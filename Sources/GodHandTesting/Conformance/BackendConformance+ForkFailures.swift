extension BackendConformance {
    /// Forks into three with a ledger that does something when the second machine is written down.
    private func forkWithTrouble(
        _ what: String, _ trouble: @escaping @Sendable (Task<[any Machine], any Error>?) throws -> Void,
        mayComeTooLate: Bool, _ isExpected: (any Error) -> Bool
    ) async throws {
        try await withMemory { _, sandbox, memory in
            try await live(in: sandbox)
            let forking = Watched<Task<[any Machine], any Error>?>(nil)
            let written = Watched<Set<SandboxID>>([])
            let ledger = MemoryLedger { entry in
                let count = written.update { ids in
                    ids.insert(entry.id)
                    return ids.count
                }
                if count == 2 { try trouble(forking.read(\.self)) }
            }
            let owner = SandboxID.unique().rawValue
            let task = Task {
                // The task must be known before its own ledger cancels it.
                try await forking.wait { $0 == nil ? nil : () }
                return try await memory.fork(into: 3, ownership: Ownership(owner: owner, book: ledger))
            }
            forking.update { $0 = task }
            do {
                for machine in try await task.value { try await machine.destroy() }
                try expect(mayComeTooLate, "A fork that was \(what) should throw, but did not.")
            } catch let failure as ConformanceFailure { throw failure } catch {
                try expect(isExpected(error), "A fork that was \(what) threw: \(error).")
            }
            try expect(ledger.entries.isEmpty, "A fork that was \(what) left entries in the ledger.")
            try await expectNoMachines(of: owner)
            try await expectLive(sandbox, "The origin of a fork that was \(what)")
        }
    }

    func checkRefusedFork() async throws {
        try await forkWithTrouble("refused", { _ in throw PlannedFailure() }, mayComeTooLate: false) {
            $0 is PlannedFailure
        }
    }

    func checkCancelledFork() async throws {
        // Somebody who gets machines in spite of it has to destroy them, and can.
        try await forkWithTrouble("cancelled", { $0?.cancel() }, mayComeTooLate: true) { $0 is CancellationError }
    }

    func checkSweepOfForks() async throws {
        guard let reaper = backend.reaper else { throw MissingFacet(name: "reaper") }
        try await withMemory { _, sandbox, memory in
            try await withTemporaryDirectory { root in
                var dead: OwnerLedger? = try OwnerLedger(in: root)
                guard let ownership = dead?.ownership else { return }
                let forks = try await memory.fork(into: 2, ownership: ownership)
                // Giving the ledger up drops the lock, as the kernel does when a process ends.
                try dead?.close()
                dead = nil
                let report = try await backend.sweep(in: root)
                try expect(report.failed.isEmpty, "The sweep failed: \(report.failed).")
                let left = try await Set(reaper.list().map(\.id))
                try expect(left.isDisjoint(with: forks.map(\.id)), "Forks are still there after the sweep.")
                try expect(left.contains(sandbox.id), "The sweep removed the origin, whose owner lives.")
                // What this process still holds of them goes too; that they are gone must not matter.
                for fork in forks { try? await fork.destroy() }
            }
            let result = try await sandbox.exec(["true"])
            try expect(result.isSuccess, "After the sweep 'true' ended with \(result.status) in the origin.")
        }
    }
}
