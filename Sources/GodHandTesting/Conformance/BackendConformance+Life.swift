extension BackendConformance {
    func checkNames() async throws {
        try await withScope { scope in
            let first = try await scope.create(spec)
            let second = try await scope.create(spec)
            try expect(first.id != second.id, "Two machines have the same id, \(first.id).")
        }
    }

    func checkIsolation() async throws {
        try await withScope { scope in
            let first = try await scope.create(spec)
            let second = try await scope.create(spec)
            guard first.machine.shell != nil else { throw MissingFacet(name: "shell") }
            let path = "\(directory)/only-here"
            try await first.writeFile(path, "secret")
            try await expect(.notFound, "Reading another machine's file") { _ = try await second.readFile(path) }
        }
    }

    func checkDestroyTwice() async throws {
        try await withScope { scope in
            let sandbox = try await scope.create(spec)
            try await scope.destroy(sandbox)
            try await sandbox.machine.destroy()
        }
    }

    func checkUseAfterDestroy() async throws {
        try await withScope { scope in
            let sandbox = try await scope.create(spec)
            try await scope.destroy(sandbox)
            if sandbox.machine.shell != nil {
                try await expectRefusal("A command on a destroyed machine") { _ = try await sandbox.exec(["true"]) }
            }
            if let display = sandbox.machine.display {
                try await expectRefusal("A frame of a destroyed machine") { _ = try await display.frame() }
            }
        }
    }

    private func expectRefusal(_ what: String, _ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as GodHandError {
            try expect(error.code != .deadlineExceeded, "\(what) hung.")
            return
        }
        throw ConformanceFailure("\(what) should throw, but did not.")
    }

    func checkMissingImage() async throws {
        var spec = spec
        spec.image = missingImage
        try await withScope { scope in
            try await expect(.imageMissing, "Creating from a missing image") { _ = try await scope.create(spec) }
            try await expectNoMachines(of: scope.owner)
        }
    }

    func checkCancelledCreate() async throws {
        let creating = Watched<Task<(any Machine)?, any Error>?>(nil)
        let ledger = MemoryLedger { _ in creating.read(\.self)?.cancel() }
        let owner = SandboxID.unique().rawValue
        let task = Task { [backend, spec] () -> (any Machine)? in
            // The task must be known before its own ledger cancels it.
            try await creating.wait { $0 == nil ? nil : () }
            return try await backend.create(spec, ownership: Ownership(owner: owner, book: ledger))
        }
        creating.update { $0 = task }
        do {
            // Somebody who gets a machine in spite of it has to destroy it, and can.
            try await task.value?.destroy()
        } catch is CancellationError {} catch {
            throw ConformanceFailure("A cancelled create should throw CancellationError, but threw: \(error).")
        }
        try expect(ledger.entries.isEmpty, "A cancelled create left an entry in the ledger.")
        try await expectNoMachines(of: owner)
    }

    func checkLedgerFirst() async throws {
        let ledger = MemoryLedger { _ in throw PlannedFailure() }
        let owner = SandboxID.unique().rawValue
        guard backend.reaper != nil else { throw MissingFacet(name: "reaper") }
        do {
            let machine = try await backend.create(spec, ownership: Ownership(owner: owner, book: ledger))
            try await machine.destroy()
            throw ConformanceFailure("A machine was made although the ledger refused its entry.")
        } catch let failure as ConformanceFailure { throw failure } catch {}
        try await expectNoMachines(of: owner)
    }

    func checkScope() async throws {
        try await withScope { scope in
            _ = try await scope.create(spec)
            _ = try await scope.create(spec)
        }
    }

    func checkReaper() async throws {
        guard let reaper = backend.reaper else { throw MissingFacet(name: "reaper") }
        var spec = spec
        spec.labels["conformance"] = "yes"
        try await withScope { scope in
            let sandbox = try await scope.create(spec)
            guard let listed = try await reaper.list().first(where: { $0.id == sandbox.id }) else {
                throw ConformanceFailure("The reaper does not list the machine \(sandbox.id).")
            }
            try expect(listed.owner == scope.owner, "The reaper names the owner '\(listed.owner)'.")
            try expect(listed.image == spec.image, "The reaper names the image '\(listed.image)'.")
            try expect(listed.labels == spec.labels, "The reaper lists the labels \(listed.labels).")
        }
    }

    func checkSweep() async throws {
        guard let reaper = backend.reaper else { throw MissingFacet(name: "reaper") }
        try await withTemporaryDirectory { root in
            var dead: OwnerLedger? = try OwnerLedger(in: root)
            guard let ownership = dead?.ownership else { return }
            let machine = try await backend.create(spec, ownership: ownership)
            let alive = try await backend.sweep(in: root)
            try expect(alive.reaped.isEmpty, "A sweep removed the machine of an owner that lives.")
            // Giving the ledger up drops the lock, as the kernel does when a process ends.
            try dead?.close()
            dead = nil
            let report = try await backend.sweep(in: root)
            try expect(report.reaped.map(\.id) == [machine.id], "The sweep removed \(report.reaped.map(\.id)).")
            try expect(report.failed.isEmpty, "The sweep failed: \(report.failed).")
            let left = try await reaper.list().contains { $0.id == machine.id }
            try expect(!left, "The machine \(machine.id) is still there after the sweep.")
            // What this process still holds of it goes too; that it is gone must not matter.
            try? await machine.destroy()
        }
    }

    func checkPausing() async throws {
        try await withSandbox { sandbox in
            guard let pausing = sandbox.machine.pausing else { throw MissingFacet(name: "pausing") }
            try await pausing.pause()
            try await pausing.pause()
            try await pausing.resume()
            try await pausing.resume()
            if sandbox.machine.shell != nil {
                let result = try await sandbox.exec(["true"])
                try expect(result.isSuccess, "After a pause 'true' ended with \(result.status).")
            }
            if let display = sandbox.machine.display { _ = try await display.frame() }
        }
    }
}
