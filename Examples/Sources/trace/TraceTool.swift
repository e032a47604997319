import ArgumentParser
import Foundation
import GodHandCore
import GodHandTrace

/// Everything that can be done with a trace.
@main
struct TraceTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Look at what a run left, check it, and do it again.",
        discussion: "A trace is a directory with a file trace.jsonl and pictures. No command changes one.",
        version: HostVersions.godhand,
        subcommands: [
            ShowCommand.self, VerifyCommand.self, ReportCommand.self, VideoCommand.self, ReplayCommand.self,
            ExportCommand.self, ImportCommand.self, DiffCommand.self, RedactCommand.self,
        ])
}

/// The trace that a command is about.
struct TraceArgument: ParsableArguments {
    @Argument(help: "The directory of the trace.", completion: .directory)
    var trace: String

    var directory: URL { URL(filePath: trace, directoryHint: .isDirectory) }

    func read() throws -> Trace { try Trace(directory: directory) }
}

/// A rectangle of the screen as it is written on a command line: `x,y,width,height`.
struct RectArgument: ExpressibleByArgument {
    let rect: Rect

    init?(argument: String) {
        let numbers = argument.split(separator: ",").compactMap { Int($0) }
        guard numbers.count == 4, numbers.allSatisfy((0...100_000).contains), numbers[2] > 0, numbers[3] > 0 else {
            return nil
        }
        rect = Rect(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }
}

/// Secrets by their names, out of a file: on a command line every program of the machine could read them.
struct SecretsArgument: ParsableArguments {
    @Option(help: "A JSON file with the values of secrets by their names.", completion: .file(extensions: ["json"]))
    var secrets: String?

    func values() throws -> [String: String] {
        guard let secrets else { return [:] }
        do {
            return try JSONDecoder().decode([String: String].self, from: Data(contentsOf: URL(filePath: secrets)))
        } catch {
            throw ValidationError("\(secrets) is not a JSON object of names and texts.")
        }
    }
}

/// Prints a value as JSON.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

extension String {
    /// On one line, without what could steer a terminal: a trace is a file from anywhere.
    var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}

extension Trace {
    var header: RunHeader? {
        events.lazy.compactMap { if case .started(let header) = $0 { header } else { nil } }.first
    }
    var steps: [Step] { events.compactMap { if case .step(let step) = $0 { step } else { nil } } }
    var checks: [Verdict] { events.compactMap { if case .check(let verdict) = $0 { verdict } else { nil } } }
    var outcome: Outcome? {
        events.lazy.compactMap { if case .finished(let outcome) = $0 { outcome } else { nil } }.first
    }
}
