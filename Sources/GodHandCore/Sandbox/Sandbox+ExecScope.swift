import Synchronization

extension Sandbox {
    /// Runs a command in the guest and lends it to the body while it runs: to read as it writes, and to answer it.
    ///
    /// When the body ends, the command's whole process group is killed unless the command is over.
    /// ```swift
    /// try await sandbox.withExec(["journalctl", "-f"]) { process in
    ///     for try await piece in process.output { ... }
    /// }
    /// ```
    /// - Parameters:
    ///   - arguments: The program, looked up in the guest's `PATH`, and its arguments. No shell takes them apart.
    ///   - environment: Added to the guest's environment.
    ///   - workingDirectory: Where it runs; nil for the user's home.
    ///   - user: Who it runs as; nil for the machine's user.
    ///   - takesInput: Whether the body will write to its standard input. Otherwise that is empty.
    ///   - body: Uses the command, which must not outlive it.
    /// - Returns: What the body returns.
    /// - Throws: ``GodHandError`` with `exec.failed` if it could not be started, `unsupported`, `request.invalid`; or what
    ///   the body throws.
    public func withExec<Success>(
        _ arguments: [String], environment: [String: String] = [:], workingDirectory: String? = nil,
        user: String? = nil, takesInput: Bool = false,
        _ body: (ExecProcess) async throws -> sending Success
    ) async throws -> sending Success {
        var command = Command(arguments)
        command.environment = environment
        command.workingDirectory = workingDirectory
        command.user = user
        command.takesInput = takesInput
        let running = try await shell(for: command).start(command)
        do {
            let result = try await body(ExecProcess(running, takesInput: takesInput))
            await shielded { await running.abandon() }
            return result
        } catch {
            await shielded { await running.abandon() }
            throw error
        }
    }
}

/// A command that runs in a guest, inside ``Sandbox/withExec(_:environment:workingDirectory:user:takesInput:_:)``.
public final class ExecProcess: Sendable {
    private let running: any RunningCommand
    private let takesInput: Bool
    private let ending = Mutex<ExitStatus?>(nil)

    init(_ running: any RunningCommand, takesInput: Bool) {
        self.running = running
        self.takesInput = takesInput
    }

    /// A piece of what a command writes.
    public enum Piece: Sendable, Hashable {
        /// From standard output.
        case output([UInt8])
        /// From standard error.
        case error([UInt8])
    }

    /// What the command writes, as it writes it. While nobody asks for the next piece the command blocks.
    ///
    /// One task may read it, once.
    public var output: Output { Output(process: self) }

    /// Hands bytes to its standard input; returns when they are on their way.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if the command was started without input.
    public func write(_ bytes: [UInt8]) async throws {
        try requireInput()
        try await running.write(bytes)
    }

    /// Ends its standard input.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if the command was started without input.
    public func finishInput() async throws {
        try requireInput()
        try await running.closeInput()
    }

    /// Sends a signal to its whole process group.
    public func signal(_ number: Int32) async throws { try await running.signal(number) }

    /// Waits until it is over and says how it ended. Output that was not read yet is dropped.
    public func status() async throws -> ExitStatus {
        while try await next() != nil {}
        guard let status = ending.withLock({ $0 }) else { throw CancellationError() }
        return status
    }

    fileprivate func next() async throws -> Piece? {
        if ending.withLock({ $0 != nil }) { return nil }
        switch try await running.next() {
        case .output(let bytes): return .output(bytes)
        case .error(let bytes): return .error(bytes)
        case .ended(let status):
            ending.withLock { $0 = status }
            return nil
        }
    }

    private func requireInput() throws {
        guard takesInput else {
            throw GodHandError(
                .invalidRequest, "The command was started without standard input.", hint: "Pass takesInput: true.")
        }
    }

    /// The pieces that a command writes, until it ends.
    public struct Output: AsyncSequence, Sendable {
        fileprivate let process: ExecProcess

        /// Begins to read.
        public func makeAsyncIterator() -> Iterator { Iterator(process: process) }

        /// Reads one piece after the other.
        public struct Iterator: AsyncIteratorProtocol {
            fileprivate let process: ExecProcess

            /// The next piece, or nil once the command is over.
            public mutating func next() async throws -> Piece? { try await process.next() }
        }
    }
}
