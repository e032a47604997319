import Foundation
import GodHandCore
import MCPServer

/// Commands and files in a desktop.
extension DesktopBox {
    func exec(_ sandbox: Sandbox, _ arguments: JSONValue) async throws -> ToolResult {
        var environment: [String: String] = [:]
        if case .object(let members)? = arguments["environment"] { environment = members.compactMapValues(\.string) }
        let began = clock.now
        let result = try await sandbox.exec(
            arguments["command"]?.array?.compactMap(\.string) ?? [], environment: environment,
            workingDirectory: arguments["working_directory"]?.string,
            input: arguments["stdin"]?.string.map { .bytes(Array($0.utf8)) } ?? .none,
            timeout: min(settings.commandTime, .seconds(arguments["timeout_seconds"]?.double ?? 60)),
            outputLimit: arguments["output_bytes"]?.integer ?? 32 << 10)
        let took = clock.now - began
        let structure: JSONValue = [
            "note": .string(ToolResult.warning), "exit_code": .integer(Int(result.status.code)),
            "stdout": .string(result.output), "stderr": .string(result.errorOutput),
            "dropped_bytes": .integer(result.droppedBytes), "seconds": .number(took.inSeconds),
        ]
        var parts: [ToolResult.Part] = [.text("It ended with \(result.status) after \(took.rounded).")]
        if result.droppedBytes > 0 {
            parts.append(.text("\(result.droppedBytes) bytes of its output were dropped: raise output_bytes."))
        }
        if !result.output.isEmpty { parts += [.text("Its output:"), .untrusted(result.output)] }
        if !result.errorOutput.isEmpty { parts += [.text("Its error output:"), .untrusted(result.errorOutput)] }
        return ToolResult(structure, parts: parts)
    }

    func readFile(_ sandbox: Sandbox, _ arguments: JSONValue) async throws -> ToolResult {
        let path = arguments["path"]?.string ?? ""
        let bytes = try await sandbox.readFile(path, limit: arguments["most_bytes"]?.integer ?? 256 << 10)
        var members: [String: JSONValue] = [
            "note": .string(ToolResult.warning), "path": .string(path), "bytes": .integer(bytes.count),
        ]
        let encoding = arguments["encoding"]?.string ?? "auto"
        let text = encoding == "base64" ? nil : String(validating: bytes, as: UTF8.self)
        let told: String
        switch (encoding, text) {
        case ("text", nil):
            return .failure("The file is not text in UTF-8. Read it with encoding base64.")
        case (_, let text?):
            told = text
            members["encoding"] = "text"
            members["text"] = .string(text)
        default:
            told = Data(bytes).base64EncodedString()
            members["encoding"] = "base64"
            members["base64"] = .string(told)
        }
        return ToolResult(.object(members), parts: [.text("\(bytes.count) bytes:"), .untrusted(told)])
    }

    func writeFile(_ sandbox: Sandbox, _ arguments: JSONValue) async throws -> ToolResult {
        let path = arguments["path"]?.string ?? ""
        let bytes: [UInt8]
        switch (arguments["text"]?.string, arguments["base64"]?.string) {
        case (let text?, nil): bytes = Array(text.utf8)
        case (nil, let coded?):
            guard let data = Data(base64Encoded: coded) else { return .failure("'base64' is not valid base64.") }
            bytes = Array(data)
        default: return .failure("Give either 'text' or 'base64'.")
        }
        guard bytes.count <= settings.fileBytes else {
            return .failure("The file would have \(bytes.count) bytes; \(settings.fileBytes) is the most.")
        }
        try await sandbox.writeFile(path, bytes, mode: arguments["executable"]?.bool == true ? 0o755 : 0o644)
        return ToolResult(structure: ["path": .string(path), "bytes": .integer(bytes.count)])
    }
}
