import GodHandTesting
import Testing

/// A simulated backend that breaks one promise about memory.
private struct BrokenMemoryBackend: SandboxBackend {
    enum Fault {
        case forgetsMemory, sharesMachines, sharesIdentities, keepsForksPaused, leavesHalfOfAFork, skipsTheLedger
        case tiesForksToTheirOrigin, deletesNothing, restoresOnce, storesInSpiteOfCancellation
    }
    let fault: Fault
    let simulated = SimulatedBackend()

    var name: String { simulated.name }
    var reaper: (any Reaper)? { simulated.reaper }
    var memoryRestoring: (any MemoryRestoring)? {
        simulated.memoryRestoring.map { BrokenRestoring(restoring: $0, backend: self) }
    }

    func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine {
        BrokenMachine(machine: try await simulated.create(spec, ownership: ownership), backend: self, spec: spec)
    }
}

private final class BrokenMachine: Machine, MemorySnapshotting {
    let id: SandboxID
    let machine: any Machine
    let backend: BrokenMemoryBackend
    let spec: SandboxSpec
    private let forks = Forks()

    init(id: SandboxID? = nil, machine: any Machine, backend: BrokenMemoryBackend, spec: SandboxSpec) {
        self.id = id ?? machine.id
        self.machine = machine
        self.backend = backend
        self.spec = spec
    }

    var display: (any Display)? { machine.display }
    var shell: (any Shell)? { machine.shell.map { BrokenShell(shell: $0, fault: backend.fault) } }
    var pausing: (any Pausing)? { machine.pausing }
    var memorySnapshots: (any MemorySnapshotting)? { self }

    func destroy() async throws {
        for fork in await forks.all { try await fork.destroy() }
        try await machine.destroy()
    }

    func takeMemorySnapshot(_ id: SandboxID) async throws -> MemorySnapshot {
        guard let memory = machine.memorySnapshots else { throw PlannedFailure() }
        guard backend.fault == .storesInSpiteOfCancellation else { return try await memory.takeMemorySnapshot(id) }
        let snapshot = try await Task { try await memory.takeMemorySnapshot(id) }.value
        try Task.checkCancellation()
        return snapshot
    }

    func fork(into count: Int, ownership: Ownership) async throws -> [any Machine] {
        guard let memory = machine.memorySnapshots else { throw PlannedFailure() }
        switch backend.fault {
        case .forgetsMemory:
            var forks: [any Machine] = []
            for _ in 0..<count { forks.append(try await backend.create(spec, ownership: ownership)) }
            return forks
        case .sharesMachines:
            return (0..<count).map { _ in
                BrokenMachine(id: .unique(), machine: machine, backend: backend, spec: spec)
            }
        case .leavesHalfOfAFork:
            var forks: [any Machine] = []
            for _ in 0..<count { forks += try await memory.fork(into: 1, ownership: ownership) }
            return forks
        case .skipsTheLedger:
            let elsewhere = Ownership(owner: ownership.owner, book: MemoryLedger())
            return try await memory.fork(into: count, ownership: elsewhere)
        default:
            let machines = try await memory.fork(into: count, ownership: ownership)
                .map { BrokenMachine(machine: $0, backend: backend, spec: spec) }
            if backend.fault == .keepsForksPaused {
                for machine in machines { try await machine.pausing?.pause() }
            }
            if backend.fault == .tiesForksToTheirOrigin { await forks.add(machines) }
            return machines
        }
    }

    private actor Forks {
        private(set) var all: [any Machine] = []
        func add(_ machines: [any Machine]) { all += machines }
    }
}

private struct BrokenShell: Shell {
    let shell: any Shell
    let fault: BrokenMemoryBackend.Fault

    func start(_ command: Command) async throws -> any RunningCommand {
        var command = command
        if fault == .sharesIdentities, command.arguments.last == "/etc/machine-id" {
            command.arguments = ["echo", "the same everywhere"]
        }
        return try await shell.start(command)
    }
}

private struct BrokenRestoring: MemoryRestoring {
    let restoring: any MemoryRestoring
    let backend: BrokenMemoryBackend

    func restore(_ snapshot: MemorySnapshot, ownership: Ownership) async throws -> any Machine {
        let machine = try await restoring.restore(snapshot, ownership: ownership)
        if backend.fault == .restoresOnce { try await restoring.delete(snapshot) }
        if backend.fault == .forgetsMemory {
            try await machine.destroy()
            return try await backend.create(snapshot.spec, ownership: ownership)
        }
        return BrokenMachine(machine: machine, backend: backend, spec: snapshot.spec)
    }

    func delete(_ snapshot: MemorySnapshot) async throws {
        if backend.fault != .deletesNothing { try await restoring.delete(snapshot) }
    }
}

struct BrokenMemoryTests {
    @Test(
        "A clause about memory fails where its promise is broken",
        arguments: [
            (.forgetsMemory, .liveForksGoOn), (.forgetsMemory, .liveForksShowTheSame),
            (.forgetsMemory, .memorySnapshotsGoOn), (.sharesMachines, .liveForksAreIndependent),
            (.sharesMachines, .liveForksShowTheSame), (.sharesIdentities, .liveForksHaveIdentities),
            (.keepsForksPaused, .pausedMachinesForkIntoRunning), (.leavesHalfOfAFork, .aRefusedForkLeavesNothing),
            (.leavesHalfOfAFork, .aCancelledForkLeavesNothing), (.skipsTheLedger, .aSweepRemovesForks),
            (.tiesForksToTheirOrigin, .liveForksAreIndependent), (.tiesForksToTheirOrigin, .forksOfForksGoOn),
            (.deletesNothing, .deletedMemorySnapshotsAreNotFound), (.restoresOnce, .memorySnapshotsServeOften),
            (.storesInSpiteOfCancellation, .aCancelledMemorySnapshotLeavesNothing),
        ] as [(BrokenMemoryBackend.Fault, BackendConformance.Clause)])
    private func fails(_ fault: BrokenMemoryBackend.Fault, _ clause: BackendConformance.Clause) async {
        var conformance = BackendConformance(BrokenMemoryBackend(fault: fault))
        // A machine that stands still does not even end a command.
        conformance.spec.timeouts.exec = .milliseconds(500)
        conformance.patience = .milliseconds(100)
        await #expect {
            try await conformance.check(clause)
        } throws: { error in
            // Or a call that should have worked says why it does not.
            let code = (error as? GodHandError)?.code
            return error is ConformanceFailure || code == .notFound || code == .guestExited
        }
    }

    @Test("A backend without the facets is told so")
    func notApplicable() async throws {
        let conformance = BackendConformance(SimulatedBackend(keepsMemory: false))
        #expect(try await conformance.check(.liveForksGoOn) == .notApplicable("memorySnapshots"))
        #expect(try await conformance.check(.memorySnapshotsGoOn) == .notApplicable("memoryRestoring"))
    }
}
