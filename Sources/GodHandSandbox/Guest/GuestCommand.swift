import Synchronization

/// A command on a guest's channel. One connection is one command: while we do not read, the guest does not read the
/// command either, and hanging up kills its process group.
final class GuestCommand: RunningCommand {
    private enum State {
        case running
        case ended(ExitStatus)
        case abandoned
    }

    private let connection: GuestConnection
    private let takesInput: Bool
    private let state = Mutex(State.running)
    /// Gives the connection back for the next command.
    private let finish: @Sendable (GuestConnection) -> Void

    init(_ connection: GuestConnection, takesInput: Bool, finish: @escaping @Sendable (GuestConnection) -> Void) {
        self.connection = connection
        self.takesInput = takesInput
        self.finish = finish
    }

    deinit {
        if case .running = state.withLock({ $0 }) { connection.close() }
    }

    func next() async throws -> CommandEvent {
        if case .ended(let status) = state.withLock({ $0 }) { return .ended(status) }
        do {
            guard let frame = try await connection.next() else {
                throw GodHandError(
                    .guestUnresponsive, "The guest hung up while a command was running.",
                    hint: "The machine may have been destroyed or run out of memory.")
            }
            switch frame.type {
            case UInt8(ascii: "O"): return .output(frame.payload)
            case UInt8(ascii: "E"): return .error(frame.payload)
            case UInt8(ascii: "Q") where frame.payload.count == 8:
                let code = Int32(truncatingIfNeeded: UInt32(bigEndian: frame.payload))
                let signal = Int32(truncatingIfNeeded: UInt32(bigEndian: frame.payload.dropFirst(4)))
                let status: ExitStatus = signal == 0 ? .exited(code) : .signalled(signal)
                let isFirst = state.withLock { state in
                    guard case .running = state else { return false }
                    state = .ended(status)
                    return true
                }
                // Input may still be on its way, even half a message: such a connection must not see another command.
                if isFirst { takesInput ? connection.close() : finish(connection) }
                return .ended(status)
            default: throw GodHandError(.protocolViolation, "A guest sent message \(frame.type) during a command.")
            }
        } catch {
            await abandon()
            throw Self.translated(error)
        }
    }

    func write(_ bytes: [UInt8]) async throws {
        guard takesInput else {
            throw GodHandError(.invalidRequest, "This command was started without standard input.")
        }
        // Small enough that reading and writing alternate; an empty message would end the input.
        for start in stride(from: 0, to: bytes.count, by: 64 << 10) {
            let piece = Array(bytes[start..<min(start + 64 << 10, bytes.count)])
            try await send(GuestFrame("I", piece))
        }
    }

    func closeInput() async throws {
        if takesInput { try await send(GuestFrame("I")) }
    }

    func signal(_ number: Int32) async throws {
        try await send(GuestFrame("K", [UInt8(truncatingIfNeeded: number)]))
    }

    func abandon() async {
        let isRunning = state.withLock { state in
            guard case .running = state else { return false }
            state = .abandoned
            return true
        }
        if isRunning { connection.close() }
    }

    private func send(_ frame: GuestFrame) async throws {
        // After its end the connection belongs to somebody else's command.
        guard case .running = state.withLock({ $0 }) else { return }
        do {
            try await connection.send(frame)
        } catch is CancellationError {
            // Half a message may be out, so nothing more can be said on this connection.
            await abandon()
            throw CancellationError()
        } catch let error as TransportFailure where error.errno == 32 {
            // The guest hung up: reading tells why.
            return
        } catch { throw Self.translated(error) }
    }

    private static func translated(_ error: any Error) -> any Error {
        guard let failure = error as? TransportFailure else { return error }
        return GodHandError(.guestUnresponsive, "The guest's channel broke: \(failure.reason).", cause: failure)
    }
}
