import Foundation
import Synchronization

/// The control connection to one QEMU.
///
/// Any number of commands may be under way; each gets its answer by its id. Commands are written whole and in order by
/// one task, so a caller that is cancelled stops waiting and leaves the connection as it was. ``close()`` must be called
/// in the end: a task reads until then.
final class QMPClient: Sendable {
    private typealias Waiter = CheckedContinuation<JSONValue, any Error>

    private struct State {
        var pending: [Int: Waiter] = [:]
        /// Ids whose callers were cancelled before they waited.
        var cancelled: Set<Int> = []
        var nextID = 1
        var outbox: [Outgoing] = []
        var isWriting = false
        var expectations: [Int: Expected] = [:]
        /// Why nothing more can come.
        var end: GodHandError?
    }

    private struct Outgoing {
        var bytes: [UInt8]
        var descriptor: OwnedDescriptor?
    }

    private struct Expected {
        var matches: @Sendable (QMPEvent) -> Bool
        var arrived: QMPEvent?
        var waiter: CheckedContinuation<QMPEvent, any Error>?
    }

    /// A QEMU that answers takes commands faster than that many callers make them.
    private static let mostWaiting = 256

    /// What QEMU calls itself.
    let version: QEMUVersion
    private let stream: SocketStream
    private let state = Mutex(State())

    /// Takes over a connection, waits for the greeting and agrees on the protocol.
    ///
    /// - Throws: `GodHandError` with `qemu.failed`, `protocol.violation`, `guest.exited` or `deadline`. The connection is
    ///   closed then.
    static func connect(_ stream: SocketStream, patience: Duration = .seconds(30)) async throws -> QMPClient {
        do {
            let client = try await withDeadline(patience, "The first word of QEMU") {
                try await greeted(by: stream)
            }
            _ = try await client.execute("qmp_capabilities")
            return client
        } catch {
            stream.close()
            throw error
        }
    }

    private static func greeted(by stream: SocketStream) async throws -> QMPClient {
        var lines = QMPLineReader()
        while true {
            if let line = try lines.next() {
                guard case .greeting(let version) = try QMPMessage(line: line) else {
                    throw GodHandError(.protocolViolation, "QEMU did not begin with its greeting.")
                }
                return QMPClient(stream, version: version, lines: lines)
            }
            let bytes = try await read(stream)
            guard !bytes.isEmpty else { throw hungUp }
            lines.append(bytes)
        }
    }

    private init(_ stream: SocketStream, version: QEMUVersion, lines: QMPLineReader) {
        self.stream = stream
        self.version = version
        Task { await pump(lines) }
    }

    /// Whether answers can still come.
    var isOpen: Bool { state.withLock { $0.end == nil } }

    /// Runs a command and returns what QEMU answers.
    ///
    /// - Parameters:
    ///   - command: Its name.
    ///   - arguments: An object, or nil for none.
    ///   - descriptor: A descriptor that QEMU gets a copy of with the command, for `getfd` and `add-fd`.
    ///   - timeout: How long the answer may take. Whether the command took effect is not known then.
    /// - Throws: `GodHandError` with `qemu.failed` and a ``QMPFailure`` as its cause if QEMU refuses; `guest.exited`,
    ///   `protocol.violation`, `deadline`.
    @discardableResult
    func execute(
        _ command: String, _ arguments: JSONValue? = nil, passing descriptor: OwnedDescriptor? = nil,
        timeout: Duration = .seconds(10)
    ) async throws -> JSONValue {
        do {
            return try await withDeadline(timeout, "QEMU's answer to '\(command)'") { [self] in
                try await send(command, arguments, descriptor)
            }
        } catch let failure as QMPFailure {
            throw GodHandError(.qemuFailed, "QEMU refused '\(command)': \(failure.text)", cause: failure)
        }
    }

    /// Begins to watch for an event. Call it before the command that leads to the event, which may come at once.
    func expect(_ name: String) -> QMPExpectation { expect { $0.name == name } }

    /// Begins to watch for the first event of which a condition holds.
    func expect(where matches: @escaping @Sendable (QMPEvent) -> Bool) -> QMPExpectation {
        let id = state.withLock { state in
            let id = Self.take(&state.nextID)
            state.expectations[id] = Expected(matches: matches)
            return id
        }
        return QMPExpectation(client: self, id: id)
    }

    /// Hangs up; whoever waits gets `guest.exited`. Harmless when repeated.
    func close() { end(Self.hungUp) }

    // MARK: Sending

    private func send(
        _ command: String, _ arguments: JSONValue?, _ descriptor: OwnedDescriptor?
    ) async throws -> JSONValue {
        let id = state.withLock { Self.take(&$0.nextID) }
        var message: [String: JSONValue] = ["execute": .string(command), "id": .integer(id)]
        if let arguments { message["arguments"] = arguments }
        let bytes = Array(try JSONEncoder().encode(message)) + [UInt8(ascii: "\n")]
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: Waiter) in
                let failure: (any Error)? = state.withLock { state in
                    if let end = state.end { return end }
                    if state.cancelled.contains(id) { return CancellationError() }
                    guard state.pending.count < Self.mostWaiting, state.outbox.count < Self.mostWaiting else {
                        return GodHandError(.limitExceeded, "QEMU has not answered \(Self.mostWaiting) commands.")
                    }
                    state.pending[id] = waiter
                    state.outbox.append(Outgoing(bytes: bytes, descriptor: descriptor))
                    writeIfNeeded(&state)
                    return nil
                }
                if let failure { waiter.resume(throwing: failure) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.pending.removeValue(forKey: id)
                if waiter == nil { state.cancelled.insert(id) }
                return waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func writeIfNeeded(_ state: inout State) {
        guard !state.isWriting else { return }
        state.isWriting = true
        // It belongs to no caller, so that none can leave half a command behind. It ends when all is written.
        Task { [self] in
            while let next = takeOutgoing() {
                do { try await stream.write(next.bytes, passing: next.descriptor) } catch {
                    // The reading side finds out and tells everybody.
                    stream.close()
                }
            }
        }
    }

    private func takeOutgoing() -> Outgoing? {
        state.withLock { state in
            guard state.end == nil, !state.outbox.isEmpty else {
                state.isWriting = false
                return nil
            }
            return state.outbox.removeFirst()
        }
    }

    // MARK: Receiving

    private func pump(_ first: QMPLineReader) async {
        var lines = first
        do {
            while true {
                while let line = try lines.next() { try handle(try QMPMessage(line: line)) }
                let bytes = try await Self.read(stream)
                guard !bytes.isEmpty else { throw Self.hungUp }
                lines.append(bytes)
            }
        } catch {
            end(error as? GodHandError ?? Self.hungUp)
        }
    }

    private func handle(_ message: QMPMessage) throws {
        switch message {
        case .greeting: throw GodHandError(.protocolViolation, "QEMU greeted twice.")
        case .answer(let id, let result):
            let waiter = try state.withLock { state in
                guard id < state.nextID else {
                    throw GodHandError(.protocolViolation, "QEMU answered a command that it was not given.")
                }
                // None if its caller was cancelled.
                return state.pending.removeValue(forKey: id)
            }
            switch result {
            case .success(let value): waiter?.resume(returning: value)
            case .failure(let failure): waiter?.resume(throwing: failure)
            }
        case .event(let event):
            let waiters = state.withLock { state in
                var waiters: [CheckedContinuation<QMPEvent, any Error>] = []
                for (id, expected) in state.expectations where expected.arrived == nil && expected.matches(event) {
                    state.expectations[id]?.arrived = event
                    if let waiter = expected.waiter {
                        state.expectations[id]?.waiter = nil
                        waiters.append(waiter)
                    }
                }
                return waiters
            }
            for waiter in waiters { waiter.resume(returning: event) }
        }
    }

    private func end(_ error: GodHandError) {
        let (pending, expected) = state.withLock { state in
            if state.end == nil { state.end = error }
            defer {
                state.pending = [:]
                state.outbox = []
                for id in state.expectations.keys { state.expectations[id]?.waiter = nil }
            }
            return (Array(state.pending.values), state.expectations.values.compactMap(\.waiter))
        }
        stream.close()
        for waiter in pending { waiter.resume(throwing: error) }
        for waiter in expected { waiter.resume(throwing: error) }
    }

    private static func read(_ stream: SocketStream) async throws -> [UInt8] {
        do { return try await stream.read(upTo: 64 << 10) } catch is TransportFailure { return [] }
    }

    private static func take(_ next: inout Int) -> Int {
        defer { next += 1 }
        return next
    }

    private static var hungUp: GodHandError {
        GodHandError(.guestExited, "QEMU hung up.", hint: "It ended or was ended; its log tells more.")
    }
}

extension QMPClient {
    fileprivate func event(of id: Int) async throws -> QMPEvent {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<QMPEvent, any Error>) in
                let early: Result<QMPEvent, any Error>? = state.withLock { state in
                    if let arrived = state.expectations[id]?.arrived { return .success(arrived) }
                    if let end = state.end { return .failure(end) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.expectations[id]?.waiter = waiter
                    return nil
                }
                if let early { waiter.resume(with: early) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.expectations[id]?.waiter = nil }
                return state.expectations[id]?.waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    fileprivate func forget(_ id: Int) { state.withLock { _ = $0.expectations.removeValue(forKey: id) } }
}

/// An event that is waited for. It is watched for from the moment this exists, so none is missed in between.
final class QMPExpectation: Sendable {
    private let client: QMPClient
    private let id: Int

    fileprivate init(client: QMPClient, id: Int) {
        self.client = client
        self.id = id
    }

    deinit { client.forget(id) }

    /// The event, at once if it came already. For one waiter.
    ///
    /// - Throws: `GodHandError` with `deadline`, or with the reason why no event can come any more.
    func event(within duration: Duration = .seconds(10)) async throws -> QMPEvent {
        try await withDeadline(duration, "Waiting for an event of QEMU") { [self] in try await client.event(of: id) }
    }
}
