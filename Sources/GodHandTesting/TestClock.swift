/// A clock that stands still until a test moves it, so that deadlines pass exactly when they should.
public final class TestClock: Clock {
    /// A moment: how far the clock was moved until then.
    public struct Instant: InstantProtocol {
        /// How far the clock was moved until then.
        public var offset: Duration

        /// Moves the moment.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        /// The time from this moment to another.
        public func duration(to other: Instant) -> Duration { other.offset - offset }
        /// Whether one is earlier.
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State: Sendable {
        var now = Instant(offset: .zero)
        var sleepers = 0
    }
    private let state = Watched(State())

    /// Makes a clock at zero.
    public init() {}

    /// Where it stands.
    public var now: Instant { state.read(\.now) }
    /// Zero: it has no ticks.
    public var minimumResolution: Duration { .zero }

    /// Waits until the clock was moved to a moment.
    ///
    /// - Throws: `CancellationError`.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        state.update { $0.sleepers += 1 }
        defer { state.update { $0.sleepers -= 1 } }
        try await state.wait { $0.now >= deadline ? () : nil }
    }

    /// Moves the clock and wakes whoever waited for that.
    public func advance(by duration: Duration) {
        state.update { $0.now = $0.now.advanced(by: duration) }
    }

    /// Waits until at least so many tasks sleep on it.
    ///
    /// - Throws: `CancellationError`.
    public func waitForSleepers(_ count: Int = 1) async throws {
        try await state.wait { $0.sleepers >= count ? () : nil }
    }
}
