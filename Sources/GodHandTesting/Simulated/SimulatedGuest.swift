/// What is inside a simulated machine.
final class SimulatedGuest: Sendable {
    private struct State: Sendable {
        var files: SimulatedFiles
        var clipboard: String
        var isPaused = false
        var hasEnded = false
        var commands: [Int: SimulatedCommand] = [:]
        /// Those of the commands that go on in a fork.
        var programs: [Int: SimulatedMemory.Program] = [:]
        var nextProcess: Int
    }
    private let state: Watched<State>

    /// The screen; nil for a machine without one.
    let screen: SimulatedScreen?

    init(_ id: SandboxID, _ spec: SandboxSpec, _ memory: SimulatedMemory) throws {
        var files = memory.files
        files.identify(as: id)
        state = Watched(State(files: files, clipboard: memory.clipboard, nextProcess: memory.nextProcess))
        screen = try spec.screen.map { try SimulatedScreen($0, as: memory.screen) }
        for (number, program) in memory.programs { SimulatedProgram.run(program, as: number, in: self) }
    }

    /// What it is at this moment.
    func memory() throws -> SimulatedMemory {
        try alive()
        return state.read { state in
            var memory = SimulatedMemory(disk: state.files)
            memory.clipboard = state.clipboard
            memory.screen = screen?.state.read(\.self)
            memory.programs = state.programs
            memory.nextProcess = state.nextProcess
            return memory
        }
    }

    var clipboard: String {
        get { state.read(\.clipboard) }
        set { state.update { $0.clipboard = newValue } }
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

    /// Counts a program that goes on in forks, by the number that it had in the origin or by a new one.
    func add(_ command: SimulatedCommand, _ program: SimulatedMemory.Program, as number: Int?) -> Int {
        state.update { state in
            if number == nil { state.nextProcess += 1 }
            let number = number ?? state.nextProcess
            state.commands[number] = command
            state.programs[number] = program
            return number
        }
    }

    func forget(_ process: Int) {
        state.update { state in
            state.commands[process] = nil
            state.programs[process] = nil
        }
    }

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
