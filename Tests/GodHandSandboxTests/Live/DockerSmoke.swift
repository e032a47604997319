import Foundation
import Testing

@testable import GodHandSandbox

@Suite(.liveDesktop) struct DockerSmoke {
    @Test func smoke() async throws {
        let clock = ContinuousClock()
        let before = try await LiveEngine.leftovers()
        for _ in 0..<3 {
            var marks: [(String, Duration)] = []
            var last = clock.now
            func mark(_ what: String) { let now = clock.now; marks.append((what, now - last)); last = now }
            try await DockerBackend().withSandboxScope { scope in
                let sandbox = try await scope.create(.desktop)
                mark("create")
                for _ in 0..<5 { _ = try await sandbox.exec(["true"]); mark("exec") }
                let uname = try await sandbox.exec(["id"])
                print(uname.output)
                mark("id")
                let root = try await sandbox.exec(["id"], user: "root")
                print(root.output)
                mark("root id")
                let fork = try await scope.fork(sandbox, into: 1, preserving: .filesystem)
                mark("fork")
                print(try await fork[0].exec(["cat", "/etc/hostname"]).output)
                try await scope.destroy(sandbox)
                mark("destroy")
            }
            mark("end")
            print(marks)
        }
        #expect(try await LiveEngine.leftovers() == before)
    }
}
