/// A door that is shut until somebody opens it: holds a call where a test wants it.
public final class Gate: Sendable {
    private struct State: Sendable {
        var isOpen = false
        var waiting = 0
    }
    private let state = Watched(State())

    /// Makes a shut gate.
    public init() {}

    /// Lets everybody through, now and later.
    public func open() { state.update { $0.isOpen = true } }

    /// Waits until it is open.
    ///
    /// - Throws: `CancellationError`.
    public func pass() async throws {
        state.update { $0.waiting += 1 }
        defer { state.update { $0.waiting -= 1 } }
        try await state.wait { $0.isOpen ? () : nil }
    }

    /// Waits until at least so many stand before it.
    ///
    /// - Throws: `CancellationError`.
    public func waitForArrivals(_ count: Int = 1) async throws {
        try await state.wait { $0.waiting >= count ? () : nil }
    }
}
