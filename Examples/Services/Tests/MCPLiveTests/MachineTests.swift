import Foundation
import GodHandCore
import GodHandSandbox
import Testing

extension Trait where Self == ConditionTrait {
    /// Needs QEMU with the image of virtual machines, and the protocol's own client.
    static var liveVM: Self {
        .enabled("GODHAND_REQUIRE_QEMU or GODHAND_MCP_PYTHON is not set: run make test.") {
            ServerProcess.interpreter != nil && ProcessInfo.processInfo.environment["GODHAND_REQUIRE_QEMU"] != nil
        }
    }
}

extension Live {
    @Suite("Virtual machines", .liveVM, .timeLimit(.minutes(5)))
    struct MachineTests {
        @Test("are forked and stored while a program runs in them")
        func forks() async throws {
            let ledgers = Ledgers()
            defer { ledgers.remove() }
            let run = try ServerProcess.python(
                "forks_running.py", ["2026-07-28", "stdio", ServerProcess.program, "--backend", "qemu"],
                home: ledgers.home)
            #expect(run.status == 0, "\(run.output)")
            let owners = ledgers.owners
            #expect(owners.count == 1)
            #expect(try await ledgers.machines(of: owners, by: QEMUBackend()).isEmpty)
        }
    }
}
