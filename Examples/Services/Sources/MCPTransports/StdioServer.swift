import Foundation
import GodHandCore
public import MCPServer

/// Serves one client over standard input and output: one message a line.
public enum StdioServer {
    /// The longest line that is read, in bytes.
    public static let longestLine = 16 << 20
    /// How long a client may take to read the last answers after it closed its end.
    static let farewell: Duration = .seconds(2)

    /// Serves until the client closes its end, stops reading, or the task is cancelled. All calls are over then.
    ///
    /// - Parameters:
    ///   - session: A new one.
    ///   - tools: What does the calls.
    ///   - input: The descriptor that is read.
    ///   - output: The descriptor that is written. Nothing else of the process may write there.
    /// - Throws: `GodHandError` with `host.failed` if the streams cannot be used at all.
    public static func serve(
        _ session: ServerSession, tools: any ToolBox, input: Int32 = 0, output: Int32 = 1
    ) async throws {
        let reader = try StandardStream(input, label: "godhand-mcp-input")
        let writer = try StandardStream(output, label: "godhand-mcp-output")
        let outbox = Outbox()
        let runner = SessionRunner(session, tools: tools) { outbox.add($0.line) }
        await withTaskGroup(of: Part.self) { group in
            group.addTask {
                await runner.run()
                return .calls
            }
            group.addTask {
                // A client that does not read any more has gone.
                try? await write(outbox, to: writer)
                return .output
            }
            group.addTask {
                try? await read(reader, into: runner, outbox)
                return .input
            }
            var isTold = false
            for await part in group {
                switch part {
                case .input:
                    // The calls are stopped; what was answered before is still told.
                    runner.close()
                case .calls:
                    outbox.finish()
                    guard !isTold else { continue }
                    isTold = true
                    group.addTask {
                        try? await Task.sleep(for: farewell)
                        return .farewell
                    }
                case .output, .farewell:
                    runner.close()
                    group.cancelAll()
                }
            }
        }
    }

    private enum Part { case input, output, calls, farewell }

    private static func read(_ stream: StandardStream, into runner: SessionRunner, _ outbox: Outbox) async throws {
        var splitter = LineSplitter(limit: longestLine)
        while true {
            let bytes = try await stream.read()
            if bytes.isEmpty { return }
            for line in splitter.take(bytes) {
                switch line {
                case .whole(let line): runner.receive(line)
                case .tooLong: runner.refuse(.parse("A line may have \(longestLine) bytes at most."))
                }
                await outbox.room()
                try Task.checkCancellation()
            }
        }
    }

    private static func write(_ outbox: Outbox, to stream: StandardStream) async throws {
        for await line in outbox.lines {
            try await stream.write(Array(line) + [UInt8(ascii: "\n")])
            outbox.wrote(line)
        }
    }
}
