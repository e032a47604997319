import GodHandCore

/// Wakes whoever waits for a change of any kind.
final class Signal: Sendable {
    private let list = WaitList<UInt64, UInt64, Void>(0)

    /// How often it was given.
    var count: UInt64 { list.update { count, _ in count } }

    func give() {
        list.update { count, waiters in
            count += 1
            waiters.resume(with: .success(()))
        }
    }

    /// Waits until it was given more often than that, at most for a time.
    func wait(after seen: UInt64, atMost time: Duration?, clock: any Clock<Duration>) async {
        let wait = { @Sendable [list] in try await list.wait(seen) { $0 > seen ? .success(()) : nil } }
        // Whether it was given, the time is up or the task is cancelled: whoever waited looks again.
        guard let time else {
            try? await wait()
            return
        }
        try? await withDeadline(time, clock: clock, "Waiting", wait)
    }
}
