import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A connected stream socket that tasks read and write.
///
/// Nothing is buffered here: what is not read stays in the kernel, and the peer blocks. A cancelled read or write throws
/// `CancellationError` and leaves the stream open; its owner decides whether it can still be used.
final class SocketStream: Sendable {
    /// Nil once closed. System calls are made under the lock, so that the number is never used after it was given back.
    private let descriptor: Mutex<Int32?>

    /// Takes over a connected descriptor.
    init(descriptor: Int32) {
        Descriptor.makeNonBlockingAndPrivate(descriptor)
        self.descriptor = Mutex(descriptor)
    }

    deinit { close() }

    /// Connects to a unix socket.
    static func connect(toUnixSocket path: String) throws -> SocketStream {
        let descriptor = try Descriptor.unixSocket()
        let result = try Descriptor.withUnixAddress(path) { address, length in
            Descriptor.connect(descriptor, address, length)
        }
        guard result == 0 else {
            let number = errno
            Descriptor.close(descriptor)
            throw TransportFailure(
                reason: "cannot connect: \(SystemError.text(number))", errno: number, isBeforeConnection: true,
                isTimeout: false)
        }
        return SocketStream(descriptor: descriptor)
    }

    /// Reads what is there, waiting until something is; empty at the end of the stream.
    func read(upTo count: Int) async throws -> [UInt8] {
        while true {
            let attempt: (bytes: [UInt8]?, descriptor: Int32) = try withDescriptor { descriptor in
                var failure: Int32 = 0
                let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                    let result = recv(descriptor, buffer.baseAddress, count, Int32(MSG_DONTWAIT))
                    filled = max(0, result)
                    if result < 0 { failure = errno }
                }
                switch failure {
                case 0: return (bytes, descriptor)
                case EAGAIN, EINTR: return (nil, descriptor)
                // A peer that is gone has nothing more to say.
                case ECONNRESET, EPIPE: return ([], descriptor)
                default: throw Self.failure("read", failure)
                }
            }
            if let bytes = attempt.bytes { return bytes }
            try await Reactor.shared.wait(for: .readable, on: attempt.descriptor)
        }
    }

    /// Writes all bytes, waiting while the peer does not take them.
    func write(_ bytes: [UInt8]) async throws {
        var offset = 0
        while offset < bytes.count {
            let attempt: (count: Int, descriptor: Int32) = try withDescriptor { descriptor in
                let result = bytes.withUnsafeBytes { buffer in
                    send(
                        descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset,
                        Descriptor.sendFlags)
                }
                if result >= 0 { return (result, descriptor) }
                let number = errno
                guard number == EAGAIN || number == EINTR else { throw Self.failure("write", number) }
                return (0, descriptor)
            }
            offset += attempt.count
            if offset < bytes.count, attempt.count == 0 {
                try await Reactor.shared.wait(for: .writable, on: attempt.descriptor)
            }
        }
    }

    /// Says that nothing more will be written.
    func closeForWriting() {
        descriptor.withLock { if let descriptor = $0 { _ = shutdown(descriptor, Int32(SHUT_WR)) } }
    }

    /// Whether the peer has closed, or sent something that nobody asked for.
    var hasNews: Bool {
        descriptor.withLock { descriptor in
            guard let descriptor else { return true }
            var byte: UInt8 = 0
            let result = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK))
            return result >= 0 || (errno != EAGAIN && errno != EINTR)
        }
    }

    /// Closes at once. Harmless when closed. Nobody may be waiting in `read` or `write`.
    func close() {
        let taken = descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        if let taken { Descriptor.close(taken) }
    }

    private func withDescriptor<Result>(_ body: (Int32) throws -> Result) throws -> Result {
        try descriptor.withLock { descriptor in
            guard let descriptor else {
                throw TransportFailure(
                    reason: "the connection is closed", errno: EBADF, isBeforeConnection: false, isTimeout: false)
            }
            return try body(descriptor)
        }
    }

    private static func failure(_ what: String, _ number: Int32) -> TransportFailure {
        TransportFailure(
            reason: "cannot \(what): \(SystemError.text(number))", errno: number, isBeforeConnection: false,
            isTimeout: false)
    }
}
