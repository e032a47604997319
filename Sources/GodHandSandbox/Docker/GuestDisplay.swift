/// The display of a guest that calls us: a socket of ours, and the screen that arrives on it.
final class GuestDisplay: Sendable {
    private let listener: UnixListener

    init(listeningAt path: String) throws { listener = try UnixListener(path: path) }

    var display: (any Display)? { nil }

    /// Waits until the guest has called and shown a picture.
    func waitForFirstFrame() async throws { _ = try await listener.accept() }

    func close() async { listener.close() }
}
