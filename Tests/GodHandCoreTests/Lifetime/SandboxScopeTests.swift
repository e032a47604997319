import Foundation
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandCore

struct SandboxScopeTests {
    let engine = SimulatedEngine()

    /// All that a run can end with.
    struct Ending {
        var error: (any Error)?
        var failures: [String] = []
        var points: [FaultPoints.Point] = []
    }

    /// Runs a scenario in a task of its own, with a plan of faults, and checks that nothing is left that is not known.
    func run(
        _ plan: @escaping @Sendable (FaultPoints.Point, _ cancel: @escaping @Sendable () -> Void) -> FaultPoints.Fault?,
        spec: SandboxSpec = .desktop,
        _ scenario: @escaping @Sendable (SandboxScope, SandboxSpec) async throws -> Void
    ) async throws -> Ending {
        try await withTemporaryDirectory { root in
            let task = Mutex<Task<Void, any Error>?>(nil)
            let cancel: @Sendable () -> Void = { task.withLock { $0 }?.cancel() }
            let faults = FaultPoints { plan($0, cancel) }
            let backend = SimulatedBackend(engine: engine, faults: faults)
            let ledger = try OwnerLedger(in: root)
            let failures = Journal()
            let begin = Gate()
            let running = Task {
                try await begin.pass()
                try await backend.withSandboxScope(
                    ledger: ledger, onTeardownFailure: { failures.add($0.what) }
                ) { scope in try await scenario(scope, spec) }
            }
            task.withLock { $0 = running }
            begin.open()
            var ending = Ending()
            do { try await running.value } catch { ending.error = error }
            ending.points = faults.reached
            ending.failures = failures.all

            // What could not be removed is in the ledger, and nothing else is.
            let known = Set(try ledger.entries().map(\.id))
            #expect(known == engine.machines.union(engine.snapshots))
            try ledger.close()
            let report = try await SimulatedBackend(engine: engine).sweep(in: root)
            #expect(Set(report.reaped.map(\.id)) == known)
            #expect(engine.machines.isEmpty && engine.snapshots.isEmpty)
            return ending
        }
    }

    static let scenario: @Sendable (SandboxScope, SandboxSpec) async throws -> Void = { scope, spec in
        let base = try await scope.create(spec)
        _ = try await base.exec(["true"])
        try await base.writeFile("/tmp/file", "x")
        let forks = try await scope.fork(base, into: 2, preserving: .filesystem)
        try await scope.destroy(forks[0])
        _ = try await base.display.input.perform(.type("a"))
    }

    static let memoryScenario: @Sendable (SandboxScope, SandboxSpec) async throws -> Void = { scope, spec in
        let base = try await scope.create(spec)
        let forks = try await scope.fork(base, into: 2, preserving: .memory)
        try await scope.destroy(base)
        let kept = try await scope.keep(forks[1], preserving: .memory)
        let restored = try await scope.restore(kept)
        try await scope.discard(kept)
        _ = try await scope.fork(restored, into: 1, preserving: .memory)
    }

    static let scenarios = ["disk": scenario, "memory": memoryScenario]

    @Test("Failing at any one place leaves nothing unknown, and the error comes out", arguments: scenarios.keys)
    func failAnywhere(_ name: String) async throws {
        let scenario = try #require(Self.scenarios[name])
        let whole = try await run({ _, _ in nil }, scenario)
        #expect(whole.error == nil)
        #expect(whole.points.count > 20)
        for index in 1...whole.points.count {
            let ending = try await run(
                { point, _ in point.index == index ? .fail(PlannedFailure()) : nil }, scenario)
            let name = whole.points[index - 1].name
            let isAtTheEnd = index > whole.points.count - 4
            #expect(ending.error is PlannedFailure || isAtTheEnd, "at \(name), the \(index)th place: \(ending)")
            if isAtTheEnd, ending.error == nil { #expect(ending.failures.count == 1) }
        }
    }

    @Test("Cancelling at any one place leaves nothing, and is a cancellation", arguments: scenarios.keys)
    func cancelAnywhere(_ name: String) async throws {
        let scenario = try #require(Self.scenarios[name])
        let count = try await run({ _, _ in nil }, scenario).points.count
        for index in 1...count {
            let ending = try await run(
                { point, cancel in point.index == index ? .first(cancel) : nil }, scenario)
            #expect(ending.failures.isEmpty)
            #expect(ending.error == nil || ending.error is CancellationError, "\(index): \(ending)")
            #expect(engine.snapshots.isEmpty)
        }
    }

    @Test("The body's error wins over a teardown that fails")
    func bodyWins() async throws {
        let ending = try await run({ point, _ in point.name == "destroy" ? .fail(GodHandError("x", "x")) : nil }) {
            scope, spec in
            _ = try await scope.create(spec)
            throw PlannedFailure()
        }
        #expect(ending.error is PlannedFailure)
        #expect(ending.failures.count == 1)
    }

    @Test("A machine that hangs while it is destroyed does not hold the scope for ever")
    func hangingDestroy() async throws {
        var spec = SandboxSpec.desktop
        spec.timeouts.destroy = .milliseconds(30)
        let ending = try await run({ point, _ in point.name == "destroy" ? .wait(Gate()) : nil }, spec: spec) {
            _ = try await $0.create($1)
        }
        #expect(ending.error == nil)
        #expect(ending.failures.count == 1)
    }

    @Test("Creating stops at the time in the spec")
    func createDeadline() async throws {
        var spec = SandboxSpec.desktop
        spec.timeouts.create = .milliseconds(30)
        let ending = try await run({ point, _ in point.name == "create.wait" ? .wait(Gate()) : nil }, spec: spec) {
            _ = try await $0.create($1)
        }
        #expect((ending.error as? GodHandError)?.code == .deadlineExceeded)
    }

    @Test("A machine that arrives after the end is destroyed, and its caller is told")
    func lateArrival() async throws {
        try await withTemporaryDirectory { root in
            let gate = Gate()
            let faults = FaultPoints { $0.name == "create.ready" ? .wait(gate) : nil }
            let backend = SimulatedBackend(engine: engine, faults: faults)
            let ledger = try OwnerLedger(in: root)
            let late = try await backend.withSandboxScope(ledger: ledger) { scope in
                let late = Task { try await scope.create(.desktop) }
                try await gate.waitForArrivals()
                return late
            }
            #expect(engine.machines.count == 1)
            gate.open()
            let error = await #expect(throws: GodHandError.self) { _ = try await late.value }
            #expect(error?.code == .scopeClosed)
            #expect(engine.machines.isEmpty)
            #expect(try ledger.entries().isEmpty)
        }
    }

    @Test("What a snapshot says of its machine is checked before any backend sees it")
    func forgedSnapshot() async throws {
        try await withTemporaryDirectory { root in
            let backend = SimulatedBackend(engine: engine)
            try await backend.withSandboxScope(ledger: try OwnerLedger(in: root)) { scope in
                let snapshot = try await scope.create(.desktop).snapshot(.filesystem)
                var forged = snapshot
                forged.spec.cpus = 1e12
                let other = forged
                let error = await #expect(throws: GodHandError.self) { _ = try await scope.restore(other) }
                #expect(error?.code == .invalidRequest)
                try await scope.discard(.filesystem(snapshot))
            }
        }
    }

    @Test("After its end a scope makes nothing")
    func closed() async throws {
        try await withTemporaryDirectory { root in
            let backend = SimulatedBackend(engine: engine)
            let scope = try await backend.withSandboxScope(ledger: try OwnerLedger(in: root)) { $0 }
            let error = await #expect(throws: GodHandError.self) { _ = try await scope.create(.desktop) }
            #expect(error?.code == .scopeClosed)
        }
    }

    @Test("Without the facets memory can be neither stored nor forked, and the error says what to do instead")
    func withoutMemory() async throws {
        try await withTemporaryDirectory { root in
            let forgetful = SimulatedBackend(engine: engine, keepsMemory: false)
            try await forgetful.withSandboxScope(ledger: try OwnerLedger(in: root)) { scope in
                let sandbox = try await scope.create(.desktop)
                let forked = await #expect(throws: GodHandError.self) {
                    _ = try await scope.fork(sandbox, into: 2, preserving: .memory)
                }
                #expect(forked?.code == .unsupported)
                #expect(forked?.hint?.contains("preserving: .filesystem") == true)
                let stored = await #expect(throws: GodHandError.self) { _ = try await sandbox.snapshot(.memory) }
                #expect(stored?.code == .unsupported)
                #expect(stored?.hint?.contains("snapshot(.filesystem)") == true)
                let kept = await #expect(throws: GodHandError.self) {
                    _ = try await scope.keep(sandbox, preserving: .memory)
                }
                #expect(kept?.code == .unsupported)
                var spec = SandboxSpec.desktop
                spec.profile = .sealed
                let sealed = try await scope.create(spec)
                let hint = await #expect(throws: GodHandError.self) { _ = try await sealed.snapshot(.memory) }?.hint
                #expect(hint?.contains("stateful") == true)
            }
            let able = SimulatedBackend(engine: engine)
            let snapshot = try await able.withSandbox(.desktop, ledger: try OwnerLedger(in: root)) {
                try await $0.snapshot(.memory)
            }
            try await forgetful.withSandboxScope(ledger: try OwnerLedger(in: root)) { scope in
                let restored = await #expect(throws: GodHandError.self) { _ = try await scope.restore(snapshot) }
                #expect(restored?.code == .unsupported)
            }
            try await able.memoryRestoring?.delete(snapshot)
            #expect(engine.machines.isEmpty && engine.snapshots.isEmpty)
        }
    }

    @Test("Live forks that arrive after the end are destroyed, and their caller is told")
    func lateForks() async throws {
        try await withTemporaryDirectory { root in
            let gate = Gate()
            let faults = FaultPoints { $0.name == "create.ready" && $0.occurrence == 3 ? .wait(gate) : nil }
            let backend = SimulatedBackend(engine: engine, faults: faults)
            let ledger = try OwnerLedger(in: root)
            let late = try await backend.withSandboxScope(ledger: ledger) { scope in
                let base = try await scope.create(.desktop)
                let late = Task { try await scope.fork(base, into: 2, preserving: .memory) }
                try await gate.waitForArrivals()
                return late
            }
            #expect(engine.machines.count == 2)
            gate.open()
            let error = await #expect(throws: GodHandError.self) { _ = try await late.value }
            #expect(error?.code == .scopeClosed)
            #expect(engine.machines.isEmpty)
            #expect(try ledger.entries().isEmpty)
        }
    }

    @Test("A live fork stops at the time for storing and creating")
    func forkDeadline() async throws {
        var spec = SandboxSpec.desktop
        spec.timeouts.create = .seconds(1)
        spec.timeouts.snapshot = .milliseconds(30)
        let ending = try await run({ point, _ in point.name == "fork" ? .wait(Gate()) : nil }, spec: spec) {
            _ = try await $0.fork(try await $0.create($1), into: 2, preserving: .memory)
        }
        #expect((ending.error as? GodHandError)?.code == .deadlineExceeded)
    }

    @Test("A scope leaves no descriptor, thread or child in its process")
    func leaks() async {
        await #expect(processExitsWith: .success) {
            try await withTemporaryDirectory { root in
                let ledger = try OwnerLedger(in: root)
                // The first round warms up what lives as long as the process.
                for round in 0...3 {
                    let left = try await withLeakCheck(LeakCheck(directories: [root])) {
                        try await SimulatedBackend().withSandboxScope(ledger: ledger) {
                            try await SandboxScopeTests.scenario($0, .desktop)
                        }
                    }
                    #expect(round == 0 || left == [])
                }
            }
        }
    }

    @Test("A leak is seen")
    func seesLeaks() async {
        await #expect(processExitsWith: .success) {
            try await withTemporaryDirectory { root in
                var check = LeakCheck(directories: [root], probes: ["letter": { [] }])
                check.patience = .zero
                var ledger: OwnerLedger?
                let child = Process()
                child.executableURL = URL(fileURLWithPath: "/usr/bin/env")
                child.arguments = ["sleep", "600"]
                let left = try await withLeakCheck(check) {
                    ledger = try OwnerLedger(in: root)
                    try child.run()
                }
                // The test's process ends right after, so nobody has to wait for the child.
                kill(child.processIdentifier, SIGKILL)
                #expect(left.contains { $0.hasPrefix("child process") })
                #expect(left.contains { $0.contains("open: \(root)") })
                #expect(left.contains { $0.hasPrefix("file in") })
                withExtendedLifetime(ledger) {}
            }
        }
    }
}
