/// Starts the few programs that a simulated guest has.
struct SimulatedShell: Shell {
    let guest: SimulatedGuest
    let spec: SandboxSpec
    let faults: FaultPoints

    func start(_ command: Command) async throws -> any RunningCommand {
        try await guest.running()
        try await faults.reach("exec")
        let directory = SimulatedFiles.resolve(command.workingDirectory ?? "/root", in: "")
        guard try guest.files()[directory] == .directory else {
            throw GodHandError(.execFailed, "There is no directory '\(directory)' to run in.")
        }
        guard let name = command.arguments.first, let program = SimulatedProgram.named(name) else {
            throw GodHandError(.execFailed, "There is no program '\(command.arguments.first ?? "")'.")
        }
        var environment = ["HOME": "/root", "PATH": "/usr/bin:/bin"]
        environment.merge(spec.environment) { $1 }
        environment.merge(command.environment) { $1 }
        let running = SimulatedCommand(command)
        let process = SimulatedProcess(
            arguments: command.arguments, environment: environment, directory: directory, guest: guest,
            command: running)
        let number = try guest.add(running)
        // It stands for a process of the guest: it ends when it is through or when it is killed, never later than its
        // machine.
        Task { [guest] in
            var status = ExitStatus.exited(1)
            do { status = .exited(try await program(process)) } catch let killed as SimulatedCommand.Killed {
                status = .signalled(killed.signal)
            } catch {}
            guest.forget(number)
            running.end(status)
        }
        return running
    }
}

/// What a simulated program can do.
struct SimulatedProcess: Sendable {
    var arguments: [String]
    var environment: [String: String]
    var directory: String
    let guest: SimulatedGuest
    let command: SimulatedCommand

    func path(_ path: String) -> String { SimulatedFiles.resolve(path, in: directory) }

    func write(_ bytes: [UInt8]) async throws {
        for start in stride(from: 0, to: bytes.count, by: 64 << 10) {
            try await command.emit(.output(Array(bytes[start..<min(bytes.count, start + 64 << 10)])))
        }
    }

    func complain(_ text: String) async throws {
        try await command.emit(.error(Array("\(arguments.first ?? ""): \(text)\n".utf8)))
    }
}
