/// What a command reads from its standard input.
public enum ExecInput: Sendable {
    /// Nothing: it is empty.
    case none
    /// These bytes.
    case bytes([UInt8])
    /// Pieces as they come; the next one is asked for once the command took the last.
    case stream(any AsyncSequence<[UInt8], any Error> & Sendable)
}

extension Sandbox {
    /// Runs a command in the guest and collects what it writes.
    ///
    /// If the time runs out or the caller is cancelled, the whole process group of the command is killed.
    ///
    /// - Parameters:
    ///   - arguments: The program, looked up in the guest's `PATH`, and its arguments. No shell takes them apart.
    ///   - environment: Added to the guest's environment.
    ///   - workingDirectory: Where it runs; nil for the user's home.
    ///   - user: Who it runs as; nil for the machine's user.
    ///   - input: What it reads.
    ///   - timeout: How long it may take; nil for the time in the spec.
    ///   - outputLimit: How many bytes to keep of each of its two outputs. The rest is read, counted and dropped.
    /// - Returns: How it ended and what it wrote. An exit code other than zero is a value, not an error.
    /// - Throws: ``GodHandError`` with `exec.failed` if it could not be started, `deadline`, `unsupported`,
    ///   `request.invalid`; or what the input's sequence throws.
    public func exec(
        _ arguments: [String], environment: [String: String] = [:], workingDirectory: String? = nil,
        user: String? = nil, input: ExecInput = .none, timeout: Duration? = nil, outputLimit: Int = 1 << 20
    ) async throws -> ExecResult {
        var command = Command(arguments)
        command.environment = environment
        command.workingDirectory = workingDirectory
        command.user = user
        if case .none = input { command.takesInput = false } else { command.takesInput = true }
        var sink = CollectedOutput(limit: max(0, outputLimit))
        let collected = try await run(command, input: input, timeout: timeout, into: sink) { sink, event in
            sink.take(event)
        }
        sink = collected.sink
        return ExecResult(
            status: collected.status, standardOutput: sink.output, standardError: sink.error,
            droppedBytes: sink.dropped)
    }

    /// Runs a command whose output goes to a sink, piece by piece: the one way in which `exec` and file copy run things.
    package func run<Sink: Sendable>(
        _ command: Command, input: ExecInput, timeout: Duration?, into sink: Sink,
        _ take: @escaping @Sendable (inout Sink, CommandEvent) throws -> Void
    ) async throws -> (status: ExitStatus, sink: Sink) {
        let shell = try shell(for: command)
        let name = command.arguments.first ?? ""
        return try await withDeadline(timeout ?? spec.timeouts.exec, "The command '\(name)'") {
            let running = try await shell.start(command)
            do {
                return try await withThrowingTaskGroup(of: (ExitStatus, Sink)?.self) { group in
                    // Both at once: a command may write before it has read all, and block until that is taken.
                    group.addTask {
                        try await feed(input, to: running)
                        return nil
                    }
                    group.addTask {
                        var sink = sink
                        while true {
                            let event = try await running.next()
                            if case .ended(let status) = event { return (status, sink) }
                            try take(&sink, event)
                        }
                    }
                    while let result = try await group.next() {
                        guard let result else { continue }
                        group.cancelAll()
                        return result
                    }
                    throw CancellationError()
                }
            } catch {
                await shielded { await running.abandon() }
                throw error
            }
        }
    }

    /// The shell, once it is clear that the command could be one.
    func shell(for command: Command) throws -> any Shell {
        guard let shell = machine.shell else { throw unsupported("run commands") }
        let texts =
            command.arguments + [command.workingDirectory ?? "", command.user ?? ""] + command.environment.values
        guard let program = command.arguments.first, !program.isEmpty, !texts.contains(where: { $0.utf8.contains(0) })
        else {
            throw GodHandError(
                .invalidRequest, "A command needs a program, and none of its texts may hold a NUL byte.",
                hint: "Pass the program and its arguments as an array.")
        }
        if let name = command.environment.keys.first(where: { !SandboxSpec.isEnvironmentName($0) }) {
            throw GodHandError(.invalidRequest, "'\(name)' cannot name an environment variable.")
        }
        return shell
    }
}

/// Hands all input over. A command that does not want it, or is gone, is no error: how it ended says what matters.
private func feed(_ input: ExecInput, to running: any RunningCommand) async throws {
    switch input {
    case .none: return
    case .bytes(let bytes):
        do {
            for start in stride(from: 0, to: bytes.count, by: 64 << 10) {
                try await running.write(Array(bytes[start..<min(bytes.count, start + 64 << 10)]))
            }
            try await running.closeInput()
        } catch {}
    case .stream(let pieces):
        for try await piece in pieces {
            // The command may be through, and then nothing of what is left is wanted, however much it is.
            if Task.isCancelled { return }
            do { try await running.write(piece) } catch { return }
        }
        try? await running.closeInput()
    }
}

/// Two outputs up to a limit each, and a count of what was beyond.
private struct CollectedOutput: Sendable {
    let limit: Int
    var output: [UInt8] = []
    var error: [UInt8] = []
    var dropped = 0

    init(limit: Int) { self.limit = limit }

    mutating func take(_ event: CommandEvent) {
        switch event {
        case .output(let bytes): dropped += append(bytes, to: \.output)
        case .error(let bytes): dropped += append(bytes, to: \.error)
        case .ended: break
        }
    }

    private mutating func append(_ bytes: [UInt8], to list: WritableKeyPath<Self, [UInt8]>) -> Int {
        let kept = min(bytes.count, limit - self[keyPath: list].count)
        self[keyPath: list] += bytes.prefix(kept)
        return bytes.count - kept
    }
}
