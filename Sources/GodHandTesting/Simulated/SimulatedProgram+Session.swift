/// Programs that go on by themselves, and the clipboard that they share.
extension SimulatedProgram {
    /// `setsid -f PROGRAM …`: starts it and lets go of it.
    static let setsid: Main = { process in
        let arguments = process.arguments
        guard arguments.count > 2, arguments[1] == "-f", named(arguments[2]) != nil else { return 127 }
        run(
            SimulatedMemory.Program(
                arguments: Array(arguments.dropFirst(2)), environment: process.environment,
                directory: process.directory),
            as: nil, in: process.guest)
        return 0
    }

    /// Runs a program of which nobody waits for the output.
    static func run(_ program: SimulatedMemory.Program, as number: Int?, in guest: SimulatedGuest) {
        guard let name = program.arguments.first, let main = named(name) else { return }
        let command = SimulatedCommand(Command(program.arguments))
        let process = SimulatedProcess(
            arguments: program.arguments, environment: program.environment, directory: program.directory,
            guest: guest, command: command)
        let number = guest.add(command, program, as: number)
        // It stands for a process of the guest, and ends with its machine at the latest.
        Task {
            _ = try? await main(process)
            guest.forget(number)
        }
    }

    /// `sh -c 'exec PROGRAM … >/dev/null 2>&1'`, which is all that this shell knows.
    static let sh: Main = { process in
        let arguments = process.arguments
        guard arguments.count == 3, arguments[1] == "-c" else { return 2 }
        var words = arguments[2].split(separator: " ").map(String.init)
        let isQuiet = words.suffix(2) == [">/dev/null", "2>&1"]
        guard isQuiet, words.removeFirst() == "exec" else { return 2 }
        var program = process
        program.arguments = words.dropLast(2)
        guard let main = program.arguments.first.flatMap(named) else { return 127 }
        return try await main(program)
    }

    /// `xclip … -out` and `xclip … -in`: shows the clipboard, or takes it from standard input.
    static let xclip: Main = { process in
        if process.arguments.contains("-out") {
            let text = process.guest.clipboard
            if text.isEmpty {
                try await process.complain("Error: target UTF8_STRING not available")
                return 1
            }
            try await process.write(Array(text.utf8))
            return 0
        }
        var input: [UInt8] = []
        while let piece = try await process.command.read() { input += piece }
        process.guest.clipboard = String(decoding: input, as: UTF8.self)
        return 0
    }
}
