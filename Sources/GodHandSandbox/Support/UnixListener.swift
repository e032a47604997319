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
    private let socket: PolledDescriptor
    private let isBound = Mutex(true)

    /// Binds and listens.
    ///
    /// - Throws: `GodHandError` with `host.failed` if the path is too long, taken, or cannot be written.
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
        socket = PolledDescriptor(descriptor)
    }

    deinit { close() }

    /// The next call. Waits for one; a cancelled task gives up waiting.
    func accept() async throws -> SocketStream {
        while true {
            let accepted: Int32 = try socket.use { descriptor in
                let accepted = Descriptor.accept(descriptor)
                if accepted < 0, errno != EAGAIN, errno != EINTR, errno != ECONNABORTED {
                    throw GodHandError(
                        .hostFailed, "Cannot accept on '\(path)': \(SystemError.text(errno)).",
                        hint: "Raise the limit on open files (ulimit -n).")
                }
                return accepted
            }
            if accepted >= 0 { return SocketStream(descriptor: accepted) }
            try await socket.wait(for: .readable)
        }
    }

    /// Stops listening, wakes whoever waits, and removes the socket. Harmless when closed.
    func close() {
        socket.close()
        let wasBound = isBound.withLock { isBound in
            defer { isBound = false }
            return isBound
        }
        if wasBound { unlink(path) }
    }
}
