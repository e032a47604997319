import GodHandTesting
import Testing

struct SimulatedConformanceTests {
    @Test("The simulated backend keeps every promise", arguments: BackendConformance.Clause.allCases)
    func honours(_ clause: BackendConformance.Clause) async throws {
        let engine = SimulatedEngine()
        var conformance = BackendConformance(SimulatedBackend(engine: engine))
        conformance.another = { SimulatedBackend(engine: engine) }
        conformance.muchOutput = 8 << 20
        let verdict = try await conformance.check(clause)
        #expect(verdict == .satisfied)
    }

    @Test("The simulated clipboard is in memory, and not on the disk")
    func clipboard() async throws {
        try await withTemporaryDirectory { root in
            try await SimulatedBackend().withSandboxScope(ledger: try OwnerLedger(in: root)) { scope in
                let sandbox = try await scope.create(.vm)
                #expect(try await sandbox.clipboard() == "")
                try await sandbox.setClipboard("copied")
                let live = try await scope.fork(sandbox, into: 1, preserving: .memory)[0]
                let booted = try await scope.fork(sandbox, into: 1, preserving: .filesystem)[0]
                try await sandbox.setClipboard("later")
                #expect(try await live.clipboard() == "copied")
                #expect(try await booted.clipboard() == "")
            }
        }
    }
}
