import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One thread that waits for descriptors on behalf of tasks.
///
/// `poll` has no limit on descriptor numbers and is the same everywhere. The thread sleeps until a descriptor is ready
/// or a task asks for another one; with a few dozen descriptors building the list costs microseconds.
final class Reactor: Sendable {
    static let shared = Reactor()

    enum Interest: Sendable {
        case readable, writable
    }

    private struct Waiter {
        let descriptor: Int32
        let interest: Interest
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var waiters: [UInt64: Waiter] = [:]
        var nextID: UInt64 = 0
        /// Ids that were cancelled before they were registered.
        var cancelled: Set<UInt64> = []
        /// The writing end of the pipe that wakes the thread; nil until it runs.
        var wakeDescriptor: Int32?
    }

    private let state = Mutex(State())

    /// Waits until the descriptor can be read or written without blocking, or has hung up.
    ///
    /// The descriptor must not be closed meanwhile: cancel the waiting task first.
    func wait(for interest: Interest, on descriptor: Int32) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiter = Waiter(descriptor: descriptor, interest: interest, continuation: continuation)
                let failure: (any Error)? = state.withLock { state in
                    if state.cancelled.contains(id) { return CancellationError() }
                    do { try startIfNeeded(&state) } catch { return error }
                    state.waiters[id] = waiter
                    Self.wake(state)
                    return nil
                }
                if let failure { continuation.resume(throwing: failure) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiters.removeValue(forKey: id)
                if waiter == nil { state.cancelled.insert(id) } else { Self.wake(state) }
                return waiter
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    private static func wake(_ state: State) {
        guard let descriptor = state.wakeDescriptor else { return }
        var byte: UInt8 = 0
        // A full pipe means that a wake is due already.
        _ = write(descriptor, &byte, 1)
    }

    private func startIfNeeded(_ state: inout State) throws {
        guard state.wakeDescriptor == nil else { return }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw GodHandError(
                .hostFailed, "No pipe could be made: \(SystemError.text(errno)).",
                hint: "Raise the limit on open files (ulimit -n).")
        }
        for end in ends { Descriptor.makeNonBlockingAndPrivate(end) }
        let reading = ends[0]
        state.wakeDescriptor = ends[1]
        let thread = Thread { [self] in run(waking: reading) }
        thread.name = "godhand-reactor"
        thread.start()
    }

    private func run(waking: Int32) {
        var polled: [pollfd] = []
        var ids: [UInt64] = []
        var drain = [UInt8](repeating: 0, count: 256)
        while true {
            polled.removeAll(keepingCapacity: true)
            ids.removeAll(keepingCapacity: true)
            polled.append(pollfd(fd: waking, events: Int16(POLLIN), revents: 0))
            state.withLock { state in
                for (id, waiter) in state.waiters {
                    let events = waiter.interest == .readable ? POLLIN : POLLOUT
                    polled.append(pollfd(fd: waiter.descriptor, events: Int16(events), revents: 0))
                    ids.append(id)
                }
            }
            guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
            if polled[0].revents != 0 { _ = read(waking, &drain, drain.count) }
            var ready: [Waiter] = []
            state.withLock { state in
                for (index, id) in ids.enumerated() where polled[index + 1].revents != 0 {
                    if let waiter = state.waiters.removeValue(forKey: id) { ready.append(waiter) }
                }
            }
            for waiter in ready { waiter.continuation.resume() }
        }
    }
}
