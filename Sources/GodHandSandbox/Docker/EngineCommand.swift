import Synchronization

/// A command that the engine runs.
final class EngineCommand: RunningCommand {
    private struct State {
        var decoder = RawStreamDecoder()
        var pending: [RawStreamDecoder.Piece] = []
        var processNumber: String?
        var ended: ExitStatus?
        var isAbandoned = false
    }

    private let exec: String
    private let hijacked: HijackedStream
    private let engine: EngineClient
    private let container: String
    private let user: String?
    private let state: Mutex<State>

    init(exec: String, stream: HijackedStream, engine: EngineClient, container: String, user: String?) {
        self.exec = exec
        self.hijacked = stream
        self.engine = engine
        self.container = container
        self.user = user
        state = Mutex(State())
    }

    deinit { hijacked.stream.close() }

    /// Reads the line by which the command tells its process number; false if its program does not exist.
    func readProcessNumber() async throws -> Bool {
        try state.withLock { $0.pending = try $0.decoder.feed(hijacked.firstBytes) }
        var line: [UInt8] = []
        // The two outputs come by different ways, so the command's errors can overtake the line.
        var early: [RawStreamDecoder.Piece] = []
        while true {
            guard let piece = try await nextPiece() else {
                throw GodHandError(
                    .execFailed, "The engine could not start a command in the guest.",
                    hint: "The image needs a POSIX shell at /bin/sh.")
            }
            guard piece.stream == 1 else {
                early.append(piece)
                guard early.count < 1000 else { break }
                continue
            }
            line += piece.bytes
            guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else {
                guard line.count < 16 else { break }
                continue
            }
            let text = String(decoding: line[..<end], as: UTF8.self)
            if text == "F" { return false }
            guard let number = Int(text), number > 1 else { break }
            let rest = Array(line[(end + 1)...])
            if !rest.isEmpty { early.append(RawStreamDecoder.Piece(stream: 1, bytes: rest)) }
            state.withLock { [early] state in
                state.processNumber = text
                state.pending.insert(contentsOf: early, at: 0)
            }
            return true
        }
        throw GodHandError(.protocolViolation, "A guest did not tell the process number of a command.")
    }

    func next() async throws -> CommandEvent {
        if let status = state.withLock({ $0.ended }) { return .ended(status) }
        do {
            if let piece = try await nextPiece() {
                return piece.stream == 1 ? .output(piece.bytes) : .error(piece.bytes)
            }
            let status = try await exitStatus()
            state.withLock { $0.ended = status }
            hijacked.stream.close()
            return .ended(status)
        } catch {
            await abandon()
            throw error
        }
    }

    func write(_ bytes: [UInt8]) async throws { try await hijacked.stream.write(bytes) }

    func closeInput() async throws { hijacked.stream.closeForWriting() }

    func signal(_ number: Int32) async throws {
        guard let group = state.withLock({ $0.ended == nil ? $0.processNumber : nil }) else { return }
        let kill = try await engine.createExec(
            ExecCreation(
                attachStdin: false, attachStdout: true, attachStderr: true, env: [],
                cmd: ["/bin/sh", "-c", #"kill -s "$1" -- -"$2""#, "sh", "\(number)", group], user: user, workingDir: nil
            ),
            in: container)
        let stream = try await engine.startExec(kill)
        // Its end says that the signal was sent.
        while !(try await stream.stream.read(upTo: 4096)).isEmpty {}
        stream.stream.close()
    }

    func abandon() async {
        let isRunning = state.withLock { state in
            defer { state.isAbandoned = true }
            return state.ended == nil && !state.isAbandoned
        }
        guard isRunning else { return }
        // The caller may be cancelled already. A machine that is gone has nothing left to kill.
        try? await shielded(atMost: .seconds(5), "Killing a command") { [self] in try await signal(9) }
        hijacked.stream.close()
    }

    private func nextPiece() async throws -> RawStreamDecoder.Piece? {
        while true {
            let piece = state.withLock { $0.pending.isEmpty ? nil : $0.pending.removeFirst() }
            if let piece { return piece }
            let bytes = try await engine.translating("pass on a command's output") {
                try await hijacked.stream.read(upTo: 128 << 10)
            }
            if bytes.isEmpty { return nil }
            try state.withLock { $0.pending = try $0.decoder.feed(bytes) }
        }
    }

    private func exitStatus() async throws -> ExitStatus {
        // The engine closes the stream a moment before it has the exit code.
        for _ in 0..<200 {
            let inspection = try await engine.inspectExec(exec)
            if !inspection.running, let code = inspection.exitCode { return .exited(Int32(truncatingIfNeeded: code)) }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw GodHandError(.engineFailed, "The engine does not say how a command ended.")
    }
}
