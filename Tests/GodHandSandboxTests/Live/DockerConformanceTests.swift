import GodHandTesting
import Testing

@testable import GodHandSandbox

extension Live {
    /// The Docker backend keeps every promise that a backend makes, except about memory.
    @Suite(.liveDesktop, .timeLimit(.minutes(5))) struct DockerConformanceTests {
        @Test(arguments: BackendConformance.Clause.allCases)
        func `Docker honours`(_ clause: BackendConformance.Clause) async throws {
            let verdict = try await BackendConformance(DockerBackend()).check(clause)
            // Containers have no memory that could be stored.
            let facets: Set<String> = ["memorySnapshots", "memoryRestoring"]
            if case .notApplicable(let facet) = verdict { #expect(facets.contains(facet)) }
        }
    }
}
