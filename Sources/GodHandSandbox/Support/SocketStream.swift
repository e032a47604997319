import Foundation

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
    let socket: PolledDescriptor

    /// Takes over a connected descriptor.
    init(descriptor: Int32) { socket = PolledDescriptor(descriptor) }

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
            let bytes: [UInt8]? = try socket.use { descriptor in
                var failure: Int32 = 0
                let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                    let result = recv(descriptor, buffer.baseAddress, count, Int32(MSG_DONTWAIT))
                    filled = max(0, result)
                    if result < 0 { failure = errno }
                }
                switch failure {
                case 0: return bytes
                case EAGAIN, EINTR: return nil
                // A peer that is gone has nothing more to say.
                case ECONNRESET, EPIPE: return []
                default: throw Self.failure("read", failure)
                }
            }
            if let bytes { return bytes }
            try await socket.wait(for: .readable)
        }
    }

    /// Writes all bytes, waiting while the peer does not take them.
    func write(_ bytes: [UInt8]) async throws {
        var offset = 0
        while offset < bytes.count {
            let count: Int = try socket.use { descriptor in
                let result = bytes.withUnsafeBytes { buffer in
                    send(
                        descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset,
                        Descriptor.sendFlags)
                }
                if result >= 0 { return result }
                let number = errno
                guard number == EAGAIN || number == EINTR else { throw Self.failure("write", number) }
                return 0
            }
            offset += count
            if offset < bytes.count, count == 0 { try await socket.wait(for: .writable) }
        }
    }

    /// Says that nothing more will be written.
    func closeForWriting() {
        try? socket.use { _ = shutdown($0, Int32(SHUT_WR)) }
    }

    /// Whether the peer has closed, or sent something that nobody has read.
    var hasNews: Bool {
        let isQuiet = try? socket.use { descriptor in
            var byte: UInt8 = 0
            let result = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK))
            return result < 0 && (errno == EAGAIN || errno == EINTR)
        }
        return isQuiet != true
    }

    /// Gives the connected socket away, to one who then closes it; nil if it was closed or somebody is reading or writing.
    func take() -> Int32? { socket.take() }

    /// Closes at once, and wakes whoever waits. Harmless when closed.
    func close() { socket.close() }

    static func failure(_ what: String, _ number: Int32) -> TransportFailure {
        TransportFailure(
            reason: "cannot \(what): \(SystemError.text(number))", errno: number, isBeforeConnection: false,
            isTimeout: false)
    }
}
