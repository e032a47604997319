import Foundation

/// Commands through the engine's own exec: slower than a guest's channel by a process start of the engine, but it needs
/// nothing in the image except a POSIX shell, and can run as another user.
///
/// The engine can start a command and cannot end it, so each runs behind a line of shell that first tells its process
/// number. The engine makes it leader of a group of that number, which a second exec can kill.
struct EngineShell: Shell {
    let engine: EngineClient
    let container: String
    /// Who commands run as unless they say otherwise; nil for the image's user.
    let user: String?

    /// `$0` is a name for messages, `$@` the command. A program that does not exist is told apart from one that fails.
    private static let preamble =
        #"command -v -- "$1" >/dev/null 2>&1 || { printf 'F\n'; exit 127; }; printf '%s\n' "$$"; exec "$@""#

    func start(_ command: Command) async throws -> any RunningCommand {
        guard let program = command.arguments.first else {
            throw GodHandError(.invalidRequest, "A command needs at least the name of a program.")
        }
        let creation = ExecCreation(
            attachStdin: command.takesInput, attachStdout: true, attachStderr: true,
            env: command.environment.map { "\($0.key)=\($0.value)" }.sorted(),
            cmd: ["/bin/sh", "-c", Self.preamble, "sh"] + command.arguments,
            user: command.user ?? user, workingDir: command.workingDirectory)
        try Task.checkCancellation()
        // Giving up half-way would leave a command that nobody knows the number of, so a cancellation waits until it is
        // known; each part has its own time limit.
        let running = try await shielded { try await launch(creation, program) }
        guard !Task.isCancelled else {
            await running.abandon()
            throw CancellationError()
        }
        return running
    }

    private func launch(_ creation: ExecCreation, _ program: String) async throws -> EngineCommand {
        let exec = try await engine.createExec(creation, in: container)
        let stream = try await engine.startExec(exec)
        let running = EngineCommand(
            exec: exec, stream: stream, engine: engine, container: container, user: creation.user)
        let isFound = try await withDeadline(.seconds(10), "The start of '\(program)' in the guest") {
            try await running.readProcessNumber()
        }
        guard isFound else {
            throw GodHandError(
                .execFailed, "The guest cannot start '\(program)': it is not there.",
                hint: "Check that the image has the program; it is looked up in the guest's PATH.")
        }
        return running
    }
}

/// Exec: `/containers/{id}/exec` and `/exec`.
extension EngineClient {
    func createExec(_ creation: ExecCreation, in container: String) async throws -> String {
        let created = try await fetch(
            CreatedObject.self, "POST", "/containers/\(container)/exec", body: creation,
            "prepare a command in container \(container)")
        return created.id
    }

    func inspectExec(_ id: String) async throws -> ExecInspection {
        try await fetch(ExecInspection.self, "GET", "/exec/\(id)/json", "inspect a command")
    }

    /// Starts a prepared command and returns the connection, which the engine then takes out of HTTP: our bytes are the
    /// command's input, its bytes the outputs. libcurl has no such mode, so this one request is written by hand.
    func startExec(_ id: String) async throws -> HijackedStream {
        try await translating("start a command") {
            let stream = try SocketStream.connect(toUnixSocket: address.socket)
            do {
                let body = try EngineJSON.encode(ExecStart())
                let head =
                    "POST \(versioned("/exec/\(id)/start")) HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\n"
                    + "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: \(body.count)\r\n\r\n"
                try await stream.write(Array(head.utf8) + body)
                return try await withDeadline(.seconds(10), "The engine's attempt to start a command") {
                    try await HijackedStream.opened(stream)
                }
            } catch {
                stream.close()
                throw error
            }
        }
    }
}

/// A connection to the engine after the head of its answer.
struct HijackedStream: Sendable {
    let stream: SocketStream
    /// What came with the head and belongs to the stream.
    let firstBytes: [UInt8]

    static func opened(_ stream: SocketStream) async throws -> HijackedStream {
        var bytes: [UInt8] = []
        let end: [UInt8] = Array("\r\n\r\n".utf8)
        while true {
            let more = try await stream.read(upTo: 16 << 10)
            guard !more.isEmpty, bytes.count + more.count <= 128 << 10 else {
                throw GodHandError(.protocolViolation, "The engine's answer to a command ended before its head.")
            }
            bytes += more
            guard let range = bytes.firstRange(of: end) else { continue }
            let lines = String(decoding: bytes[..<range.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
            guard let head = HTTPHead(statusLine: lines[0]) else {
                throw GodHandError(.protocolViolation, "The engine's answer to a command was not HTTP.")
            }
            let rest = Array(bytes[range.upperBound...])
            guard head.status == 101 || head.status == 200 else {
                throw EngineFailure(status: head.status, body: rest).error(while: "start a command")
            }
            return HijackedStream(stream: stream, firstBytes: rest)
        }
    }
}
