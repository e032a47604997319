import Synchronization

/// The way into a guest whose init speaks our protocol: it calls us, so a command costs one round trip.
///
/// The guest keeps a few connections open ahead of need. They wait in the listener's backlog until a command wants one.
final class GuestChannel: Shell {
    private let listener: any GuestListener
    private let pool = ConnectionPool()
    /// Whether a task is taking calls; one is enough.
    private let isTakingCalls = Mutex(false)
    private let control = Mutex<GuestConnection?>(nil)
    /// How long a guest may take to call.
    private let patience: Duration

    /// Takes the guest's calls from a listener, which is then the channel's to close.
    init(_ listener: any GuestListener, patience: Duration = .seconds(20)) {
        self.listener = listener
        self.patience = patience
    }

    /// Listens on a socket that the guest is going to see.
    convenience init(listeningAt path: String, patience: Duration = .seconds(20)) throws {
        self.init(try UnixListener(path: path), patience: patience)
    }

    /// Waits until the guest says that its session is ready.
    func waitUntilReady() async throws {
        while true {
            let connection = try await accept()
            guard connection.kind == .control else {
                pool.offer(connection)
                continue
            }
            control.withLock { $0 = connection }
            while let frame = try await connection.next() {
                if frame.type == UInt8(ascii: "R") { return }
            }
        }
    }

    func start(_ command: Command) async throws -> any RunningCommand {
        guard !command.arguments.isEmpty else {
            throw GodHandError(.invalidRequest, "A command needs at least the name of a program.")
        }
        let request = try GuestFrame.execute(command)
        let connection = try await worker()
        do {
            try await connection.send(request)
            while let answer = try await connection.next() {
                switch answer.type {
                case UInt8(ascii: "S"):
                    return GuestCommand(connection, takesInput: command.takesInput) { [pool] in pool.offer($0) }
                case UInt8(ascii: "F"):
                    pool.offer(connection)
                    throw Self.startFailure(command, answer.payload)
                default:
                    throw GodHandError(.protocolViolation, "A guest answered a request with message \(answer.type).")
                }
            }
            throw GodHandError(
                .guestUnresponsive, "The guest hung up when it should start '\(command.arguments[0])'.",
                hint: "Whether the command ran is not known.")
        } catch let error as TransportFailure {
            connection.close()
            throw GodHandError(.guestUnresponsive, "The guest's channel broke: \(error.reason).", cause: error)
        } catch {
            if (error as? GodHandError)?.code != .execFailed { connection.close() }
            throw error
        }
    }

    /// Hangs up on the guest, which ends all its commands.
    func close() {
        pool.close()
        control.withLock { connection in
            connection?.close()
            connection = nil
        }
        listener.close()
    }

    // MARK: Connections

    private func worker() async throws -> GuestConnection {
        try await withDeadline(patience, "The guest's call for a command") { [self] in
            try await pool.acquire(onWait: takeCalls)
        }
    }

    /// Takes calls until nobody waits for one any more.
    private func takeCalls() {
        let isFirst = isTakingCalls.withLock { isTaking in
            defer { isTaking = true }
            return !isTaking
        }
        guard isFirst else { return }
        // It outlives the command that began it, since others may wait by then. Closing the listener ends it.
        Task { [self] in
            do {
                while isTakingCalls.withLock({ isTaking in
                    isTaking = pool.waiting > 0
                    return isTaking
                }) {
                    let connection = try await accept()
                    switch connection.kind {
                    case .worker: pool.offer(connection)
                    // Its init lost the old one; keeping the newest tells it that we are here.
                    case .control: control.withLock { $0 = connection }
                    }
                }
            } catch {
                isTakingCalls.withLock { $0 = false }
                pool.fail(error)
            }
        }
    }

    private func accept() async throws -> GuestConnection {
        while true {
            let stream = try await listener.accept()
            do {
                return try await GuestConnection.greeted(stream)
            } catch let error as GodHandError where error.code == .guestUnresponsive {
                stream.close()
            } catch {
                stream.close()
                throw error
            }
        }
    }

    private static func startFailure(_ command: Command, _ payload: [UInt8]) -> GodHandError {
        let number = Int32(truncatingIfNeeded: UInt32(bigEndian: payload))
        let stage = String(decoding: payload.dropFirst(8).prefix(32), as: UTF8.self)
        let reason = SystemError.text(number)
        if stage == "chdir" {
            return GodHandError(
                .execFailed, "The guest cannot enter '\(command.workingDirectory ?? "")': \(reason).",
                hint: "Name a directory that exists in the guest.")
        }
        return GodHandError(
            .execFailed, "The guest cannot start '\(command.arguments[0])': \(reason).",
            hint: "Check that the image has the program; it is looked up in the guest's PATH.")
    }
}
