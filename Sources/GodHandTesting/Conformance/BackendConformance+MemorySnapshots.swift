import Foundation

extension BackendConformance {
    private func withMemorySnapshots(
        _ body: (SandboxScope, Sandbox, any MemorySnapshotting, any MemoryRestoring) async throws -> Void
    ) async throws {
        guard let restoring = backend.memoryRestoring else { throw MissingFacet(name: "memoryRestoring") }
        try await withMemory { scope, sandbox, memory in try await body(scope, sandbox, memory, restoring) }
    }

    func checkMemorySnapshot() async throws {
        let other = try another?() ?? backend
        guard let restoring = other.memoryRestoring else { throw MissingFacet(name: "memoryRestoring") }
        var stored: [UInt8] = []
        try await withMemory { scope, sandbox, _ in
            try await live(in: sandbox)
            let snapshot = try await sandbox.snapshot(.memory)
            try expect(snapshot.origin == sandbox.id, "A snapshot names another origin.")
            try expect(snapshot.backend == backend.name, "A snapshot names another backend.")
            stored = try Array(JSONEncoder().encode(snapshot))
            try await expectLive(sandbox, "The origin, after a snapshot,")
            try await sandbox.writeFile(diskFile, "later")
            try await sandbox.writeFile(memoryFile, "later")
        }
        let snapshot = try JSONDecoder().decode(MemorySnapshot.self, from: Data(stored))
        try await BackendConformance(other, spec: spec).withScope { scope in
            let restored = try await scope.restore(snapshot)
            try await expectLive(restored, "The restored machine")
            try expect(restored.id != snapshot.origin, "The restored machine has the id of its origin.")
            try expect(restored.origin == snapshot.origin, "The restored machine names another origin.")
            try await scope.destroy(restored)
            try await restoring.delete(snapshot)
        }
    }

    func checkRepeatedRestore() async throws {
        try await withMemorySnapshots { scope, sandbox, _, restoring in
            try await live(in: sandbox)
            let snapshot = try await sandbox.snapshot(.memory)
            let first = try await scope.restore(snapshot)
            try await first.writeFile(memoryFile, "first")
            let second = try await scope.restore(snapshot)
            try await expectLive(second, "The second machine of a snapshot")
            try await expectIdentities(of: [sandbox, first, second])
            let again = try await first.snapshot(.memory)
            try await scope.destroy(first)
            try await restoring.delete(snapshot)
            let third = try await scope.restore(again)
            try await expectFile(memoryFile, "first", in: third, "A machine of a restored one's snapshot")
            try await expectFile(diskFile, "on disk", in: third, "A machine of a restored one's snapshot")
            try await expectRunning("sleep 86396", in: third)
            try await restoring.delete(again)
        }
    }

    func checkDeletedMemorySnapshot() async throws {
        try await withMemorySnapshots { scope, sandbox, _, restoring in
            try await live(in: sandbox)
            let snapshot = try await sandbox.snapshot(.memory)
            let restored = try await scope.restore(snapshot)
            try await restoring.delete(snapshot)
            try await restoring.delete(snapshot)
            try await expect(.notFound, "Restoring a deleted snapshot") { _ = try await scope.restore(snapshot) }
            try await expectLive(restored, "A machine of which the snapshot was deleted")
        }
    }

    func checkCancelledMemorySnapshot() async throws {
        try await withMemorySnapshots { scope, sandbox, memory, restoring in
            try await live(in: sandbox)
            let id = SandboxID.unique()
            let task = Task { () -> MemorySnapshot? in
                // Cancelled before it begins, so that no backend is too fast for it.
                withUnsafeCurrentTask { $0?.cancel() }
                return try await memory.takeMemorySnapshot(id)
            }
            do {
                _ = try await task.value
                throw ConformanceFailure("A cancelled snapshot should throw, but did not.")
            } catch is CancellationError {}
            let nothing = MemorySnapshot(id: id, backend: backend.name, origin: sandbox.id, spec: spec)
            try await expect(.notFound, "Restoring a cancelled snapshot") { _ = try await scope.restore(nothing) }
            try await restoring.delete(nothing)
            try await expectLive(sandbox, "The origin of a cancelled snapshot")
        }
    }
}
