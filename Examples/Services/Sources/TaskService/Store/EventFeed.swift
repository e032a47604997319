import Synchronization

/// The newest events, and who waits for the next.
///
/// Waiting is by level: whoever asks for what comes after a number that has passed gets it at once. So no reader misses
/// anything, none is waited for, and one that is slow costs nothing but its own delay.
final class EventFeed: Sendable {
    private struct State {
        var events: [StoredEvent] = []
        var last = 0
        /// Counts everything that readers may want to look at, events and what is not written down.
        var version = 0
        var isClosed = false
        var next = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }
    private static let room = 1024
    private let state = Mutex(State())

    /// Tells what was there before.
    func begin(after number: Int) { state.withLock { $0.last = number } }

    /// The number of the newest event.
    var last: Int { state.withLock(\.last) }
    /// Whether the service ends.
    var isClosed: Bool { state.withLock(\.isClosed) }
    /// Counts up with all that happens.
    var version: Int { state.withLock(\.version) }

    func add(_ event: StoredEvent) {
        change { state in
            state.events.append(event)
            state.last = event.number
            // In pieces, since taking one from the front moves all others.
            if state.events.count >= 2 * Self.room { state.events.removeFirst(Self.room) }
        }
    }

    /// Wakes readers for something that is not written down.
    func ring() { change { _ in } }

    /// Ends all waiting.
    func close() { change { $0.isClosed = true } }

    /// What came after a number; nil if that is so long ago that only the database knows.
    func recent(after number: Int) -> [StoredEvent]? {
        state.withLock { state in
            if number >= state.last { return [] }
            guard let first = state.events.first, first.number <= number + 1 else { return nil }
            return Array(state.events[state.events.partitioningIndex(after: number)...])
        }
    }

    /// Waits until something happens after a version, at most for a time; at once if the service ends.
    func wait(after version: Int, atMost duration: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Task.sleep(for: duration) }
            group.addTask { await self.wait(after: version) }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    private func wait(after version: Int) async {
        let id = state.withLock { state -> Int in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.version != version || state.isClosed || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiters = state.withLock { state in
            body(&state)
            state.version += 1
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }
}

extension [StoredEvent] {
    /// Where the first event after a number is.
    fileprivate func partitioningIndex(after number: Int) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].number > number { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
