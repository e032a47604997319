/// What is inside a simulated machine.
final class SimulatedGuest: Sendable {
    private struct State: Sendable {
        var files: SimulatedFiles
        var isPaused = false
        var hasEnded = false
        var commands: [Int: SimulatedCommand] = [:]
        var nextProcess = 100
    }
    private let state: Watched<State>

    /// The screen; nil for a machine without one.
    let screen: SimulatedScreen?

    init(_ spec: SandboxSpec, files: SimulatedFiles) throws {
        state = Watched(State(files: files))
        screen = try spec.screen.map { try SimulatedScreen($0) }
    }

    var isPaused: Bool { state.read(\.isPaused) }

    func files() throws -> SimulatedFiles {
        try alive()
        return state.read(\.files)
    }

    func changeFiles<Result: Sendable>(_ body: (inout SimulatedFiles) -> Result) -> Result {
        state.update { body(&$0.files) }
    }

    func setPaused(_ isPaused: Bool) throws {
        try alive()
        state.update { $0.isPaused = isPaused }
    }

    /// Waits while the machine stands still.
    func running() async throws {
        try alive()
        try await state.wait { $0.isPaused && !$0.hasEnded ? nil : () }
        try alive()
    }

    func alive() throws {
        if state.read(\.hasEnded) {
            throw GodHandError(.guestExited, "The machine is gone.", hint: "Make a new one.")
        }
    }

    /// Begins to count a command, which gets a process number.
    func add(_ command: SimulatedCommand) throws -> Int {
        try alive()
        return state.update { state in
            state.nextProcess += 1
            state.commands[state.nextProcess] = command
            return state.nextProcess
        }
    }

    func forget(_ process: Int) { state.update { _ = $0.commands.removeValue(forKey: process) } }

    /// The command lines of what runs.
    var commandLines: [String] { state.read { $0.commands.values.map { $0.arguments.joined(separator: " ") } } }

    /// Ends everything in it.
    func end() {
        let commands = state.update { state in
            state.hasEnded = true
            return Array(state.commands.values)
        }
        for command in commands { command.kill(9) }
        screen?.end()
    }
}
