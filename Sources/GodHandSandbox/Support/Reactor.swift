import Foundation

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

    private struct Watch {
        let descriptor: Int32
        let interest: Interest
    }

    private struct State {
        /// The writing end of the pipe that wakes the thread; nil until it runs.
        var wakeDescriptor: Int32?
    }

    private let waits = WaitList<State, Watch, Void>(State())

    /// Waits until the descriptor can be read or written without blocking, or has hung up.
    ///
    /// The descriptor must not be closed meanwhile: cancel the waiting task first.
    func wait(for interest: Interest, on descriptor: Int32) async throws {
        try await waits.wait(
            Watch(descriptor: descriptor, interest: interest),
            unless: { state in
                do { try startIfNeeded(&state) } catch { return .failure(error) }
                // The thread that wakes now cannot build its list before this one is in it: the lock is held.
                Self.wake(state)
                return nil
            }, onCancel: { Self.wake($0) })
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
            for (id, watch) in waits.update({ _, waiters in waiters.notes }) {
                let events = watch.interest == .readable ? POLLIN : POLLOUT
                polled.append(pollfd(fd: watch.descriptor, events: Int16(events), revents: 0))
                ids.append(id)
            }
            guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
            if polled[0].revents != 0 { _ = read(waking, &drain, drain.count) }
            let ready = Set(zip(ids, polled.dropFirst()).lazy.filter { $1.revents != 0 }.map(\.0))
            if !ready.isEmpty {
                waits.update { _, waiters in waiters.resume(with: .success(())) { id, _ in ready.contains(id) } }
            }
        }
    }
}
