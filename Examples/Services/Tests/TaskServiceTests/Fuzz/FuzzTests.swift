import Foundation
import TestSupport
import Testing

private let fuzzer = PythonReader("GODHAND_FUZZ_PYTHON")

/// The service, tried with requests that are made from its own document: good ones, and such as it must refuse.
@Suite(.enabled(if: fuzzer.isWanted, "GODHAND_FUZZ_PYTHON is not set"), .timeLimit(.minutes(10)))
struct FuzzTests {
    @Test func `whatever is asked, the answer is one that the document names`() async throws {
        let place = temporaryPlace()
        defer { try? FileManager.default.removeItem(at: place) }
        let program = try await Program(in: place)
        let python = try #require(fuzzer.path, "Scripts/api-fuzzer.sh makes it, and make test sets it")
        let settings = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "schemathesis.toml")
        let (status, output) = try ToolRun.output(
            of: python,
            [
                "-m", "schemathesis.cli", "--config-file", settings.path(percentEncoded: false), "--no-color", "run",
                "http://127.0.0.1:\(program.client.port)/openapi.json", "--header",
                "Authorization: Bearer \(program.client.token ?? "")",
            ], in: place)
        #expect(status == 0, "\(output)")
        // It could have passed by having tried nothing.
        let tried = output.firstMatch(of: /(\d+) generated/).flatMap { Int($0.1) } ?? 0
        #expect(tried > 500, "\(output)")
        #expect(try await program.terminate() == 0)
    }
}
