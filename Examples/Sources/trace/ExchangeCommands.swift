import ArgumentParser
import Foundation
import GodHandCore
import GodHandTrace

/// Writes a trace in the format of another tool.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write it in the format of another tool.",
        discussion: """
            atif: the Agent Trajectory Interchange Format, of Harbor. osworld: the result directory of a task in OSWorld. \
            chat: JSON Lines for fine-tuning. otlp: spans of OpenTelemetry as a file that a collector takes.
            """)

    @OptionGroup var source: TraceArgument
    @Option(help: "atif, osworld, chat or otlp.") var format: String
    @Option(name: .shortAndLong, help: "A new directory; for otlp a new file.") var output: String
    @Flag(help: "For otlp: also what was typed, run and found.") var content = false

    func run() throws {
        let trace = try source.read()
        if format == "otlp" { return try exportSpans(of: trace) }
        guard let format = ExportFormat(rawValue: format) else {
            throw ValidationError("'\(format)' is no format; there are: atif, osworld, chat, otlp.")
        }
        print(try trace.export(as: format, to: URL(filePath: output, directoryHint: .isDirectory)).relativePath)
    }

    private func exportSpans(of trace: Trace) throws {
        let file = URL(filePath: output)
        try SpanFile.make(of: trace, content: content).write(to: file, options: .withoutOverwriting)
        print(file.relativePath)
    }
}

/// Makes a trace of what another tool wrote.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a trace of what another tool wrote.")

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case atif, osworld
    }

    @Argument(help: "For atif the JSON file, for osworld the directory of the task.") var input: String
    @Option(help: "atif or osworld.") var format: Format
    @Option(name: .shortAndLong, help: "The new trace's directory.") var output: String

    func run() async throws {
        let run: ImportedRun =
            switch format {
            case .atif: try .atif(URL(filePath: input))
            case .osworld: try .osWorld(URL(filePath: input, directoryHint: .isDirectory))
            }
        try await run.write(to: URL(filePath: output, directoryHint: .isDirectory))
        for loss in run.losses { print("· \(loss.printable)") }
        print(output)
    }
}
