import ArgumentParser
import Foundation
import GodHandAgent
import GodHandCore
import GodHandTrace

/// Writes a copy of a trace without what nobody else should see.
struct RedactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact", abstract: "Write a copy without secrets.",
        discussion: """
            The trace itself stays as it is. What looks like a key, secrets, and what patterns match are replaced in all \
            texts, in whatever encoding they stand. Pixels are not read: name the places of the screen to paint over. \
            This is done by what also keeps secrets out of traces while they are written.
            """)

    @OptionGroup var source: TraceArgument
    @OptionGroup var secrets: SecretsArgument
    @Option(help: "A regular expression for what is secret. May be given several times.") var pattern: [String] = []
    @Option(help: "A place to paint over in all pictures: x,y,width,height. May be given several times.")
    var hide: [RectArgument] = []
    @Option(name: .shortAndLong, help: "The new trace's directory.") var output: String

    func run() async throws {
        let trace = try source.read()
        var values = try secrets.values()
        for (index, match) in try matches(in: trace).enumerated() { values["pattern-\(index + 1)"] = match }
        if let short = values.first(where: { $0.value.utf8.count < 4 }) {
            throw ValidationError("What '\(short.key)' stands for is shorter than 4 bytes: too much would be replaced.")
        }
        let redactor = Redactor(values)
        let parts = hide.map(\.rect)
        try await trace.copy(to: URL(filePath: output, directoryHint: .isDirectory)) { event in
            redactor.redacted(event).hiding(parts)
        }
        let unknown = trace.records.count { $0.event == nil }
        if unknown > 0 {
            print("· \(unknown) records of an unknown kind were left out: nobody can say what is in them")
        }
        if trace.tail != nil { print("· what follows the last whole record was left out") }
        print(output)
    }

    /// All different texts that a pattern matches, in any text of any record.
    private func matches(in trace: Trace) throws -> [String] {
        let patterns = try pattern.map { text in
            do { return try Regex(text) } catch { throw ValidationError("'\(text)' is no regular expression.") }
        }
        if patterns.isEmpty { return [] }
        var found: Set<String> = []
        for record in trace.records {
            for text in try JSONDecoder().decode(JSONValue.self, from: record.json).texts {
                for pattern in patterns { for match in text.matches(of: pattern) { found.insert(String(match.0)) } }
            }
        }
        return found.filter { !$0.isEmpty }.sorted()
    }
}

extension JSONValue {
    /// All texts in it, names included.
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.texts)
        case .object(let members): members.flatMap { [$0.key] + $0.value.texts }
        case .ordered(let members): members.flatMap { [$0.name] + $0.value.texts }
        case .null, .bool, .integer, .number: []
        }
    }
}
