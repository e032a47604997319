import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Small things that are done to file descriptors.
enum Descriptor {
    #if canImport(Darwin)
        /// Do not block; a broken pipe is silenced per socket.
        static let sendFlags = MSG_DONTWAIT
    #else
        /// Do not block, and report a broken pipe as an error instead of by a signal.
        static let sendFlags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    #endif

    /// Sets non-blocking mode, and close-on-exec so that no child of this process inherits it.
    static func makeNonBlockingAndPrivate(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// A stream socket of the unix family, private to this process.
    static func unixSocket() throws -> Int32 {
        #if os(Linux)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
            var yes: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        #endif
        guard descriptor >= 0 else {
            throw GodHandError(
                .hostFailed, "No socket could be made: \(SystemError.text(errno)).",
                hint: "Raise the limit on open files (ulimit -n).")
        }
        makeNonBlockingAndPrivate(descriptor)
        return descriptor
    }

    /// Calls `body` with the socket address of a path.
    static func withUnixAddress<Result>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
    ) throws -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < capacity, !bytes.contains(0) else {
            throw GodHandError(
                .hostFailed, "The socket path '\(path)' has \(bytes.count) bytes; the system allows \(capacity - 1).",
                hint: "Set XDG_RUNTIME_DIR to a shorter directory.")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return try withUnsafePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

extension Descriptor {
    // Qualified, since types here have methods of the same names.
    #if canImport(Glibc)
        static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }
        static func connect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
            Glibc.connect(descriptor, address, length)
        }
        static func bind(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
            Glibc.bind(descriptor, address, length)
        }
        static func accept(_ descriptor: Int32) -> Int32 { Glibc.accept(descriptor, nil, nil) }
        static func open(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { Glibc.open(path, flags, mode) }
        static func link(_ path: String, _ name: String) -> Int32 { Glibc.link(path, name) }
    #elseif canImport(Musl)
        static func close(_ descriptor: Int32) { _ = Musl.close(descriptor) }
        static func connect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
            Musl.connect(descriptor, address, length)
        }
        static func bind(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
            Musl.bind(descriptor, address, length)
        }
        static func accept(_ descriptor: Int32) -> Int32 { Musl.accept(descriptor, nil, nil) }
        static func open(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { Musl.open(path, flags, mode) }
        static func link(_ path: String, _ name: String) -> Int32 { Musl.link(path, name) }
    #else
        static func close(_ descriptor: Int32) { _ = Darwin.close(descriptor) }
        static func connect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
            Darwin.connect(descriptor, address, length)
        }
        static func bind(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
            Darwin.bind(descriptor, address, length)
        }
        static func accept(_ descriptor: Int32) -> Int32 { Darwin.accept(descriptor, nil, nil) }
        static func open(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { Darwin.open(path, flags, mode) }
        static func link(_ path: String, _ name: String) -> Int32 { Darwin.link(path, name) }
    #endif
}

/// The system's words for its error numbers.
enum SystemError {
    static func text(_ number: Int32) -> String { String(cString: strerror(number)) }
}
