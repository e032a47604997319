import GodHandTesting
import Testing

@testable import GodHandSandbox

extension LiveMachines {
    /// The QEMU backend keeps every promise that a backend makes.
    @Suite(.liveVM, .timeLimit(.minutes(10))) struct QEMUConformanceTests {
        @Test(arguments: BackendConformance.Clause.allCases)
        func `QEMU honours`(_ clause: BackendConformance.Clause) async throws {
            var conformance = BackendConformance(QEMUBackend(), spec: .vm)
            conformance.missingImage = "no-such-image"
            let verdict = try await conformance.check(clause)
            #expect(verdict == .satisfied)
        }
    }
}
