extension BackendConformance {
    func checkLiveForks() async throws {
        try await withMemory { scope, sandbox, _ in
            try await live(in: sandbox)
            let forks = try await scope.fork(sandbox, into: 2, preserving: .memory)
            try expect(forks.count == 2, "A fork into 2 made \(forks.count).")
            try expect(Set(forks.map(\.id) + [sandbox.id]).count == 3, "Forks share an id.")
            for fork in forks {
                try expect(fork.origin == sandbox.id, "A fork names another origin.")
                try await expectLive(fork, "A fork")
            }
            try await expectLive(sandbox, "The origin, after a fork,")
        }
    }

    func checkPreparedForks() async throws {
        try await withMemory { scope, sandbox, memory in
            try await live(in: sandbox)
            for (expected, made) in [(1, 1), (2, 1), (1, 2)] {
                await scope.prepareForks(of: sandbox, into: expected)
                let word = "\(expected) were expected, and \(made) made"
                try await sandbox.writeFile("\(memoryFile)-word", word)
                try await sandbox.writeFile("\(diskFile)-word", word)
                let forks = try await scope.fork(sandbox, into: made, preserving: .memory)
                try expect(forks.count == made, "A prepared fork into \(made) made \(forks.count).")
                for fork in forks {
                    try await expectLive(fork, "A prepared fork")
                    try await expectFile("\(memoryFile)-word", word, in: fork, "A prepared fork")
                    try await expectFile("\(diskFile)-word", word, in: fork, "A prepared fork")
                }
                try await expectIdentities(of: [sandbox] + forks)
                for fork in forks { try await scope.destroy(fork) }
            }
            let ledger = MemoryLedger { _ in }
            let owner = SandboxID.unique().rawValue
            try await memory.prepareForks(2, ownership: Ownership(owner: owner, book: ledger))
            try await scope.destroy(sandbox)
            try expect(ledger.entries.isEmpty, "What was prepared stays in the ledger when its origin is gone.")
            try await expectNoMachines(of: owner)
        }
    }

    func checkLiveForksShow() async throws {
        guard spec.screen != nil else { throw MissingFacet(name: "display") }
        try await withMemory { scope, sandbox, _ in
            guard let display = sandbox.machine.display else { throw MissingFacet(name: "display") }
            let before = try await display.settledFrame().frame
            let after = try await provoked(display)
            let fork = try await only(scope.fork(sandbox, into: 1, preserving: .memory))
            let shown = try await fork.display.settledFrame().frame
            // A clock on the screen may have gone on, so no picture has to be quite like another.
            try expect(
                shown.isNearer(to: after, than: before), "The screen of a fork does not show what its origin's did.")
            let other = try await provoked(fork.display)
            let still = try await display.settledFrame().frame
            // The same input twice may lead to the same picture again, of which nothing can be told.
            try expect(!still.isNearer(to: other, than: after), "Input to a fork reached its origin.")
        }
    }

    func checkLiveForksAreIndependent() async throws {
        try await withMemory { scope, sandbox, _ in
            try await live(in: sandbox)
            let forks = try await scope.fork(sandbox, into: 2, preserving: .memory)
            let all = [sandbox] + forks
            for machine in all {
                try await machine.writeFile(diskFile, "disk of \(machine.id)")
                try await machine.writeFile(memoryFile, "memory of \(machine.id)")
            }
            for machine in all {
                try await expectFile(diskFile, "disk of \(machine.id)", in: machine, "A machine")
                try await expectFile(memoryFile, "memory of \(machine.id)", in: machine, "A machine")
            }
            try await scope.destroy(sandbox)
            try await scope.destroy(forks[0])
            try await expectFile(diskFile, "disk of \(forks[1].id)", in: forks[1], "The last fork")
            try await expectFile(memoryFile, "memory of \(forks[1].id)", in: forks[1], "The last fork")
            try await expectRunning("sleep 86396", in: forks[1])
        }
    }

    func checkForkOfFork() async throws {
        try await withMemory { scope, sandbox, _ in
            try await live(in: sandbox)
            let child = try await only(scope.fork(sandbox, into: 1, preserving: .memory))
            try await child.writeFile("\(memoryFile)-child", "child")
            let again = try await only(scope.fork(sandbox, into: 1, preserving: .memory))
            let grandchild = try await only(scope.fork(child, into: 1, preserving: .memory))
            try await scope.destroy(sandbox)
            try await scope.destroy(child)
            try await expectLive(grandchild, "A fork of a fork")
            try await expectFile("\(memoryFile)-child", "child", in: grandchild, "A fork of a fork")
            try await expectLive(again, "The second fork")
            let leaked = try await again.exec(["test", "-e", "\(memoryFile)-child"])
            try expect(!leaked.isSuccess, "A second fork has what was written into the first.")
        }
    }

    func checkForkIdentity() async throws {
        try await withMemory { scope, sandbox, _ in
            let machines = try await [sandbox] + scope.fork(sandbox, into: 2, preserving: .memory)
            try await expectIdentities(of: machines)
        }
    }

    func checkForkOfPaused() async throws {
        try await withMemory { scope, sandbox, _ in
            guard let pausing = sandbox.machine.pausing else { throw MissingFacet(name: "pausing") }
            try await live(in: sandbox)
            try await pausing.pause()
            let fork = try await only(scope.fork(sandbox, into: 1, preserving: .memory))
            do { _ = try await fork.exec(["true"]) } catch let error as GodHandError
                where error.code == .deadlineExceeded
            {
                throw ConformanceFailure("The fork of a paused machine does not run.")
            }
            try await expectLive(fork, "A fork of a paused machine")
            try await pausing.resume()
            try await expectLive(sandbox, "The origin, paused and resumed,")
        }
    }
}

extension Frame {
    fileprivate func isNearer(to one: Frame, than other: Frame) -> Bool {
        difference(to: one).changedPixels < difference(to: other).changedPixels
    }
}
