import GodHandTesting
import Testing

struct SimulatedConformanceTests {
    @Test("The simulated backend keeps every promise", arguments: BackendConformance.Clause.allCases)
    func honours(_ clause: BackendConformance.Clause) async throws {
        let verdict = try await BackendConformance(SimulatedBackend()).check(clause)
        #expect(verdict == .satisfied)
    }
}
