import GodHandTesting
import Testing

@testable import GodHandSandbox

extension Live {
    /// A machine's whole life leaves nothing: not on the engine, not in this process, not in its directories.
    @Suite(.liveDesktop, .timeLimit(.minutes(3))) struct DockerLeakTests {
        @Test func `twelve lives leave nothing`() async {
            // In a process of its own, where nothing else opens files or starts threads meanwhile.
            await #expect(processExitsWith: .success) {
                let directory = try TemporaryDirectory()
                let backend = DockerBackend()
                let ledger = try OwnerLedger(in: directory.file("owners"))
                // Other tests have machines on the same engine: only this owner's count, and what its ledger knows of.
                let check = LeakCheck(
                    directories: [directory.path],
                    probes: ["on the engine": { Set(try await backend.machines(of: ledger.owner).map(\.id.rawValue)) }])
                // The first round warms up what lives as long as the process: threads, kept connections.
                for round in 0...12 {
                    let left = try await withLeakCheck(check) {
                        try await backend.withSandboxScope(ledger: ledger) { scope in
                            let sandbox = try await scope.create(.desktop)
                            _ = try await sandbox.exec(["sh", "-c", "sleep 1000 & echo started"])
                            _ = try await sandbox.exec(["true"], user: "root")
                            _ = try await sandbox.display.screenshot()
                            try await sandbox.display.click(x: 10, y: 10)
                            _ = try await scope.fork(sandbox, into: 1, preserving: .filesystem)
                        }
                    }
                    #expect(round == 0 || left == [])
                }
            }
        }
    }
}
