import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A unix socket of ours on which guests call.
///
/// The directory protects it: guests see only the directory of their own machine, and other users of the host cannot
/// enter the one above it. So the socket itself is open to any user id that a guest may have.
final class UnixListener: Sendable {
    let path: String
    private let descriptor: Mutex<Int32?>

    /// Binds and listens.
    ///
    /// - Throws: ``GodHandError`` with `host.failed` if the path is too long, taken, or cannot be written.
    init(path: String) throws {
        let descriptor = try Descriptor.unixSocket()
        let bound = try Result {
            try Descriptor.withUnixAddress(path) { Descriptor.bind(descriptor, $0, $1) }
        }.mapError { error in
            Descriptor.close(descriptor)
            return error
        }.get()
        // The backlog holds the calls that a guest makes ahead of need; nobody has to be accepting for it to connect.
        guard bound == 0, chmod(path, 0o666) == 0, listen(descriptor, 128) == 0 else {
            let number = errno
            Descriptor.close(descriptor)
            throw GodHandError(.hostFailed, "Cannot listen on '\(path)': \(SystemError.text(number)).")
        }
        self.path = path
        self.descriptor = Mutex(descriptor)
    }

    deinit { close() }

    /// The next call. Waits for one; a cancelled task gives up waiting.
    func accept() async throws -> SocketStream {
        while true {
            let attempt: (accepted: Int32, listening: Int32) = try descriptor.withLock { descriptor in
                guard let descriptor else {
                    throw TransportFailure(
                        reason: "the listener is closed", errno: EBADF, isBeforeConnection: true, isTimeout: false)
                }
                let accepted = Descriptor.accept(descriptor)
                if accepted < 0, errno != EAGAIN, errno != EINTR, errno != ECONNABORTED {
                    throw GodHandError(
                        .hostFailed, "Cannot accept on '\(path)': \(SystemError.text(errno)).",
                        hint: "Raise the limit on open files (ulimit -n).")
                }
                return (accepted, descriptor)
            }
            if attempt.accepted >= 0 { return SocketStream(descriptor: attempt.accepted) }
            try await Reactor.shared.wait(for: .readable, on: attempt.listening)
        }
    }

    /// Stops listening and removes the socket. Harmless when closed. Nobody may be waiting in `accept`.
    func close() {
        let taken = descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        guard let taken else { return }
        Descriptor.close(taken)
        unlink(path)
    }
}
