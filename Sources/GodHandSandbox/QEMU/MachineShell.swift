/// Commands in a virtual machine: by the guest's port, with the environment that the machine was to have.
struct MachineShell: Shell {
    let channel: GuestChannel
    let spec: SandboxSpec
    let isAlive: @Sendable () throws -> Void

    func start(_ command: Command) async throws -> any RunningCommand {
        try isAlive()
        var command = command
        command.environment.merge(spec.environment) { own, _ in own }
        if let user = command.user ?? spec.user {
            // The guest's program runs as one user and cannot become another; this program of the guest can.
            command.user = nil
            command.arguments =
                ["sudo", "-n", "-E", "-u", user.allSatisfy(\.isNumber) ? "#\(user)" : user, "--"]
                + command.arguments
        }
        return try await channel.start(command)
    }
}
