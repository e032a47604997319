public import Foundation
public import GodHandCore

/// A run that another tool wrote, as a trace would tell it.
public struct ImportedRun: Sendable {
    /// What happened, in order.
    public internal(set) var events: [RunEvent]
    /// What the file holds and a trace does not, each in a sentence.
    public internal(set) var losses: [String] = []

    /// Reads a trajectory in the Agent Trajectory Interchange Format.
    ///
    /// - Parameters:
    ///   - file: The JSON file; pictures are looked for beside and below it.
    ///   - limits: How much is taken.
    /// - Throws: `GodHandError` with `not-found` or `data.damaged`.
    public static func atif(_ file: URL, limits: TraceLimits = TraceLimits()) throws -> ImportedRun {
        let files = ImportedFiles(file.deletingLastPathComponent(), limits)
        let data = try files.file(file.lastPathComponent)
        var reading = ATIFImport(files: files)
        guard TraceLine.isShallow(data[...]), let json = try? JSONDecoder().decode(JSONValue.self, from: Data(data)),
            let run = try reading.run(json)
        else { throw damaged(file) }
        return run
    }

    /// Reads the result directory of one task in OSWorld.
    ///
    /// - Parameters:
    ///   - directory: The one in which `traj.jsonl` lies.
    ///   - limits: How much is taken.
    /// - Throws: `GodHandError` with `not-found` or `data.damaged`.
    public static func osWorld(_ directory: URL, limits: TraceLimits = TraceLimits()) throws -> ImportedRun {
        let files = ImportedFiles(directory, limits)
        let data = try files.file(OSWorldExport.file)
        var lines: [JSONValue] = []
        for line in data.split(separator: UInt8(ascii: "\n")) {
            guard lines.count < limits.records, TraceLine.isShallow(line),
                let value = try? JSONDecoder().decode(JSONValue.self, from: Data(line))
            else { throw damaged(directory.appending(path: OSWorldExport.file)) }
            lines.append(value)
        }
        var reading = OSWorldImport(files: files)
        return try reading.run(lines)
    }

    /// Writes it as a trace. Its records get the time of now; steps keep theirs.
    ///
    /// - Throws: What `TraceWriter` throws.
    public func write(to directory: URL) async throws {
        let writer = try TraceWriter(directory: directory, durability: .none)
        for event in events { try await writer.record(event) }
    }

    private static func damaged(_ file: URL) -> GodHandError {
        GodHandError(
            .dataDamaged, "\(file.lastPathComponent) cannot be read as what it should be.",
            hint: "It may be of another format, cut off, or nested too deep.")
    }
}
