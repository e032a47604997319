import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A socket that is used without blocking and closed exactly once, whoever is waiting for it.
///
/// System calls are made under a lock, and closing while a task waits only shuts the socket down: that wakes the waiter,
/// and the last one out gives the number back. So a number that the system may have handed to somebody else is never
/// used.
final class PolledDescriptor: Sendable {
    private struct State {
        var descriptor: Int32?
        var waiters = 0
        var isClosing = false
    }

    private let state: Mutex<State>

    /// Takes over a socket.
    init(_ descriptor: Int32) {
        Descriptor.makeNonBlockingAndPrivate(descriptor)
        state = Mutex(State(descriptor: descriptor))
    }

    deinit { close() }

    /// Makes a system call that does not block.
    ///
    /// - Throws: ``TransportFailure`` if it is closed, and what the body throws.
    func use<Result>(_ body: (Int32) throws -> Result) throws -> Result {
        try state.withLock { state in
            guard let descriptor = state.descriptor, !state.isClosing else { throw Self.closed }
            return try body(descriptor)
        }
    }

    /// Waits until a call is worth another try, or the socket was shut down.
    func wait(for interest: Reactor.Interest) async throws {
        let descriptor = try state.withLock { state in
            guard let descriptor = state.descriptor, !state.isClosing else { throw Self.closed }
            state.waiters += 1
            return descriptor
        }
        defer {
            state.withLock { state in
                state.waiters -= 1
                Self.closeIfUnused(&state)
            }
        }
        try await Reactor.shared.wait(for: interest, on: descriptor)
    }

    /// Closes, and wakes whoever waits. Harmless when closed.
    func close() {
        state.withLock { state in
            guard let descriptor = state.descriptor, !state.isClosing else { return }
            state.isClosing = true
            // Only then: a duplicate of the number, if there is one, goes on.
            if state.waiters > 0 { shutdown(descriptor, Int32(SHUT_RDWR)) }
            Self.closeIfUnused(&state)
        }
    }

    /// Gives the open socket away, to one who then closes it; nil if it was closed or somebody waits for it.
    func take() -> Int32? {
        state.withLock { state in
            guard !state.isClosing, state.waiters == 0 else { return nil }
            state.isClosing = true
            defer { state.descriptor = nil }
            return state.descriptor
        }
    }

    private static func closeIfUnused(_ state: inout State) {
        guard state.isClosing, state.waiters == 0, let descriptor = state.descriptor else { return }
        Descriptor.close(descriptor)
        state.descriptor = nil
    }

    private static let closed = TransportFailure(
        reason: "it was closed on our side", errno: EBADF, isBeforeConnection: false, isTimeout: false)
}
