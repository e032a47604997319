import Foundation
import GodHandCore
import GodHandTrace
import TestSupport
import Testing

/// The Python that has the readers of other tools' formats.
private let readers = PythonReader("GODHAND_TRACE_READERS")

/// Our exports in the hands of the tools that they are for.
@Suite(
    .enabled(
        if: readers.isWanted,
        "GODHAND_TRACE_READERS names no Python with other tools' readers: run make test, or Scripts/trace-readers.sh."))
struct ExportReaderTests {
    @Test func `the tools that an export is for can read it`() async throws {
        try await withTemporaryDirectory { directory in
            let trace = try await ExportSamples.trace(ExportSamples.run(), in: directory)
            let exports = directory.appending(path: "exports")
            for format in ExportFormat.allCases {
                _ = try trace.export(as: format, to: exports.appending(path: "run--\(format.rawValue)"))
            }
            let (status, output) = try readers.run("validate-exports.py", exports)
            #expect(status == 0 && output == "3 exports read, 0 wrong\n", "\(output)")
        }
    }

    /// A check that cannot fail proves nothing.
    @Test(arguments: [
        (ExportFormat.atif, "trajectory.json", "\"source\":\"agent\"", "\"source\":\"robot\""),
        (.atif, "trajectory.json", ".png\"", ".gif\""), (.atif, "trajectory.json", "\"step_id\":3", "\"step_id\":33"),
        (.osworld, "traj.jsonl", "\"key\":\"shiftleft\"", "\"key\":\"Shift_L\""),
        (.osworld, "traj.jsonl", "MOVE_TO", "MOVE"), (.osworld, "traj.jsonl", "\"reward\":0,", ""),
        (.chat, "chat.jsonl", "tool_call_id", "call_id"), (.chat, "chat.jsonl", "\"weight\":0", "\"weight\":7"),
        (.chat, "chat.jsonl", "base64,", "base64,!"),
    ])
    func `what is wrong in an export is found`(format: ExportFormat, file: String, right: String, wrong: String)
        async throws
    {
        try await withTemporaryDirectory { directory in
            let trace = try await ExportSamples.trace(ExportSamples.run(), in: directory)
            let exports = directory.appending(path: "exports")
            let main = try trace.export(as: format, to: exports.appending(path: "run--\(format.rawValue)"))
            #expect(main.lastPathComponent == file)
            let text = try String(contentsOf: main, encoding: .utf8)
            #expect(text.contains(right))
            try Data(text.replacingOccurrences(of: right, with: wrong).utf8).write(to: main)
            let (status, output) = try readers.run("validate-exports.py", exports)
            #expect(status == 1 && output.contains("run--\(format.rawValue): "), "\(output)")
        }
    }
}
