public import Foundation

/// Programs that tests ask, or hand something to.
public enum ToolRun {
    /// Where a program is; nil if it is in no directory of `PATH`.
    public static func path(of program: String) -> String? {
        let directories = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return directories.lazy.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What a program writes to both of its outputs, and how it ends.
    ///
    /// - Parameters:
    ///   - program: Its path.
    ///   - arguments: What it is given.
    ///   - input: What it reads; small enough for a pipe.
    ///   - directory: Where it runs; nil for where this process does.
    public static func output(
        of program: String, _ arguments: [String], input: Data = Data(), in directory: URL? = nil
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        if let directory { process.currentDirectoryURL = directory }
        let (source, pipe) = (Pipe(), Pipe())
        process.standardInput = source
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        try source.fileHandleForWriting.write(contentsOf: input)
        try source.fileHandleForWriting.close()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
