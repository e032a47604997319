import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How a display gets a connected socket, at first and after each loss.
package protocol DisplayTransport: Sendable {
    /// A connected stream socket.
    ///
    /// - Throws: Any error if there is none now; it is tried again after a while.
    func connect() async throws -> OwnedDescriptor
}

/// Dials a server's unix socket. Only for paths that a guest cannot write.
package struct UnixSocketTransport: DisplayTransport {
    let path: String

    /// Makes a transport to a socket in the file system.
    package init(path: String) { self.path = path }

    package func connect() async throws -> OwnedDescriptor {
        let descriptor = OwnedDescriptor(try Descriptor.unixSocket())
        let result = try Descriptor.withUnixAddress(path) { Descriptor.connect(descriptor.rawValue, $0, $1) }
        guard result == 0 else {
            throw GodHandError(.displayUnavailable, "Cannot dial '\(path)': \(SystemError.text(errno)).")
        }
        return descriptor
    }
}

/// Dials a port of this host's loopback interface.
package struct LoopbackTransport: DisplayTransport {
    let port: UInt16

    /// Makes a transport to a port of 127.0.0.1.
    package init(port: UInt16) { self.port = port }

    package func connect() async throws -> OwnedDescriptor {
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let number = socket(AF_INET, kind, 0)
        guard number >= 0 else {
            throw GodHandError(
                .hostFailed, "No socket could be made: \(SystemError.text(errno)).",
                hint: "Raise the limit on open files (ulimit -n).")
        }
        let descriptor = OwnedDescriptor(number)
        Descriptor.makeNonBlockingAndPrivate(number)
        // Input events are small and must not wait for each other.
        var yes: Int32 = 1
        setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        #if canImport(Darwin)
            setsockopt(number, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Descriptor.connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 {
            guard errno == EINPROGRESS else { throw Self.failure(port, errno) }
            try await Reactor.shared.wait(for: .writable, on: number)
            var status: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(number, SOL_SOCKET, SO_ERROR, &status, &length)
            guard status == 0 else { throw Self.failure(port, status) }
        }
        return descriptor
    }

    private static func failure(_ port: UInt16, _ number: Int32) -> GodHandError {
        GodHandError(.displayUnavailable, "Cannot dial port \(port) of 127.0.0.1: \(SystemError.text(number)).")
    }
}

/// Waits for the guest to dial a socket of ours.
package struct ListeningTransport: DisplayTransport {
    let listener: UnixListener

    /// Makes a transport of a listener, which lives as long as the transport.
    init(listener: UnixListener) { self.listener = listener }

    /// Listens at a path.
    ///
    /// - Throws: `GodHandError` with `host.failed`.
    package init(path: String) throws { self.init(listener: try UnixListener(path: path)) }

    package func connect() async throws -> OwnedDescriptor {
        guard let number = try await listener.accept().take() else {
            throw GodHandError(.displayUnavailable, "The guest's connection was closed.")
        }
        return OwnedDescriptor(number)
    }
}
