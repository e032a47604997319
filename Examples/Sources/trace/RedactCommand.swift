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
            The trace itself stays as it is. Secrets and what patterns match are replaced in all texts, in whatever \
            encoding they stand. Pixels are not read: name the places of the screen to paint over.
            """)

    @OptionGroup var source: TraceArgument
    @OptionGroup var secrets: SecretsArgument
    @Option(help: "A regular expression for what is secret. May be given several times.") var pattern: [String] = []
    @Option(help: "A place to paint over in all pictures: x,y,width,height. May be given several times.")
    var hide: [RectArgument] = []
    @Option(name: .shortAndLong, help: "The new trace's directory.") var output: String

    func validate() throws {
        if secrets.secrets == nil, pattern.isEmpty, hide.isEmpty {
            throw ValidationError("Say what is to go: --secrets, --pattern or --hide.")
        }
    }

    func run() async throws {
        let trace = try source.read()
        var values = try secrets.values()
        for (index, match) in try matches(in: trace).enumerated() { values["pattern-\(index + 1)"] = match }
        if let short = values.first(where: { $0.value.utf8.count < 4 }) {
            throw ValidationError("What '\(short.key)' stands for is shorter than 4 bytes: too much would be replaced.")
        }
        let redactor = Redactor(values)
        let painter = Painter(places: hide.map(\.rect))
        try await trace.copy(to: URL(filePath: output, directoryHint: .isDirectory)) { event in
            try painter.painted(redactor.redacted(event))
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

/// Paints over places of screens.
private struct Painter: Sendable {
    let places: [Rect]

    func painted(_ event: RunEvent) throws -> RunEvent {
        if places.isEmpty { return event }
        switch event {
        case .step(var step):
            step.before = try painted(step.before)
            step.after = try painted(step.after)
            return .step(step)
        case .modelTurn(var entry):
            // What a model saw may be scaled or cut out, so no place in it is known.
            let nothing = try PNG.encode(Frame(size: Size(width: 1, height: 1), pixels: [0, 0, 0, 255]))
            entry.pictures = entry.pictures.map { _ in nothing }
            return .modelTurn(entry)
        case .branch(var event):
            switch event.change {
            case .opened: break
            case .scored(let score, let screen): event.change = .scored(score, screen: try screen.map(painted))
            case .closed(var closing):
                closing.screen = try closing.screen.map(painted)
                event.change = .closed(closing)
            }
            return .branch(event)
        case .within(let branch, let inner): return .within(branch: branch, try painted(inner))
        default: return event
        }
    }

    private func painted(_ observation: Observation) throws -> Observation {
        var observation = observation
        observation.screenshot = try painted(observation.screenshot)
        observation.hidden += places
        return observation
    }

    private func painted(_ screenshot: Screenshot) throws -> Screenshot {
        if screenshot.png.isEmpty { return screenshot }
        let frame = places.reduce(try PNG.decode(screenshot.png)) { $0.filling($1, red: 0, green: 0, blue: 0) }
        return Screenshot(
            png: try PNG.encode(frame), size: screenshot.size, takenAt: screenshot.takenAt, serial: screenshot.serial)
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
