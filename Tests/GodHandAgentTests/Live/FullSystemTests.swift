import GodHandAgent
import GodHandCore
import GodHandTesting
import Testing

@testable import GodHandSandbox

/// The whole of a virtual machine: what the example does, which shares its plan with this by a link.
@Suite(.liveVM, .timeLimit(.minutes(8))) struct FullSystemTests {
    @Test func `a package is installed, and two programs work together`() async throws {
        try await QEMUBackend().withSandbox(.vm) { sandbox in
            #expect(try await !sandbox.exec(["dpkg", "-s", "l3afpad"]).isSuccess)
            try await Errand.prepare(sandbox)
            let report = try await Errand.walkthrough.run(in: sandbox, recorder: EventList())
            try #require(report.outcome == .achieved(nil))
            let status = try await sandbox.exec(["dpkg-query", "-Wf", "${Status}", "l3afpad"]).output
            #expect(status == "install ok installed")
            #expect(try await sandbox.readFile(Errand.note) == Array(Errand.sentence.utf8))
        }
    }
}
