/// A command that ran in a machine, and what came of it.
public struct CommandRun: Sendable, Hashable, Codable {
    /// Where it ran.
    public var sandbox: SandboxID
    /// The program and its arguments.
    public var arguments: [String]
    /// How it ended.
    public var status: ExitStatus
    /// What it wrote to standard output.
    public var output: String
    /// What it wrote to standard error.
    public var errorOutput: String
    /// How many bytes of both are left out: those beyond the limit of the call, and those beyond what a trace keeps.
    public var droppedBytes: Int
    /// How long it took.
    public var took: Duration?
    /// The number of the step that it belongs to; nil for none.
    public var step: Int?

    /// Makes a record of a command.
    public init(
        sandbox: SandboxID, arguments: [String], status: ExitStatus, output: String, errorOutput: String,
        droppedBytes: Int = 0, took: Duration? = nil, step: Int? = nil
    ) {
        self.sandbox = sandbox
        self.arguments = arguments
        self.status = status
        self.output = output
        self.errorOutput = errorOutput
        self.droppedBytes = droppedBytes
        self.took = took
        self.step = step
    }

    /// Makes a record of what a command left.
    public init(_ result: ExecResult, of arguments: [String], in sandbox: SandboxID, took: Duration? = nil) {
        self.init(
            sandbox: sandbox, arguments: arguments, status: result.status, output: result.output,
            errorOutput: result.errorOutput, droppedBytes: result.droppedBytes, took: took)
    }
}
