import Foundation
import GodHandCore
import GodHandTesting
import GodHandTrace
import TestSupport
import Testing

@testable import GodHandAgent

/// A value that somebody else's tools wrote down in every way they know, and look for afterwards.
@Suite(
    .enabled(if: PlantedSecrets.isWanted, "python3 is not installed: Scripts/packages.sh test does that."),
    .timeLimit(.minutes(5)))
struct PlantedSecretTests {
    static let values = [
        "c4nary-Passw0rd!", "it's \"quoted\" & <tagged>", "grüße-π-🔑x-and-more", "a+b/c=d==e?f",
        "first line\nsecond line",
        "48151623420815",
    ]

    @Test(arguments: values) func `nobody gets it back from any file of a trace`(value: String) async throws {
        let plants = try PlantedSecrets(value)
        try await withTemporary { directory in
            let trace = directory.appending(path: "trace", directoryHint: .isDirectory)
            let writer = try TraceWriter(directory: trace, durability: .none)
            let recorder = RedactingRecorder(writer, Redactor(["mail": value]))
            for event in plants.run() { try await recorder.record(event) }
            try await writer.flush()
            try TraceReport.write(of: trace)
            for format in ExportFormat.allCases {
                _ = try Trace(directory: trace).export(as: format, to: directory.appending(path: format.rawValue))
            }
            let found = try plants.found(in: directory)
            #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
            let text = try String(contentsOf: trace.appending(path: "trace.jsonl"), encoding: .utf8)
            for word in ["(secret mail)", "(compressed secret)", "host = example"] { #expect(text.contains(word)) }
        }
    }

    /// A search that finds nothing proves nothing unless it finds what is there.
    @Test func `without a redactor each of them is found`() async throws {
        let plants = try PlantedSecrets(Self.values[0])
        try await withTemporary { directory in
            for (name, text) in plants.texts.merging(plants.lost, uniquingKeysWith: { $1 }) {
                let writer = try TraceWriter(directory: directory.appending(path: name), durability: .none)
                try await writer.record(
                    .exec(
                        CommandRun(
                            sandbox: SandboxID(rawValue: "a"), arguments: ["cat"], status: .exited(0), output: text,
                            errorOutput: "")))
                try await writer.flush()
            }
            for (name, file) in plants.pictures {
                let place = directory.appending(path: name)
                try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
                try file.write(to: place.appending(path: "picture.png"))
            }
            let found = Set(
                try plants.found(in: directory).compactMap { $0.split(separator: "/").first.map(String.init) })
            #expect(found == Set(plants.texts.keys).union(plants.pictures.keys))
            #expect(!plants.lost.isEmpty && found.isDisjoint(with: plants.lost.keys))
        }
    }

    @Test(arguments: values) func `what stands around a value is kept`(value: String) throws {
        let plants = try PlantedSecrets(value)
        let redactor = Redactor(["mail": value], keyMaterial: false)
        for (name, text) in plants.texts {
            let clean = redactor.redacted(text)
            #expect(clean.contains("(secret mail)") || clean.contains("(compressed secret)"), "\(name): \(clean)")
        }
        let plain = try #require(plants.texts["plain"])
        #expect(redactor.redacted(plain) == plain.replacingOccurrences(of: value, with: "(secret mail)"))
    }

    @Test func `what is too large to look through is left out`() throws {
        let plants = try PlantedSecrets(Self.values[0])
        let text = "before \(plants.large) after"
        #expect(
            Redactor(["mail": plants.value]).redacted(text) == "before (compressed, too large to look through) after")
        let small = "before \(plants.harmless) after"
        #expect(Redactor(["mail": plants.value]).redacted(small) == small, "it holds nothing")
    }

    @Test func `a number of digits is a text as well`() {
        let redactor = Redactor(["pin": "48151623"])
        #expect(redactor.redacted(.array([.integer(48_151_623), .integer(7)])) == ["(secret pin)", 7])
        #expect(redactor.redacted(.number(0.48151623)) == "0.(secret pin)")
    }

    @Test func `painting over afterwards gives the pixels that a mask gives`() async throws {
        let parts = [Rect(x: 40, y: 30, width: 200, height: 100), Rect(x: 1200, y: 700, width: 900, height: 900)]
        try await SimulatedBackend().withSandbox(.desktop) { sandbox in
            let plain = Observation(screenshot: try await sandbox.display.screenshot())
            let step = Step(
                index: 1, intent: "i", action: .look, before: plain, after: plain, verdict: nil, timings: StepTimings(),
                startedAt: Date())
            let event = RunEvent.within(branch: 1, .step(step)).hiding(parts)
            guard case .within(1, .step(let hidden)) = event else { throw GodHandError(.notFound, "\(event)") }
            let masked = sandbox.masked(by: [FixedMask(parts[0]), FixedMask(parts[1])])
            let (frame, _) = try await masked.display.frame()
            #expect(try PNG.decode(hidden.after.screenshot.png) == frame)
            #expect(hidden.before.hidden == parts)
        }
    }

    private func withTemporary(_ body: (URL) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "godhand-planted-\(SandboxID.unique())", directoryHint: .isDirectory)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(directory)
    }
}
