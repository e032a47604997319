import GodHandTesting
import Testing

struct SimulatedConformanceTests {
    @Test("The simulated backend keeps every promise", arguments: BackendConformance.Clause.allCases)
    func honours(_ clause: BackendConformance.Clause) async throws {
        var conformance = BackendConformance(SimulatedBackend())
        conformance.muchOutput = 8 << 20
        let verdict = try await conformance.check(clause)
        #expect(verdict == .satisfied)
    }
}
