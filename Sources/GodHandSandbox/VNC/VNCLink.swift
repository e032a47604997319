import Foundation

/// What the display's thread and its callers share: the ledger, what is to be sent, and who waits for what.
final class VNCLink: Sendable {
    /// Something that a caller waits for. All conditions are also met once the display is gone for ever.
    enum Condition {
        /// There is a connection with a complete picture.
        case live
        /// There is a change after this serial.
        case newer(than: UInt64)
        /// This batch of input was taken, or the connection on which it was sent is gone.
        case taken(batch: UInt64, epoch: UInt64)
    }

    struct State {
        var ledger = DisplayLedger()
        var outbox: [UInt8] = []
        /// The newest batch that was put into the outbox, and the newest that the server took.
        var newestBatch: UInt64 = 0
        var takenBatch: UInt64 = 0
        /// Whether the server answers fences, which say that all before them was processed.
        var hasFences = false
        var connection: OwnedDescriptor?

        fileprivate func isMet(_ condition: Condition) -> Bool {
            if ledger.isGone { return true }
            return switch condition {
            case .live: ledger.isLive
            case .newer(let serial): ledger.serial > serial
            case .taken(let batch, let epoch): takenBatch >= batch || ledger.epoch != epoch
            }
        }
    }

    private let shared = WaitList<State, Condition, Void>(State())
    /// The pipe that wakes the thread out of its poll.
    let waking: OwnedDescriptor
    private let wakingEnd: OwnedDescriptor

    /// The most that may wait to be sent, in bytes. The longest text of one action is far below it.
    static let longestOutbox = 1 << 20

    init() throws { (waking, wakingEnd) = try OwnedDescriptor.pipe() }

    /// Looks at the state, or changes it; then wakes everybody whose condition is met.
    func update<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        try shared.update { state, waiters in
            defer {
                if !waiters.isEmpty { waiters.resume(with: .success(())) { state.isMet($1) } }
            }
            return try body(&state)
        }
    }

    /// Waits until the condition is met. What holds then must be looked up: it can have changed again.
    func wait(until condition: Condition) async throws {
        try await shared.wait(condition) { $0.isMet(condition) ? .success(()) : nil }
    }

    /// Wakes the thread, which then looks at the state.
    func wake() {
        var byte: UInt8 = 0
        // A full pipe means that a wake is due already.
        _ = write(wakingEnd.rawValue, &byte, 1)
    }

    /// Ends the display for ever.
    func end(_ error: GodHandError) {
        let connection = update { state in
            state.ledger.end(error)
            state.outbox = []
            defer { state.connection = nil }
            return state.connection
        }
        connection?.shutdown()
        wake()
    }
}

extension VNCLink {
    var isGone: Bool { update { $0.ledger.isGone } }

    /// Forgets the wakes that were due.
    func drainWaking() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
            while read(waking.rawValue, bytes.baseAddress, bytes.count) == bytes.count {}
        }
    }

    /// Begins with a new connection; false if the display is gone for ever.
    func begin(_ connection: OwnedDescriptor) -> Bool {
        update { state in
            guard !state.ledger.isGone else { return false }
            state.connection = connection
            state.outbox = []
            state.hasFences = false
            return true
        }
    }

    /// Lets a connection go. Input that was not sent is forgotten: it is never sent on another connection.
    func lose() {
        update { state in
            state.connection = nil
            state.outbox = []
            state.ledger.drop()
        }
    }

    /// Puts input into the outbox without waiting for anything; nil if there is no connection.
    @discardableResult
    func post(_ messages: [RFBClientMessage]) throws -> (batch: UInt64, epoch: UInt64)? {
        let ticket: (batch: UInt64, epoch: UInt64)? = try update { state in
            guard state.ledger.isLive else { return nil }
            guard state.outbox.count < Self.longestOutbox else {
                throw GodHandError(
                    .guestUnresponsive, "The screen server takes no input.", hint: "Look whether the machine is paused."
                )
            }
            for message in messages { message.append(to: &state.outbox) }
            state.newestBatch += 1
            if state.hasFences {
                var payload: [UInt8] = []
                payload.appendBigEndian(state.newestBatch)
                // A request that is answered when all before it has been processed.
                RFBClientMessage.fence(flags: 1 << 31 | 1, payload: payload).append(to: &state.outbox)
            }
            return (state.newestBatch, state.ledger.epoch)
        }
        if ticket != nil { wake() }
        return ticket
    }
}
