import Foundation
import GodHandAgent
import GodHandCore
import Testing

/// Requests of an adapter, of every kind that it makes.
struct WireSamples: Sendable {
    /// Whose types they are checked against: claude, openai, openai-chat or gemini.
    var provider: String
    /// The bodies, by what is special in them.
    var bodies: @Sendable () async throws -> [String: JSONValue]

    /// The samples of all adapters.
    static let all: [WireSamples] = [.claude, .openAI, .gemini, .local]
}

/// The Python that has the providers' SDKs.
private enum WirePython {
    static let path = ProcessInfo.processInfo.environment["GODHAND_WIRE_PYTHON"]
    /// `make test` sets both, so that nothing is skipped silently there.
    static let isRequired = ProcessInfo.processInfo.environment["GODHAND_REQUIRE_ENGINE"] != nil
}

/// The requests that we send against the types in the providers' own SDKs.
@Suite(
    .enabled(
        if: WirePython.path != nil || WirePython.isRequired,
        "GODHAND_WIRE_PYTHON does not name a Python with the providers' SDKs: run make test, or Scripts/wire-sdks.sh."))
struct WireTests {
    @Test func `every kind of request is as the providers' own types say`() async throws {
        let directory = try ShortDirectory()
        var count = 0
        for samples in WireSamples.all {
            for (name, body) in try await samples.bodies() {
                try write(body, to: directory.file("\(samples.provider)--\(name).json"))
                count += 1
            }
        }
        let (status, output) = try await validate(directory.path)
        #expect(status == 0, "\(output)")
        #expect(output.hasSuffix("\(count) requests checked, 0 wrong\n"), "\(output)")
    }

    /// A check that cannot fail proves nothing.
    @Test func `what is wrong is found`() async throws {
        let wrong: [String: JSONValue] = [
            "a field too many": ["model": "m", "max_tokens": 1, "messages": [], "stream": true, "maximum": 1],
            "a field missing": ["model": "m", "messages": [], "stream": true],
            "another type": ["model": "m", "max_tokens": "1", "messages": [], "stream": true],
            "an unknown tool": [
                "model": "m", "max_tokens": 1, "messages": [], "stream": true,
                "tools": [["type": "computer_toolset_1"]],
            ],
            "an unknown member": [
                "model": "m", "max_tokens": 1, "messages": [], "stream": true,
                "tools": [["type": "computer_toolset_20260801", "configs": ["fly": ["enabled": false]]]],
            ],
            "a result without its call": [
                "model": "m", "max_tokens": 1, "stream": true,
                "messages": [["role": "user", "content": [["type": "tool_result", "content": []]]]],
            ],
        ]
        let directory = try ShortDirectory()
        for (name, body) in wrong { try write(body, to: directory.file("claude--\(name).json")) }
        let (status, output) = try await validate(directory.path)
        #expect(status == 1)
        for name in wrong.keys { #expect(output.contains("claude--\(name).json: "), "\(output)") }
    }

    private func write(_ body: JSONValue, to path: String) throws {
        try JSONEncoder().encode(body).write(to: URL(filePath: path))
    }

    private func validate(_ directory: String) async throws -> (status: Int32, output: String) {
        let python = try #require(
            WirePython.path, "GODHAND_WIRE_PYTHON is not set; Scripts/wire-sdks.sh prints what it should be.")
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [root.appending(path: "Scripts/validate-wire.py").path, directory]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
