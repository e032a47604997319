import Foundation
import GodHandAgent
import GodHandCore
import TestSupport
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
private let sdks = PythonReader("GODHAND_WIRE_PYTHON")

/// The requests that we send against the types in the providers' own SDKs.
@Suite(
    .enabled(
        if: sdks.isWanted,
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
        let (status, output) = try sdks.run("validate-wire.py", URL(filePath: directory.path))
        #expect(status == 0, "\(output)")
        #expect(output.hasSuffix("\(count) requests checked, 0 wrong\n"), "\(output)")
    }

    /// A check that cannot fail proves nothing.
    @Test func `what is wrong is found`() async throws {
        let bare: [String: JSONValue] = ["model": "m", "max_tokens": 1, "messages": [], "stream": true]
        func claude(_ changes: [String: JSONValue]) -> JSONValue { .object(bare.merging(changes) { $1 }) }
        func openAI(_ items: JSONValue...) -> JSONValue {
            ["model": "m", "stream": true, "input": .array(items)]
        }
        func chat(_ schema: JSONValue) -> JSONValue {
            let form: JSONValue = ["name": "n", "strict": true, "schema": schema]
            return [
                "model": "m", "stream": true, "messages": [],
                "response_format": ["type": "json_schema", "json_schema": form],
            ]
        }
        let call: JSONValue = [
            "type": "computer_call", "id": "c", "call_id": "c", "status": "completed", "pending_safety_checks": [],
            "actions": [["type": "wait"]],
        ]
        let output: JSONValue = ["type": "computer_screenshot", "image_url": "data:image/png;base64,AA=="]
        let answer: JSONValue = ["type": "computer_call_output", "call_id": "c", "output": output]
        let wrong: [String: JSONValue] = [
            "claude--a field too many": claude(["maximum": 1]),
            "claude--a field missing": ["model": "m", "messages": [], "stream": true],
            "claude--another type": claude(["max_tokens": "1"]),
            "claude--an unknown tool": claude(["tools": [["type": "computer_toolset_1"]]]),
            "claude--an unknown member": claude([
                "tools": [["type": "computer_toolset_20260801", "configs": ["fly": ["enabled": false]]]]
            ]),
            "claude--a result without its call": claude([
                "messages": [["role": "user", "content": [["type": "tool_result", "content": []]]]]
            ]),
            "openai--a call without an answer": openAI(call),
            "openai--an answer without a call": openAI(answer),
            "openai--an answer without a picture": openAI(
                call,
                ["type": "computer_call_output", "call_id": "c", "output": ["type": "computer_screenshot"]]),
            "openai-chat--a property that may be missing": chat([
                "type": "object", "properties": ["a": ["type": "string"], "b": ["type": "string"]], "required": ["a"],
                "additionalProperties": false,
            ]),
            "openai-chat--open to more": chat([
                "type": "object", "properties": ["a": ["type": "string"]], "required": ["a"],
            ]),
        ]
        let directory = try ShortDirectory()
        for (name, body) in wrong { try write(body, to: directory.file("\(name).json")) }
        try write(openAI(call, answer), to: directory.file("openai--right.json"))
        let (status, said) = try sdks.run("validate-wire.py", URL(filePath: directory.path))
        #expect(status == 1)
        for name in wrong.keys { #expect(said.contains("\(name).json: "), "\(said)") }
        #expect(!said.contains("openai--right.json"), "\(said)")
    }

    private func write(_ body: JSONValue, to path: String) throws {
        try body.written().write(to: URL(filePath: path))
    }
}
