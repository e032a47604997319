import GodHandTesting
import Testing

/// A simulated backend that breaks one promise.
private struct BrokenBackend: SandboxBackend {
    enum Fault: CaseIterable {
        case forgetsCancelledMachines, skipsTheLedger, keepsDestroyedMachines, mixesOutputs
    }
    let fault: Fault
    let simulated = SimulatedBackend()

    var name: String { simulated.name }
    var reaper: (any Reaper)? { simulated.reaper }

    func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine {
        let simulated = simulated
        switch fault {
        case .forgetsCancelledMachines:
            let machine = try await Task { try await simulated.create(spec, ownership: ownership) }.value
            try Task.checkCancellation()
            return machine
        case .skipsTheLedger:
            let elsewhere = Ownership(owner: ownership.owner, book: MemoryLedger())
            return try await simulated.create(spec, ownership: elsewhere)
        default:
            return BrokenMachine(machine: try await simulated.create(spec, ownership: ownership), fault: fault)
        }
    }
}

private struct BrokenMachine: Machine {
    let machine: any Machine
    let fault: BrokenBackend.Fault

    var id: SandboxID { machine.id }
    var display: (any Display)? { machine.display }
    var shell: (any Shell)? { machine.shell.map { BrokenShell(shell: $0, fault: fault) } }

    func destroy() async throws {
        if fault != .keepsDestroyedMachines { try await machine.destroy() }
    }
}

private struct BrokenShell: Shell {
    let shell: any Shell
    let fault: BrokenBackend.Fault

    func start(_ command: Command) async throws -> any RunningCommand {
        BrokenCommand(command: try await shell.start(command), fault: fault)
    }
}

private struct BrokenCommand: RunningCommand {
    let command: any RunningCommand
    let fault: BrokenBackend.Fault

    func next() async throws -> CommandEvent {
        let event = try await command.next()
        if fault == .mixesOutputs, case .error(let bytes) = event { return .output(bytes) }
        return event
    }
    func write(_ bytes: [UInt8]) async throws { try await command.write(bytes) }
    func closeInput() async throws { try await command.closeInput() }
    func signal(_ number: Int32) async throws { try await command.signal(number) }
    func abandon() async { await command.abandon() }
}

struct BrokenBackendTests {
    @Test(
        "A clause fails where its promise is broken",
        arguments: [
            (.forgetsCancelledMachines, .aCancelledCreateLeavesNothing), (.skipsTheLedger, .theLedgerComesFirst),
            (.skipsTheLedger, .aSweepRemovesWhatTheDeadLeft), (.keepsDestroyedMachines, .aScopeLeavesNothing),
            (.keepsDestroyedMachines, .destroyedMachinesRefuse), (.mixesOutputs, .outputsAreSeparate),
        ] as [(BrokenBackend.Fault, BackendConformance.Clause)])
    private func fails(_ fault: BrokenBackend.Fault, _ clause: BackendConformance.Clause) async {
        await #expect(throws: ConformanceFailure.self) {
            try await BackendConformance(BrokenBackend(fault: fault)).check(clause)
        }
    }

    @Test("What a backend does not have is told, not failed")
    func notApplicable() async throws {
        let conformance = BackendConformance(BrokenBackend(fault: .mixesOutputs))
        #expect(try await conformance.check(.snapshotsKeepFiles) == .notApplicable("filesystemRestoring"))
        #expect(try await conformance.check(.pausingCanBeRepeated) == .notApplicable("pausing"))
        var blind = conformance
        blind.spec.screen = nil
        #expect(try await blind.check(.inputReachesTheGuest) == .notApplicable("display"))
    }
}
