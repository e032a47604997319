/// Sends requests, over the network or through a unix socket.
///
/// One thread drives all transfers of a client and sleeps while none is under way. Connections are kept and used again.
package final class HTTPClient: Sendable {
    /// The client of this process.
    package static let shared = HTTPClient()

    private let loop = CurlLoop()

    package init() {}

    deinit { loop.stop() }

    /// Sends a request and waits for the head of the response.
    ///
    /// A cancelled task, or an iterator of the body that is let go, drops the connection at once.
    ///
    /// - Throws: ``TransportFailure`` if there is no response; the caller knows what that means to its user.
    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let transfer = Transfer(request) { [loop] transfer, control in loop.control(transfer, control) }
        try Task.checkCancellation()
        loop.start(transfer)
        let guardian = TransferGuardian(transfer)
        let head = try await transfer.head()
        return HTTPResponse(head: head, body: HTTPBody(transfer: transfer, guardian: guardian))
    }
}

/// Cancels a transfer when nobody can read it any more.
final class TransferGuardian: Sendable {
    private let transfer: Transfer

    init(_ transfer: Transfer) { self.transfer = transfer }

    deinit { transfer.cancel() }
}

/// A request that got no complete response.
package struct TransportFailure: Error, Sendable, CustomStringConvertible {
    /// What curl calls it.
    package var reason: String
    /// The system's error number, or 0.
    package var errno: Int32
    /// Whether it failed before a connection stood, so that the request has certainly not been seen.
    package var isBeforeConnection: Bool
    /// Whether it was a time limit.
    package var isTimeout: Bool

    package init(reason: String, errno: Int32, isBeforeConnection: Bool, isTimeout: Bool) {
        self.reason = reason
        self.errno = errno
        self.isBeforeConnection = isBeforeConnection
        self.isTimeout = isTimeout
    }

    package var description: String { reason }
}
