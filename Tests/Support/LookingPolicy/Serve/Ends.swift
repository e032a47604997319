import Foundation
import GodHandCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A descriptor that blocks, for threads of our own.
struct End: Sendable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        #if canImport(Darwin)
            var yes: Int32 = 1
            setsockopt(number, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        #endif
    }

    func close() { _ = closeDescriptor(number) }

    /// Ends the connection in the given directions; whoever waits on it is woken.
    func shutDown(_ how: Direction) { _ = shutdown(number, how.rawValue) }

    /// The directions of a connection, by the numbers that all systems share.
    enum Direction: Int32 {
        case writing = 1
        case both = 2
    }

    /// Sends all of it.
    ///
    /// - Returns: Whether the other side took it.
    @discardableResult
    func sendAll(_ data: Data) -> Bool {
        data.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count, let start = bytes.baseAddress {
                #if canImport(Darwin)
                    let count = send(number, start + sent, bytes.count - sent, 0)
                #else
                    let count = send(number, start + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
                #endif
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return false }
                sent += count
            }
            return true
        }
    }

    /// The next bytes; empty at the end.
    func readSome() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(number, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            return count > 0 ? Array(buffer.prefix(count)) : []
        }
    }

    func readAll(limit: Int) -> [UInt8] {
        var all: [UInt8] = []
        while all.count < limit, case let some = readSome(), !some.isEmpty { all += some }
        return all
    }
}

/// Two descriptors that belong together: ours, and the one that is given away.
struct Ends {
    let near: End
    let far: End

    /// Both directions.
    static func socket() throws -> Ends {
        var numbers: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, SocketKind.stream, 0, &numbers) == 0 else { throw failure() }
        return Ends(near: End(numbers[0]), far: End(numbers[1]))
    }

    /// From the far end to the near one.
    static func pipe() throws -> Ends {
        var numbers: [Int32] = [0, 0]
        guard makePipe(&numbers) == 0 else { throw failure() }
        return Ends(near: End(numbers[0]), far: End(numbers[1]))
    }

    private static func failure() -> GodHandError { GodHandError(.hostFailed, "There are no descriptors left.") }
}

enum SocketKind {
    #if canImport(Darwin)
        static let stream = SOCK_STREAM
    #else
        static let stream = Int32(SOCK_STREAM.rawValue)
    #endif
}

private func closeDescriptor(_ number: Int32) -> Int32 { close(number) }
private func makePipe(_ numbers: UnsafeMutablePointer<Int32>) -> Int32 { pipe(numbers) }
