import Foundation
import GodHandCore
import GodHandSandbox
import Testing

/// The server as a process of its own, with a ledger of its own, so that what it leaves can be told from all else.
final class ServerProcess {
    let process = Process()
    let input = Pipe()
    private let output = Pipe()
    private let errors = Pipe()
    private let home: String

    static let token = "correct-horse-battery-staple"
    static let interpreter = ProcessInfo.processInfo.environment["GODHAND_MCP_PYTHON"]
    static let program = Bundle.main.bundleURL.appending(path: "godhand-mcp").path

    /// The variables of a process whose ledger is at `home`.
    static func environment(_ home: String) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["XDG_STATE_HOME"] = home
        environment["GODHAND_MCP_TOKEN"] = token
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        return environment
    }

    /// Runs one of the scripts beside these tests to its end.
    static func python(_ script: String, _ arguments: [String], home: String) throws -> (
        status: Int32, output: String
    ) {
        let process = Process()
        process.executableURL = URL(filePath: try #require(interpreter))
        let scripts = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python")
        process.arguments = [scripts.appending(path: script).path] + arguments
        process.environment = environment(home)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    init(_ arguments: String..., home: String) throws {
        self.home = home
        process.executableURL = URL(filePath: Self.program)
        process.arguments = arguments
        process.environment = Self.environment(home)
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// Waits for the line that says where it serves.
    func port() throws -> Int {
        var told = ""
        while true {
            let more = errors.fileHandleForReading.availableData
            try #require(!more.isEmpty, "it ended: \(told)")
            told += String(decoding: more, as: UTF8.self)
            if let match = told.firstMatch(of: /http:\/\/127\.0\.0\.1:([0-9]+)\/mcp\n/), let port = Int(match.1) {
                // Nobody else reads what it says later; it must not wait for that.
                errors.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
                return port
            }
        }
    }

    func say(_ json: JSONValue) throws {
        try input.fileHandleForWriting.write(contentsOf: try JSONEncoder().encode(json) + Data("\n".utf8))
    }

    /// The next answer on its standard output.
    func hear() throws -> JSONValue {
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let byte = try #require(try output.fileHandleForReading.read(upToCount: 1), "it ended")
            line += byte
        }
        return try JSONDecoder().decode(JSONValue.self, from: line)
    }

    /// Opens a session over standard input, and makes a desktop in it.
    func makeDesktop() throws {
        try say([
            "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": ["protocolVersion": "2025-11-25"],
        ])
        _ = try hear()
        try say([
            "jsonrpc": "2.0", "id": 2, "method": "tools/call",
            "params": ["name": "desktop_create", "arguments": [:]],
        ])
        let made = try hear()
        try #require(made["result"]?["isError"] == false, "\(made)")
    }

    /// Stops listening to it, as a client does that went away.
    func closeOutput() throws { try output.fileHandleForReading.close() }

    func end(_ signal: Int32) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// A place for ledgers, and what the engine still has of their owners.
struct Ledgers {
    let home = NSTemporaryDirectory() + "mcp-live-\(UUID().uuidString)"
    private var root: String { "\(home)/godhand/owners" }

    var owners: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).filter { !$0.hasPrefix(".") }
    }

    func machines(
        of owners: [String], by backend: any SandboxBackend = DockerBackend()
    ) async throws -> [OwnedMachine] {
        try await backend.machines().filter { owners.contains($0.owner) }
    }

    func sweep() async throws { _ = try await DockerBackend().sweep(in: root) }

    func remove() { try? FileManager.default.removeItem(atPath: home) }
}
