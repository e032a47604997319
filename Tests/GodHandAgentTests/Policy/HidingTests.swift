import Foundation
import GodHandCore
import GodHandTesting
import GodHandTrace
import Testing

@testable import GodHandAgent

/// What must not be seen is in no file of a trace: not as text, in whatever encoding, and not as pixels.
@Suite struct HidingTests {
    private static let secret = Rect(x: 40, y: 30, width: 200, height: 100)

    /// A machine whose screen shows red where nobody may look.
    private static func withSecretScreen<Result>(
        _ body: (SandboxScope, Sandbox) async throws -> Result
    ) async throws -> Result {
        try await SimulatedBackend().withSandboxScope { scope in
            let sandbox = try await scope.create(.desktop)
            return try await body(scope, sandbox)
        }
    }

    /// Every picture below a directory.
    private static func pictures(in directory: URL) throws -> [Frame] {
        let names = FileManager.default.enumerator(atPath: directory.path())?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".png") }.map {
            try PNG.decode(try Data(contentsOf: directory.appending(path: $0)))
        }
    }

    @Test func `what a mask marks is black in every picture of a trace, and for the model`() async throws {
        try await withTemporary { directory in
            let model = ScriptedModel([
                .act(click(300, 300)), .act(.zoom(Rect(x: 0, y: 0, width: 400, height: 300))), .act(click(100, 60)),
                .act(.done("x")),
            ])
            var agent = quickAgent(model)
            agent.settings.masks = [FixedMask(Self.secret)]
            let writer = try TraceWriter(directory: directory)
            try await Self.withSecretScreen { scope, sandbox in
                _ = try await agent.pursue("g", in: sandbox, recorder: writer)
                // The machine itself is as it was: only what is seen of it is painted over.
                let screen = try await sandbox.display.frame().frame
                #expect(try screen.cropped(to: Self.secret).pixels != Self.black)
                let fork = try await scope.fork(
                    sandbox.masked(by: agent.settings.masks), into: 1, preserving: .memory)[0]
                #expect(try await fork.display.frame().frame.cropped(to: Self.secret).pixels == Self.black)
            }
            let trace = try Trace(directory: directory)
            let pictures = try Self.pictures(in: directory)
            #expect(pictures.count >= 2)
            for picture in pictures where picture.size == Size(width: 1280, height: 800) {
                #expect(try picture.cropped(to: Self.secret).pixels == Self.black)
            }
            let steps = trace.events.compactMap { if case .step(let step) = $0 { step } else { nil } }
            #expect(!steps.isEmpty && steps.allSatisfy { $0.before.hidden == [Self.secret] })
            for request in model.requests {
                for image in request.turns.flatMap(\.pictures) {
                    // A zoom shows a part of the screen, made larger. What is between two pixels may be of both.
                    let picture = try PNG.decode(image.png)
                    let scale = Double(picture.size.width) / Double(image.region.size.width)
                    func scaled(_ length: Int) -> Int { Int(Double(length) * scale) }
                    let inside = Rect(
                        x: scaled(Self.secret.x - image.region.x) + 2, y: scaled(Self.secret.y - image.region.y) + 2,
                        width: scaled(Self.secret.width) - 4, height: scaled(Self.secret.height) - 4)
                    let pixels = try picture.cropped(to: inside).pixels
                    #expect(pixels.enumerated().allSatisfy { $0.offset % 4 == 3 || $0.element == 0 })
                }
            }
        }
    }

    private static let black = (0..<secret.size.area).flatMap { _ in [0, 0, 0, 255] as [UInt8] }

    @Test func `a mask that fails hides everything`() async throws {
        try await Self.withSecretScreen { _, sandbox in
            let masked = sandbox.masked(by: [MaskRule { _, _ in throw GodHandError(.notFound, "?") }])
            let frame = try await masked.display.frame().frame
            #expect(frame.pixels.enumerated().allSatisfy { $0.offset % 4 == 3 || $0.element == 0 })
        }
    }

    @Test(arguments: [
        "AKIAIOSFODNN7EXAMPLE", "ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "sk-" + "ant-api03-" + String(repeating: "a1B2", count: 10),
        "xoxb-123456789012-abcdefGHIJ", "AIzaSyA-0123456789abcdefghijklmnopqrstuv",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc==\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk",
    ])
    func `what looks like a key is left out`(key: String) throws {
        let redactor = Redactor([:])
        #expect(redactor.redacted("a \(key)") == "a (key material)")
        #expect(redactor.redacted("\"\(key)\"").hasPrefix("\"(key material)"))
    }

    @Test(arguments: [
        "task-force-one-two-three-four-five", "AKIA", "sk-short", "-----BEGIN CERTIFICATE-----\nMII\n", "eyJust a word",
        "desk-0123456789012345678901234567890",
    ])
    func `what does not is kept`(text: String) { #expect(Redactor([:]).redacted(text) == text) }

    @Test func `what is typed into a password field is in no file`() async throws {
        let password = "hunter2-Passw0rd"
        try await withTemporary { directory in
            let model = ScriptedModel([
                .act(.input(.type("plain words"))),
                .act(.input(.type(password)), saying: "I type \(password) now."), .act(.done("It was \(password).")),
            ])
            var agent = quickAgent(model)
            agent.settings.passwordFields = PasswordFields { context in context.step > 1 }
            let writer = try TraceWriter(directory: directory)
            try await Self.withSecretScreen { _, sandbox in
                let report = try await agent.pursue("g", in: sandbox, recorder: writer)
                // It really was typed; only what is written down says nothing of it.
                #expect(report.steps.map(\.action).contains(.input(.type(password))), "\(report.steps.map(\.action))")
            }
            try TraceReport.write(of: directory)
            let names = FileManager.default.enumerator(atPath: directory.path())?.compactMap { $0 as? String } ?? []
            var looked = 0
            for name in names {
                guard let data = try? Data(contentsOf: directory.appending(path: name)) else { continue }
                looked += data.count
                let text = String(decoding: data, as: UTF8.self)
                for (encoding, form) in try RedactorTests.encodings(of: password) {
                    #expect(!text.contains(form), "\(name): \(encoding)")
                }
            }
            #expect(looked > 1_000)
            let text = try String(contentsOf: directory.appending(path: "trace.jsonl"), encoding: .utf8)
            #expect(text.contains("plain words") && text.contains("(secret typed-1)"))
        }
    }

    private func withTemporary(_ body: (URL) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "godhand-hiding-\(SandboxID.unique())", directoryHint: .isDirectory)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(directory)
    }
}
