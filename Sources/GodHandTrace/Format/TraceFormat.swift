/// The names and bounds of the trace format; `Documentation/TraceFormat.md` describes it.
enum TraceFormat {
    /// The version that is written, and the newest that is understood.
    static let version = 1
    /// The file of records in a trace's directory.
    static let recordsFile = "trace.jsonl"
    /// The directory of pictures in a trace's directory.
    static let blobsDirectory = "blobs"

    /// What kinds of records there are.
    enum Kind {
        static let started = "started"
        static let lifecycle = "lifecycle"
        static let step = "step"
        static let exec = "exec"
        static let check = "check"
        static let modelTurn = "model-turn"
        static let decision = "decision"
        static let intervention = "intervention"
        static let branchOpened = "branch-opened"
        static let branchScored = "branch-scored"
        static let branchClosed = "branch-closed"
        static let inBranch = "in-branch"
        static let finished = "finished"
    }

    /// Deepest nesting of a line that is taken: decoding is recursive, and stacks are small on some threads.
    static let depth = 48
    /// Deepest nesting of verdicts that is written; it keeps every line within ``depth``.
    static let verdictDepth = 12
    /// Deepest nesting of what a verdict says was checked; what lies deeper is not written.
    static let checkDepth = 24
    /// Deepest nesting of what was said to or by a model; what lies deeper is written as null.
    static let contentDepth = 40
    /// The most bytes that are written of each output of a command.
    static let outputLimit = 32 << 10
    /// How many searches may lie one inside the other; what happens deeper is not written.
    static let searchDepth = 3
}

/// How much a reader takes from a trace before it calls it damaged. Traces are files from anywhere.
public struct TraceLimits: Sendable, Hashable {
    /// The longest line, in bytes.
    public var lineBytes = 16 << 20
    /// The largest picture, in bytes.
    public var blobBytes = 64 << 20
    /// The most bytes of different pictures together; what goes beyond counts as missing.
    public var totalBlobBytes = 1 << 30
    /// The most records.
    public var records = 1_000_000

    /// The usual limits.
    public init() {}
}
