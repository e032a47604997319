import GodHandCore
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandAgent
@testable import GodHandSandbox

extension Live {
    /// A search of an agent over forks of a running virtual machine. Only what the model says is planned.
    @Suite(.liveVM, .timeLimit(.minutes(8))) struct SearchVMTests {
        @Test func `an agent goes on in forks that were made ready while its model thought`() async throws {
            let backend = QEMUBackend()
            let standing = Mutex<Set<SandboxID>>([])
            try await backend.withSandboxScope { scope in
                let base = try await scope.create(.vm)
                try await base.typeIntoTerminal("echo half-written")
                let model = ScriptedModel { request, turn in
                    if request.abilities.isEmpty {
                        let ready = try await Self.machines(of: scope, beside: base, on: backend) { $0.count == 2 }
                        standing.withLock { $0 = ready }
                        return ModelResponse(
                            items: [.text("1. Give the command up\n2. Let it write a file")], stop: .end)
                    }
                    let isBold = request.news.contains("Let it write a file")
                    let isFirst = !request.turns.contains { if case .model = $0 { true } else { false } }
                    let keys: InputAction = isBold ? .type(" >~/found\n") : .key(KeyChord("ctrl+c"))
                    let action: Action = isFirst ? .input(keys) : .done("")
                    return ModelResponse(items: [.action(ActionCall(id: "c\(turn)", action: action))], stop: .actions)
                }
                // What was typed and not yet run is in no file: only a fork of the memory has it.
                let check = Assertion.fileContains(path: "/home/user/found", text: "half-written")
                let report = try await BranchSearch(width: 2, depth: 1).run(
                    Goal("Keep what was typed", checks: [check.eventually(within: .seconds(20))]),
                    from: base, in: scope, by: Agent(model: model))
                let winner = try #require(report.winner, "\(report.outcome)")
                #expect(winner.path.map(\.title) == ["Let it write a file"])
                #expect(Set(report.branches.map(\.sandbox)) == standing.withLock { $0 })
                #expect(try await winner.sandbox.readFile("/home/user/found") == Array("half-written\n".utf8))
                // The loser and the origin go. On a busy host that may take longer than anybody waits for it.
                _ = try await Self.machines(of: scope, beside: winner.sandbox, on: backend) { $0.isEmpty }
            }
        }

        /// The machines of a scope beside one, as soon as they are as expected.
        private static func machines(
            of scope: SandboxScope, beside one: Sandbox, on backend: QEMUBackend,
            once isExpected: (Set<SandboxID>) -> Bool
        ) async throws -> Set<SandboxID> {
            while true {
                let all = try await QEMUReaper(backend: backend).list().filter { $0.owner == scope.owner }
                let others = Set(all.map(\.id)).subtracting([one.id])
                if isExpected(others) { return others }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}

extension Sandbox {
    /// Opens a terminal and types into it, without running anything.
    fileprivate func typeIntoTerminal(_ text: String) async throws {
        _ = try await exec(["sh", "-c", "setsid -f lxterminal >/dev/null 2>&1"])
        _ = try await exec(["timeout", "60", "xdotool", "search", "--sync", "--onlyvisible", "--class", "lxterminal"])
        _ = try await display.settledFrame(quiet: .milliseconds(500), deadline: .seconds(20))
        try await display.input.perform(.type(text))
        _ = try await display.settledFrame(quiet: .milliseconds(500), deadline: .seconds(20))
    }
}
