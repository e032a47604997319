extension BackendConformance {
    private func withSnapshots(_ body: (SandboxScope, Sandbox, any FilesystemRestoring) async throws -> Void)
        async throws
    {
        guard let restoring = backend.filesystemRestoring else { throw MissingFacet(name: "filesystemRestoring") }
        try await withScope { scope in
            let sandbox = try await scope.create(spec)
            guard sandbox.machine.filesystemSnapshots != nil else { throw MissingFacet(name: "filesystemSnapshots") }
            guard sandbox.machine.shell != nil else { throw MissingFacet(name: "shell") }
            try await body(scope, sandbox, restoring)
        }
    }

    private var path: String { "\(directory)/conformance" }

    func checkSnapshot() async throws {
        try await withSnapshots { scope, sandbox, restoring in
            try await sandbox.writeFile(path, "then")
            let snapshot = try await sandbox.snapshot(.filesystem)
            try await sandbox.writeFile(path, "now")
            let restored = try await scope.restore(snapshot)
            let contents = String(decoding: try await restored.readFile(path), as: UTF8.self)
            try expect(contents == "then", "The restored machine has '\(contents)'.")
            try expect(restored.id != sandbox.id, "The restored machine has the id of its origin.")
            try expect(restored.origin == sandbox.id, "The restored machine names another origin.")
            try await scope.destroy(restored)
            try await restoring.delete(snapshot)
        }
    }

    func checkForks() async throws {
        try await withSnapshots { scope, sandbox, _ in
            try await sandbox.writeFile(path, "base")
            let forks = try await scope.fork(sandbox, into: 2, preserving: .filesystem)
            try expect(Set(forks.map(\.id) + [sandbox.id]).count == 3, "Forks share an id.")
            for fork in forks {
                let contents = String(decoding: try await fork.readFile(path), as: UTF8.self)
                try expect(contents == "base", "A fork begins with '\(contents)'.")
            }
            for fork in forks { try await fork.writeFile(path, "of \(fork.id)") }
            for (machine, wanted) in [(sandbox, "base")] + forks.map({ ($0, "of \($0.id)") }) {
                let contents = String(decoding: try await machine.readFile(path), as: UTF8.self)
                try expect(contents == wanted, "A machine has '\(contents)' instead of '\(wanted)'.")
            }
        }
    }

    func checkDeletedSnapshot() async throws {
        try await withSnapshots { scope, sandbox, restoring in
            let snapshot = try await sandbox.snapshot(.filesystem)
            try await restoring.delete(snapshot)
            try await restoring.delete(snapshot)
            try await expect(.notFound, "Restoring a deleted snapshot") { _ = try await scope.restore(snapshot) }
        }
    }

    func checkSealed() async throws {
        var spec = spec
        spec.profile = .sealed
        try await withScope { scope in
            let sandbox = try await scope.create(spec)
            try expect(sandbox.machine.filesystemSnapshots == nil, "A sealed machine offers snapshots.")
            try expect(sandbox.machine.memorySnapshots == nil, "A sealed machine offers snapshots of its memory.")
        }
    }
}
