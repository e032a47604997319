/// Facet: commands in the guest.
///
/// A backend gives one method. Collecting output, deadlines, file copy and the scoped form are extensions.
public protocol Shell: Sendable {
    /// Starts a command. The caller must finish it: by reading ``RunningCommand/next()`` to its end or by
    /// ``RunningCommand/abandon()``.
    ///
    /// - Throws: ``GodHandError`` with `exec.failed` if the program cannot be started.
    func start(_ command: Command) async throws -> any RunningCommand
}

/// A command that runs in a guest.
public protocol RunningCommand: Sendable {
    /// The next piece of output, then `.ended` once and for ever.
    ///
    /// While nobody asks, the command's output waits in the guest and the command blocks: nothing piles up.
    /// If the waiting task is cancelled, the command is abandoned.
    func next() async throws -> CommandEvent
    /// Hands bytes to its standard input; returns when they are on their way.
    func write(_ bytes: [UInt8]) async throws
    /// Ends its standard input.
    func closeInput() async throws
    /// Sends a signal to its whole process group.
    func signal(_ number: Int32) async throws
    /// Kills its whole process group and lets go of all that belongs to it. Never blocks for long; harmless at any time.
    func abandon() async
}

/// What a running command tells.
public enum CommandEvent: Sendable, Hashable {
    /// It wrote to standard output.
    case output([UInt8])
    /// It wrote to standard error.
    case error([UInt8])
    /// It is over, and all its output has been told.
    case ended(ExitStatus)
}

/// How a command ended.
public enum ExitStatus: Sendable, Hashable, Codable, CustomStringConvertible {
    /// By itself, with this code.
    case exited(Int32)
    /// Killed by a signal of this number.
    case signalled(Int32)

    /// Whether it exited with code zero.
    public var isSuccess: Bool { self == .exited(0) }

    /// The exit code as a shell gives it: 128 and the number for a signal.
    public var code: Int32 {
        switch self {
        case .exited(let code): code
        case .signalled(let number): 128 + number
        }
    }

    /// `exit code 1`, or `signal 9`.
    public var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let number): "signal \(number)"
        }
    }
}

/// A command for the guest: always an argument vector, never a line for a shell to take apart.
public struct Command: Sendable, Hashable {
    /// The program, looked up in the guest's `PATH`, and its arguments.
    public var arguments: [String]
    /// Added to the guest's environment.
    public var environment: [String: String] = [:]
    /// Where it runs; nil for the user's home.
    public var workingDirectory: String?
    /// Who it runs as; nil for the machine's user.
    public var user: String?
    /// Whether standard input follows. Otherwise it is empty.
    public var takesInput = false

    /// Makes a command of an argument vector.
    public init(_ arguments: [String]) { self.arguments = arguments }
}

/// What a finished command left.
public struct ExecResult: Sendable, Hashable {
    /// How it ended. A code other than zero is a value, not an error.
    public var status: ExitStatus
    /// What it wrote to standard output, up to the limit of the call.
    public var standardOutput: [UInt8]
    /// What it wrote to standard error, up to the limit of the call.
    public var standardError: [UInt8]
    /// How many bytes were dropped because a limit was reached.
    public var droppedBytes: Int

    /// Makes a result.
    public init(status: ExitStatus, standardOutput: [UInt8], standardError: [UInt8], droppedBytes: Int = 0) {
        self.status = status
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.droppedBytes = droppedBytes
    }

    /// Whether it exited with code zero.
    public var isSuccess: Bool { status.isSuccess }
    /// Standard output as text; bytes that are not UTF-8 are replaced.
    public var output: String { String(decoding: standardOutput, as: UTF8.self) }
    /// Standard error as text; bytes that are not UTF-8 are replaced.
    public var errorOutput: String { String(decoding: standardError, as: UTF8.self) }
}
