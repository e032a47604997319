public import Foundation
public import GodHandCore

/// A value that is written down in every way that Python's library knows, and the search for it in files, in the same
/// hands: so what keeps it out is not tested by itself.
public struct PlantedSecrets: Sendable {
    /// Whether what needs it is to be tried: where Python is there, or where nothing may be left out silently.
    public static let isWanted =
        python != nil || ProcessInfo.processInfo.environment["GODHAND_REQUIRE_ENGINE"] != nil
    private static let python = ToolRun.path(of: "python3")

    /// The value.
    public let value: String
    /// Texts that give it away, by how it is written in them.
    public let texts: [String: String]
    /// Texts of which nothing can be got back, whoever tries.
    public let lost: [String: String]
    /// Files of pictures that hold it beside their pixels.
    public let pictures: [String: Data]
    /// A text that holds more than anybody looks through, compressed.
    public let large: String
    /// A text that holds something else, compressed.
    public let harmless: String

    /// Writes a value down.
    public init(_ value: String) throws {
        struct Plants: Decodable {
            var texts: [String: String]
            var lost: [String: String]
            var pictures: [String: Data]
            var large: String
            var harmless: String
        }
        let output = try Self.python(["plant"], value).output
        let plants = try JSONDecoder().decode(Plants.self, from: Data(output.utf8))
        self.value = value
        (texts, lost, pictures) = (plants.texts, plants.lost, plants.pictures)
        (large, harmless) = (plants.large, plants.harmless)
    }

    /// Where the value can be got out of the files below a directory: one line for each way.
    public func found(in directory: URL) throws -> [String] {
        let (status, output) = try Self.python(["hunt", directory.path(percentEncoded: false)], value)
        let lines = output.split(separator: "\n").map(String.init)
        guard status == (lines.isEmpty ? 0 : 1) else { throw GodHandError(.execFailed, "Python ended: \(output)") }
        return lines
    }

    private static func python(_ arguments: [String], _ value: String) throws -> (status: Int32, output: String) {
        guard let python else { throw GodHandError(.notFound, "There is no Python.") }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "planted.py")
        return try ToolRun.output(
            of: python, [script.path(percentEncoded: false)] + arguments, input: try JSONEncoder().encode(value))
    }

    /// A run in which every text holds one of the plants, and every picture, too.
    ///
    /// - Parameter spec: What its machine was made to be.
    public func run(on spec: SandboxSpec = .desktop) -> [RunEvent] {
        var spec = spec
        spec.environment = ["WORD": value, value: "word"]
        spec.labels = ["word": value]
        spec.hostname = value
        let sandbox = SandboxID(rawValue: "machine-\(value)")
        let header = RunHeader(
            run: value, goal: "Use \(value)", spec: spec, sandbox: sandbox, backend: value, planner: value,
            model: ModelIdentity(provider: value, name: value),
            provenance: MachineProvenance(imageDigest: value, engine: value), versions: [value: value],
            continues: Continuation(run: value, records: 1, digest: "", steps: 0, time: .zero))
        var events: [RunEvent] = [
            .started(header), .lifecycle(LifecycleEvent(.created, sandbox: sandbox, origin: value, spec: spec)),
        ]
        let files = pictures.sorted { $0.key < $1.key }.map(\.value)
        for (index, (_, text)) in texts.sorted(by: { $0.key < $1.key }).enumerated() {
            events += steps(index + 1, text, files[index % files.count], sandbox)
        }
        events += pictures.values.map { file in
            .modelTurn(ConversationEntry(.program, model: value, content: .string(value), pictures: [file]))
        }
        events += branch(files, sandbox)
        return events + [.finished(.failed(code: .execFailed, message: value))]
    }

    /// A text wherever a step, and what belongs to it, can hold one.
    private func steps(_ index: Int, _ text: String, _ picture: Data, _ sandbox: SandboxID) -> [RunEvent] {
        let screen = Screenshot(png: picture, size: Size(width: 8, height: 8))
        let seen = Observation(screenshot: screen, isSettled: true, windowTitle: text)
        let verdict = Verdict(
            passed: true, claim: text, evidence: text, parts: [Verdict(passed: true, claim: text, evidence: text)],
            check: .object(["kind": "text", text: .string(text)]))
        let actions: [Action] = [
            .input(.type(text)), .exec(["echo", text]), .open(text), .done(text), .fail(text), .ask(text),
            .element(.named(role: text, name: text), .type(text, replacing: true)),
            .waitFor(.text(text), atMost: .seconds(1)), .waitFor(.window(text), atMost: .seconds(1)),
            .waitFor(.element(role: text, name: text), atMost: .seconds(1)), .input(.key(KeyChord(keys: [text]))),
        ]
        let action = actions[index % actions.count]
        let step = Step(
            index: index, intent: text, reasoning: text, action: action, before: seen, after: seen, verdict: verdict,
            timings: StepTimings(), startedAt: Date())
        let command = CommandRun(
            sandbox: sandbox, arguments: ["cat", text], status: .exited(0), output: text, errorOutput: text)
        let content: JSONValue = .object(["input": .array([.string(text)]), text: .null])
        return [
            .exec(command), .step(step), .check(verdict),
            .modelTurn(ConversationEntry(.model, model: "m", content: content)),
            .decision(ActionDecision(.rewritten, of: action, reason: text, replacement: action)),
            .intervention(Intervention(.hint, text)),
        ]
    }

    private func branch(_ files: [Data], _ sandbox: SandboxID) -> [RunEvent] {
        let screens = files.map { Screenshot(png: $0, size: Size(width: 8, height: 8)) }
        let opening = BranchOpening(
            parent: 0, title: value, reasoning: value, sandbox: sandbox, preservation: .filesystem)
        let verdict = Verdict(passed: true, claim: value, evidence: value)
        return screens.enumerated().flatMap { index, screen -> [RunEvent] in
            let events: [BranchEvent] = [
                BranchEvent(index + 1, .opened(opening)),
                BranchEvent(index + 1, .scored(BranchScore(1, reason: value, verdicts: [verdict]), screen: screen)),
                BranchEvent(index + 1, .closed(BranchClosing(.lost, reason: value, screen: screen))),
            ]
            return events.map { .branch($0) }
                + [
                    .within(branch: index + 1, .finished(.achieved(value))),
                    .within(
                        branch: index + 1,
                        .exec(
                            CommandRun(
                                sandbox: sandbox, arguments: [value], status: .exited(0), output: value,
                                errorOutput: value))),
                ]
        }
    }
}
