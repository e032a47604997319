final class GuestDisplay: Sendable {
    let listener: UnixListener
    init(listeningAt path: String) throws { listener = try UnixListener(path: path) }
    var display: (any Display)? { nil }
    func waitForFirstFrame() async throws { _ = try await listener.accept() }
    func close() async { listener.close() }
}
