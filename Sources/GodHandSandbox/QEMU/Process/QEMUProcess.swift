import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// A running QEMU: its process, and what it said on its way.
///
/// It has a session of its own, so no signal of a terminal reaches it; no environment; nothing on its standard streams
/// except one end of a socket as its input, on which it speaks QMP, and a pipe for its errors.
final class QEMUProcess: Sendable {
    /// How a process ended.
    enum End: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// Which process it is.
    let process: HostProcess
    private let log: LogTail
    private let ended: Promise<End>

    private init(_ process: HostProcess, log: LogTail, ended: Promise<End>) {
        self.process = process
        self.log = log
        self.ended = ended
    }

    /// Starts a program whose standard input is a socket, and returns the other end.
    ///
    /// The program's end stays open nowhere else, so ours is closed when the program is gone.
    ///
    /// - Parameter arguments: The program, which is looked up in the usual places, and its arguments.
    /// - Throws: As ``start(_:)``.
    static func startConnected(_ arguments: [String]) async throws -> (QEMUProcess, SocketStream) {
        let (ours, theirs) = try Descriptor.socketPair()
        let stream = SocketStream(descriptor: ours)
        do { return (try await start(arguments, input: theirs), stream) } catch {
            stream.close()
            throw error
        }
    }

    /// Starts a program without any input.
    ///
    /// - Throws: `GodHandError` with `qemu.unavailable` if there is no such program, or `host.failed`.
    static func start(_ arguments: [String]) async throws -> QEMUProcess { try await start(arguments, input: nil) }

    /// - Parameter input: A descriptor that becomes its standard input, and is closed here whatever happens.
    private static func start(_ arguments: [String], input: Int32?) async throws -> QEMUProcess {
        let program = arguments.first ?? ""
        guard let path = ProgramSearch.path(of: program) else {
            if let input { Descriptor.close(input) }
            throw GodHandError(
                .qemuUnavailable, "The program \(program) is not on this machine.",
                hint: "Run Scripts/packages.sh vm, or install QEMU 7.2 or newer.")
        }
        let log = LogTail()
        let started = Promise<HostProcess>()
        let ended = Promise<End>()
        Task {
            do {
                let end = try await run(path, Array(arguments.dropFirst()), input: input, log: log, started: started)
                ended.finish(.success(end))
            } catch {
                started.finish(.failure(error))
                ended.finish(.failure(error))
            }
        }
        let process: HostProcess
        do {
            // A start that is under way cannot be taken back, so a cancellation counts afterwards.
            process = try await shielded { try await started.value() }
        } catch let error as GodHandError { throw error } catch {
            throw GodHandError(.hostFailed, "The program \(program) could not be started: \(error).", cause: error)
        }
        let qemu = QEMUProcess(process, log: log, ended: ended)
        if Task.isCancelled {
            await qemu.kill()
            throw CancellationError()
        }
        return qemu
    }

    /// The end of what it wrote.
    var lastWords: String { log.text }

    /// Waits for its end. A cancelled task gives up waiting.
    func waitForEnd() async throws -> End { try await ended.value() }

    /// Ends it and waits until it is gone. Harmless when it is.
    func kill() async {
        process.kill()
        _ = try? await shielded { [ended] in try await ended.value() }
    }

    private static func run(
        _ path: String, _ arguments: [String], input: Int32?, log: LogTail, started: Promise<HostProcess>
    ) async throws -> End {
        var options = PlatformOptions()
        options.createSession = true
        let status: TerminationStatus
        if let input {
            status = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments), environment: .custom([:]),
                workingDirectory: "/", platformOptions: options,
                input: .fileDescriptor(FileDescriptor(rawValue: input), closeAfterSpawningProcess: true),
                output: .discarded, error: .sequence
            ) { try await follow($0, log, started) }.terminationStatus
        } else {
            status = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments), environment: .custom([:]),
                workingDirectory: "/", platformOptions: options, input: .none, output: .discarded, error: .sequence
            ) { try await follow($0, log, started) }.terminationStatus
        }
        switch status {
        case .exited(let code): return .exited(code)
        case .signaled(let number): return .signalled(number)
        }
    }

    private static func follow<Input, Output>(
        _ execution: Execution<Input, Output, SequenceOutput>, _ log: LogTail, _ started: Promise<HostProcess>
    ) async throws {
        // Whatever happened since, it was not waited for yet, so the number is still its own.
        guard let process = HostProcess(execution.processIdentifier.value) else {
            throw GodHandError(.hostFailed, "A process that was just started cannot be found.")
        }
        started.finish(.success(process))
        do {
            for try await piece in execution.standardError { piece.withUnsafeBytes { log.append($0) } }
        } catch {
            // It can say no more; its end is still waited for.
        }
    }
}
