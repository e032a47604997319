import Foundation
import GodHandCore
import GodHandTrace
import TestSupport
import Testing

/// What is redacted later is redacted by the code that keeps secrets out while a trace is written.
@Suite(.enabled(if: PlantedSecrets.isWanted, "python3 is not installed: Scripts/packages.sh test does that."))
struct RedactToolTests {
    @Test func `planted secrets are in no file of a copy, and masked parts are black`() async throws {
        let plants = try PlantedSecrets("c4nary-Passw0rd! & more")
        try await withTrace(of: plants.run()) { directory in
            let (trace, copy) = (directory.appending(path: "trace"), directory.appending(path: "copy"))
            let planted = try plants.found(in: trace)
            #expect(planted.contains { $0.hasPrefix("trace.jsonl: ") } && planted.contains { $0.contains(".png: ") })
            let secrets = directory.appending(path: "secrets.json")
            try JSONEncoder().encode(["mail": plants.value]).write(to: secrets)
            let (status, output) = try Tool.run(
                "redact", trace.path, "--secrets", secrets.path, "--hide", "0,0,4,4", "--output", copy.path)
            #expect(status == 0, "\(output)")
            let found = try plants.found(in: copy)
            #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
            #expect(try Trace(directory: copy).events.count == Trace(directory: trace).events.count)
            var pictures = 0
            for event in try Trace(directory: copy).events {
                guard case .step(let step) = event, !step.after.screenshot.png.isEmpty else { continue }
                let frame = try PNG.decode(step.after.screenshot.png)
                #expect(frame[Point(x: 3, y: 3)].map { [$0.red, $0.green, $0.blue] } == [0, 0, 0])
                #expect(frame[Point(x: 4, y: 4)].map { [$0.red, $0.green, $0.blue] } == [128, 128, 128])
                #expect(step.after.hidden == [Rect(x: 0, y: 0, width: 4, height: 4)])
                pictures += 1
            }
            #expect(pictures > 0)
        }
    }

    @Test func `what looks like a key goes without being named`() async throws {
        let key = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
        let command = CommandRun(
            sandbox: SandboxID(rawValue: "a"), arguments: ["env"], status: .exited(0), output: "TOKEN=\(key)\n",
            errorOutput: "")
        try await withTrace(of: [.exec(command)]) { directory in
            let copy = directory.appending(path: "copy")
            let trace = directory.appending(path: "trace")
            #expect(try Tool.run("redact", trace.path, "--output", copy.path).status == 0)
            let text = try String(contentsOf: copy.appending(path: "trace.jsonl"), encoding: .utf8)
            #expect(text.contains("TOKEN=(key material)") && !text.contains(key))
        }
    }

    private func withTrace(of events: [RunEvent], _ body: (URL) throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "trace-redact-\(UInt64.random(in: 0...UInt64.max))")
        defer { try? FileManager.default.removeItem(at: directory) }
        let writer = try TraceWriter(directory: directory.appending(path: "trace"), durability: .none)
        for event in events { try await writer.record(event) }
        try await writer.flush()
        try body(directory)
    }
}
