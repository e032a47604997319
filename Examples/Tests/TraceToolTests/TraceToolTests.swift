import Foundation
import Testing

/// The tool as a user runs it, on traces that are kept with the sources.
@Suite struct TraceToolTests {
    @Test func `what every command says of itself names what it is for`() throws {
        let help = try Tool.run("--help").output
        for name in ["show", "verify", "report", "video", "replay", "export", "import", "diff", "redact"] {
            #expect(help.contains("\n  \(name) "))
            #expect(try Tool.run(name, "--help").status == 0)
        }
    }

    @Test func `a run is told in words and as JSON`() throws {
        let (status, output) = try Tool.run("show", Tool.fixture)
        #expect(status == 0 && output.contains("· 1. Click at (50, 50)") && output.contains("Achieved: 42"))
        let json = try Tool.json("show", Tool.fixture, "--json")
        let steps = try #require(json["steps"] as? [[String: Any]])
        #expect(!steps.isEmpty && json["goal"] is String)
        #expect(try Tool.run("show", Tool.fixture, "--step", "1").output.hasPrefix("1. "))
        #expect(try Tool.run("show", Tool.fixture, "--step", "999").status == 64)
    }

    @Test func `a whole trace is whole, and a damaged one is not`() throws {
        #expect(try Tool.run("verify", Tool.fixture).status == 0)
        try withDirectory { directory throws in
            let copy = directory.appending(path: "copy")
            try FileManager.default.copyItem(atPath: Tool.fixture, toPath: copy.path)
            let records = copy.appending(path: "trace.jsonl")
            var data = try Data(contentsOf: records)
            data[data.count / 2] ^= 1
            try data.write(to: records)
            let (status, output) = try Tool.run("verify", copy.path)
            #expect(status == 1 && output.contains("✗ not whole"))
            #expect(try Tool.json("verify", copy.path, "--json")["isWhole"] as? Bool == false)
        }
        try withDirectory { directory throws in
            let copy = directory.appending(path: "copy")
            try FileManager.default.copyItem(atPath: Tool.fixture, toPath: copy.path)
            try FileManager.default.removeItem(at: copy.appending(path: "blobs"))
            #expect(try Tool.run("verify", copy.path).output.contains("missing or damaged pictures"))
        }
        let (status, output) = try Tool.run("verify", "/nowhere")
        #expect(status == 1 && output.contains("There is no trace in /nowhere"))
    }

    @Test func `a report is one page`() throws {
        try withDirectory { directory throws in
            let page = directory.appending(path: "page.html")
            #expect(try Tool.run("report", Tool.fixture, "--output", page.path).status == 0)
            #expect(try String(contentsOf: page, encoding: .utf8).contains("</html>"))
        }
    }

    @Test(arguments: ["atif", "osworld"])
    func `an export comes back as a trace that does not differ in what was done`(format: String) throws {
        try withDirectory { directory throws in
            let (export, again) = (directory.appending(path: "export"), directory.appending(path: "again"))
            let (status, file) = try Tool.run("export", Tool.fixture, "--format", format, "--output", export.path)
            #expect(status == 0)
            let input = format == "atif" ? file.trimmingCharacters(in: .newlines) : export.path
            #expect(try Tool.run("import", input, "--format", format, "--output", again.path).status == 0)
            #expect(try Tool.run("verify", again.path).status == 0)
            let (left, right) = (
                try Tool.json("show", Tool.fixture, "--json"), try Tool.json("show", again.path, "--json")
            )
            func actions(_ run: [String: Any]) -> [String] {
                (run["steps"] as? [[String: Any]] ?? []).compactMap { $0["action"] as? String }
            }
            #expect(actions(left) == actions(right) && !actions(left).isEmpty)
        }
    }

    @Test func `spans and chats are files that can be read`() throws {
        try withDirectory { directory throws in
            let spans = directory.appending(path: "spans.json")
            #expect(try Tool.run("export", Tool.fixture, "--format", "otlp", "--output", spans.path).status == 0)
            let text = try String(contentsOf: spans, encoding: .utf8)
            #expect(text.contains("invoke_agent godhand") && text.contains("execute_tool"))
            #expect(try Tool.run("export", Tool.fixture, "--format", "otlp", "--output", spans.path).status != 0)
            let chats = directory.appending(path: "chats")
            #expect(try Tool.run("export", Tool.fixture, "--format", "chat", "--output", chats.path).status == 0)
            #expect(try Tool.run("export", Tool.fixture, "--format", "x", "--output", chats.path).status == 64)
        }
    }

    @Test(
        .enabled(
            if: Tool.readers.isWanted,
            "GODHAND_TRACE_READERS names no Python with other tools' readers: run make test."))
    func `the tools that exports are for can read them`() throws {
        try withDirectory { directory throws in
            for format in ["atif", "osworld", "chat"] {
                let place = directory.appending(path: "run--\(format)").path
                #expect(try Tool.run("export", Tool.fixture, "--format", format, "--output", place).status == 0)
            }
            for (name, options) in [("run", []), ("full", ["--content"])] {
                let place = directory.appending(path: "\(name)--otlp.json").path
                let arguments = ["export", Tool.fixture, "--format", "otlp", "--output", place] + options
                #expect(try Tool.run(arguments).status == 0)
            }
            let (status, output) = try Tool.readers.run("validate-exports.py", directory)
            #expect(status == 0 && output.hasSuffix("5 exports read, 0 wrong\n"), "\(output)")
        }
    }

    @Test func `two runs are compared up to the first difference`() throws {
        #expect(try Tool.run("diff", Tool.fixture, Tool.fixture).status == 0)
        let (status, output) = try Tool.run("diff", Tool.fixture, Tool.otherFixture)
        #expect(status == 1 && output.contains("Step 1 differs") && output.contains(" │ "))
        #expect(try Tool.json("diff", Tool.fixture, Tool.otherFixture, "--json")["step"] as? Int == 1)
    }

    @Test func `a redacted copy holds no secret, and the trace stays as it is`() throws {
        try withDirectory { directory throws in
            let before = try Data(contentsOf: URL(filePath: "\(Tool.fixture)/trace.jsonl"))
            let word = "malicious_instructions"
            #expect(String(decoding: before, as: UTF8.self).contains(word))
            let copy = directory.appending(path: "copy")
            let (status, output) = try Tool.run(
                "redact", Tool.fixture, "--pattern", word, "--hide", "0,0,9,9", "--output", copy.path)
            #expect(status == 0, "\(output)")
            let after = try Data(contentsOf: copy.appending(path: "trace.jsonl"))
            #expect(!String(decoding: after, as: UTF8.self).contains(word))
            #expect(String(decoding: after, as: UTF8.self).contains("(secret pattern-1)"))
            #expect(try Data(contentsOf: URL(filePath: "\(Tool.fixture)/trace.jsonl")) == before)
            #expect(try Tool.run("verify", copy.path).status == 0)
            #expect(try Tool.run("redact", Tool.fixture, "--pattern", word, "--output", copy.path).status == 1)
        }
    }

    @Test func `what cannot be replayed says why`() throws {
        let (status, output) = try Tool.run("replay", Tool.emptyFixture)
        #expect(status != 0 && !output.isEmpty)
    }
}

/// Lends a directory.
private func withDirectory(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(
        path: "trace-tool-\(UInt64.random(in: 0...UInt64.max))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory)
}
