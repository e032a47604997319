import Foundation
import GodHandCore
import GodHandTesting
import GodHandTrace
import Synchronization
import Testing

@testable import GodHandAgent

/// Planted values, in every encoding, do not come out anywhere.
struct CanaryTests {
    private static let values = ["mail": "c4nary-Passw0rd!", "key": "k3y/with+odd=\"chars\" & 'more'"]

    private static func secrets() throws -> Secrets {
        var secrets = Secrets(windowTitle: { _ in nil }, address: { _ in nil })
        for (name, value) in values { try secrets.add(Secret(value, for: .anywhere), as: name) }
        return secrets
    }

    /// All encodings of all values in one text.
    private static func planted() throws -> String {
        try values.values.flatMap { try RedactorTests.encodings(of: $0).sorted { $0.key < $1.key }.map(\.value) }
            .joined(separator: "\n")
    }

    /// What of the encodings stands in a text.
    private static func hits(in text: String) throws -> [String] {
        try values.values.flatMap { try RedactorTests.encodings(of: $0) }.filter { text.contains($0.value) }.map(\.key)
    }

    private static func events(_ text: String) -> [RunEvent] {
        let seen = Observation(
            screenshot: Screenshot(png: Data([1, 2]), size: Size(width: 2, height: 1)), windowTitle: text)
        let verdict = Verdict(
            passed: false, claim: text, evidence: text, parts: [Verdict(passed: true, claim: text, evidence: text)])
        var spec = SandboxSpec.desktop
        spec.environment = ["KEY": text]
        spec.labels = ["note": text]
        let actions: [Action] = [
            .input(.type(text)), .exec(["echo", text]), .open(text), .element(.named(role: text, name: text), .hover),
            .element(.mark(1), .type(text)), .waitFor(.text(text), atMost: .zero),
            .waitFor(.window(text), atMost: .zero),
            .waitFor(.element(role: nil, name: text), atMost: .zero), .done(text), .fail(text), .ask(text),
            .input(.key(KeyChord(keys: [text]))), .input(.hold(KeyChord(keys: [text]), duration: .zero)),
        ]
        var events: [RunEvent] = [
            .started(RunHeader(goal: text, spec: spec, sandbox: .unique(), backend: "simulated", planner: text)),
            .lifecycle(LifecycleEvent(.forked, sandbox: .unique(), origin: text)), .check(verdict),
            .modelTurn(
                ConversationEntry(.program, model: "m", content: ["text": .string(text), "list": [.string(text)]])),
            .intervention(Intervention(.hint, text)), .finished(.achieved(text)), .finished(.abandoned(text)),
            .finished(.stopped(text)), .finished(.failed(code: .hostFailed, message: text)),
        ]
        for action in actions {
            events.append(
                .step(
                    Step(
                        index: 1, intent: text, reasoning: text, action: action, before: seen, after: seen,
                        verdict: verdict, timings: StepTimings(), startedAt: Date(timeIntervalSince1970: 0))))
            events.append(.decision(ActionDecision(.rewritten, of: action, reason: text, replacement: action)))
        }
        return events
    }

    @Test func `no file of a trace holds a value`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "canary-\(SandboxID.unique())")
        defer { try? FileManager.default.removeItem(at: directory) }
        let recorder = RedactingRecorder(try TraceWriter(directory: directory), try Self.secrets().redactor)
        let events = Self.events(try Self.planted())
        for event in events { try await recorder.record(event) }

        let names = FileManager.default.enumerator(atPath: directory.path)?.compactMap { $0 as? String } ?? []
        var looked = 0
        for name in names {
            guard let data = FileManager.default.contents(atPath: directory.appending(path: name).path) else {
                continue
            }
            looked += data.count
            // JSON hides some forms behind its own escapes, so what a reader gets is searched as well.
            #expect(try Self.hits(in: String(decoding: data, as: UTF8.self)).isEmpty, "\(name)")
        }
        let trace = try Trace(directory: directory)
        let read = String(reflecting: trace.events)
        let found = try Self.hits(in: read) + trace.events.flatMap { try Self.hits(in: Self.texts(of: $0)) }
        #expect(trace.events.count == events.count)
        #expect(looked > 10_000 && found.isEmpty)
        #expect(read.contains("(secret mail)") && read.contains("(secret key)"))
    }

    /// The texts in an event as they are, without the escapes of a description.
    private static func texts(of value: Any) -> String {
        var texts: [String] = []
        func walk(_ value: Any) {
            if let text = value as? String { texts.append(text) }
            for child in Mirror(reflecting: value).children { walk(child.value) }
        }
        walk(value)
        return texts.joined(separator: "\n")
    }

    @Test func `without the wrapper the search does find them`() throws {
        let text = Self.events(try Self.planted()).map { Self.texts(of: $0) }.joined()
        #expect(try Set(Self.hits(in: text)).count >= 30)
    }

    /// A model that keeps what it is told, and fails with it.
    private final class Indiscreet: LanguageModel {
        let name = "indiscreet"
        private let requests = Mutex<[ModelRequest]>([])
        var told: [ModelRequest] { requests.withLock { $0 } }

        func respond(
            to request: ModelRequest, progress: @escaping @Sendable (ModelProgress) -> Void
        ) async throws -> ModelResponse {
            requests.withLock { $0.append(request) }
            let words = CanaryTests.texts(of: request) + ((try? CanaryTests.planted()) ?? "")
            throw GodHandError(
                .modelProtocol, words, hint: words, cause: GodHandError(.modelDenied, words, hint: words))
        }
    }

    @Test func `no request to a model and no error holds a value`() async throws {
        let model = Indiscreet()
        let text = try Self.planted()
        let request = ModelRequest(
            instructions: text,
            turns: [
                .user([.text(text), .untrusted(text)]),
                .results([ActionResult(call: "1", content: [.text(text), .untrusted(text)])]),
            ], screen: Size(width: 640, height: 400))
        let guarded = RedactingModel(model, try Self.secrets().redactor)
        let error = await #expect(throws: GodHandError.self) { try await guarded.respond(to: request) { _ in } }
        let shown = "\(String(reflecting: error as Any)) \(error?.message ?? "") \(error?.hint ?? "")"
        #expect(try Self.hits(in: shown).isEmpty)
        let told = model.told.map { Self.texts(of: $0) }.joined()
        #expect(model.told.count == 1 && told.contains("(secret mail)"))
        #expect(try Self.hits(in: told).isEmpty)
    }

    /// The guest's side: what a machine was asked to do.
    @Test func `values reach the keyboard and no command`() async throws {
        let secrets = try Self.secrets()
        try await withDisplay { display in
            let guest = ScriptedGuest(display: display) { arguments, _ in ScriptedGuest.Answer(output: "Login\n") }
            let bench = PolicyBench(sandbox: guest.sandbox)
            let context = try await bench.context()
            let typed = try await secrets.substitute(in: .input(.type("{{secret:mail}}")), context)
            guard case .input(let input) = typed else { throw GodHandError(.notFound, "Nothing is typed.") }
            try await display.input.perform(input)

            var placed = Secrets()
            try placed.add(Secret("c4nary-Passw0rd!", for: .window("Login")), as: "mail")
            let found = try await placed.substitute(in: .input(.type("{{secret:mail}}")), context)
            #expect(typed == .input(.type("c4nary-Passw0rd!")) && found == typed)
            #expect(guest.commands == [["xdotool", "getactivewindow", "getwindowname"]])
        }
    }

    @Test func `a recorder's error says no value`() async throws {
        struct Broken: RunRecorder {
            func record(_ event: RunEvent) async throws { throw GodHandError(.hostFailed, "c4nary-Passw0rd! \(event)") }
        }
        let recorder = RedactingRecorder(Broken(), try Self.secrets().redactor)
        let error = await #expect(throws: GodHandError.self) { try await recorder.record(.finished(.achieved("x"))) }
        #expect(error?.message.contains("Passw0rd") == false)
    }
}
