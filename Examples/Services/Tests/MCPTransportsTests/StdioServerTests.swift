import Dispatch
import Foundation
import GodHandCore
import MCPServer
import MCPTransports
import Testing

@Suite("Standard input and output", .timeLimit(.minutes(2)))
struct StdioServerTests {
    /// The client's ends of two pipes, with a server at the others.
    private func withServer(
        _ tools: FakeTools, isRead: Bool = true, _ body: (_ say: Saying, _ hear: Hearing) async throws -> Void
    ) async throws {
        let (input, output) = (Pipe(), Pipe())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await StdioServer.serve(
                    tools.blank, tools: tools, input: input.fileHandleForReading.fileDescriptor,
                    output: output.fileHandleForWriting.fileDescriptor)
                try output.fileHandleForWriting.close()
            }
            try await body(Saying(input.fileHandleForWriting), Hearing(output.fileHandleForReading, isRead: isRead))
            try? input.fileHandleForWriting.close()
            try await group.waitForAll()
        }
    }

    private func request(_ id: Int, _ method: String, _ parameters: JSONValue = [:]) -> Data {
        let message: JSONValue = [
            "jsonrpc": "2.0", "id": .integer(id), "method": .string(method), "params": parameters,
        ]
        return message.line + Data("\n".utf8)
    }

    private var opening: Data { request(0, "initialize", ["protocolVersion": "2025-11-25"]) }

    private func call(_ id: Int, _ tool: String, _ arguments: JSONValue = [:]) -> Data {
        request(id, "tools/call", ["name": .string(tool), "arguments": arguments])
    }

    @Test("hostile lines are answered, and the session goes on")
    func hostile() async throws {
        try await withServer(FakeTools()) { say, hear in
            try await say.write(Data("not json\n[1,2]\n{}\n\n\u{0}\u{1}\n".utf8))
            for code in [-32700, -32600, -32600, -32700] {
                #expect(try await hear.next()["error"]?["code"] == .integer(code))
            }
            try await say.write(Data(String(repeating: "[", count: 200_000).utf8) + Data("\n".utf8))
            #expect(try await hear.next()["error"]?["code"] == -32700)
            try await say.write(opening)
            #expect(try await hear.next()["result"] != nil)
            try await say.write(call(1, "echo", ["text": "line\u{2028}feed\nstays in"]))
            #expect(try await hear.next()["result"]?["content"]?.array?[0]["text"] == "line\u{2028}feed\nstays in")
        }
    }

    @Test("a line that never ends takes no memory, and the next one is read")
    func giant() async throws {
        try await withServer(FakeTools()) { say, hear in
            let piece = Data(repeating: UInt8(ascii: "x"), count: 1 << 20)
            for _ in 0..<(StdioServer.longestLine >> 20 + 8) { try await say.write(piece) }
            try await say.write(Data("\n".utf8) + opening)
            #expect(try await hear.next()["error"]?["code"] == -32700)
            #expect(try await hear.next()["result"] != nil)
        }
    }

    @Test("failures of tools are results, and nothing of unforeseen ones is told")
    func failures() async throws {
        try await withServer(FakeTools()) { say, hear in
            try await say.write(opening + call(1, "fail"))
            _ = try await hear.next()
            let failure = try await hear.next()["result"]
            #expect(failure?["isError"] == true)
            #expect(failure?["content"]?.array?[0]["text"]?.string?.contains("Look elsewhere.") == true)
            try await say.write(call(2, "trip"))
            let trip = try await hear.next()["result"]
            #expect(trip?["isError"] == true)
            #expect("\(String(describing: trip))".contains("hunter2") == false)
        }
    }

    @Test("a cancelled call is stopped, and so are all when the client closes its end", arguments: [true, false])
    func stopped(_ isCancelled: Bool) async throws {
        let tools = FakeTools()
        try await withServer(tools) { say, hear in
            try await say.write(opening + call(1, "wait"))
            _ = try await hear.next()
            #expect(await tools.event() == "began")
            if isCancelled {
                try await say.write(
                    Data(
                        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#.utf8)
                        + Data("\n".utf8) + request(2, "ping"))
                #expect(await tools.event() == "over")
                #expect(try await hear.next()["id"] == 2)
            } else {
                try say.close()
                #expect(await tools.event() == "over")
            }
        }
    }

    @Test("a client that asks for much and reads nothing is served no further, and can still go")
    func unread() async throws {
        try await withServer(FakeTools(), isRead: false) { say, _ in
            try await say.write(opening)
            for id in 1...10 { try await say.write(call(id, "large", ["bytes": 2_000_000])) }
        }
    }
}

/// Writes into a pipe, which may have to be waited for, without taking a thread from the server.
final class Saying: Sendable {
    private let handle: FileHandle
    private let queue = DispatchQueue(label: "saying")

    init(_ handle: FileHandle) { self.handle = handle }

    func write(_ data: Data) async throws {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [handle] in continuation.resume(with: Result { try handle.write(contentsOf: data) }) }
        }
    }

    func close() throws { try handle.close() }
}

/// Reads lines of JSON from a pipe.
final class Hearing: Sendable {
    private let handle: FileHandle
    private let lines: AsyncStream<Data>

    init(_ handle: FileHandle, isRead: Bool) {
        self.handle = handle
        let (lines, sink) = AsyncStream<Data>.makeStream()
        self.lines = lines
        guard isRead else { return }
        Thread.detachNewThread {
            var rest = Data()
            while true {
                let more = handle.availableData
                if more.isEmpty { break }
                rest += more
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    sink.yield(Data(rest[..<end]))
                    rest = Data(rest[(end + 1)...])
                }
            }
            sink.finish()
        }
    }

    func next() async throws -> JSONValue {
        var iterator = lines.makeAsyncIterator()
        return try JSONDecoder().decode(JSONValue.self, from: try #require(await iterator.next()))
    }
}
