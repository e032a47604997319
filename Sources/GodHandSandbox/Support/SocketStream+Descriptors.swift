import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension SocketStream {
    /// Writes all bytes, and gives the peer its own copy of a descriptor with the first of them.
    func write(_ bytes: [UInt8], passing descriptor: OwnedDescriptor?) async throws {
        guard let descriptor, !bytes.isEmpty else { return try await write(bytes) }
        while true {
            let count: Int = try socket.use { number in
                let result = Descriptor.send(number, bytes, passing: descriptor.rawValue)
                if result >= 0 { return result }
                let failure = errno
                guard failure == EAGAIN || failure == EINTR else { throw Self.failure("write", failure) }
                return 0
            }
            // The descriptor went with the first byte.
            if count > 0 { return try await write(Array(bytes[count...])) }
            try await socket.wait(for: .writable)
        }
    }
}

extension SocketStream {
    /// A connection of the unix family: our end, and the one to hand to a peer.
    static func pair() throws -> (ours: SocketStream, theirs: OwnedDescriptor) {
        let ends = try Descriptor.socketPair()
        return (SocketStream(descriptor: ends.0), OwnedDescriptor(ends.1))
    }
}

extension OwnedDescriptor {
    /// Both ends of a connection of the unix family, private to this process.
    package static func socketPair() throws -> (OwnedDescriptor, OwnedDescriptor) {
        let ends = try Descriptor.socketPair()
        return (OwnedDescriptor(ends.0), OwnedDescriptor(ends.1))
    }

    /// Another descriptor of the same open file.
    package func duplicate() throws -> OwnedDescriptor { OwnedDescriptor(try Descriptor.duplicate(rawValue)) }
}

extension Descriptor {
    /// Another number for the same open file, private to this process.
    static func duplicate(_ descriptor: Int32) throws -> Int32 {
        let number = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard number >= 0 else {
            throw GodHandError(
                .hostFailed, "A descriptor could not be copied: \(SystemError.text(errno)).",
                hint: "Raise the limit on open files (ulimit -n).")
        }
        return number
    }

    /// Both ends of a connection of the unix family, private to this process. The caller closes them.
    static func socketPair() throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw GodHandError(
                .hostFailed, "No socket could be made: \(SystemError.text(errno)).",
                hint: "Raise the limit on open files (ulimit -n).")
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            #if canImport(Darwin)
                var yes: Int32 = 1
                setsockopt(end, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
            #endif
        }
        return (ends[0], ends[1])
    }

    /// Writes what the socket takes without waiting, and a descriptor with it; negative if it takes nothing.
    static func send(_ socket: Int32, _ bytes: [UInt8], passing descriptor: Int32) -> Int {
        // The C macros for this layout are not visible here: a header, then the number, each aligned.
        #if canImport(Darwin)
            let alignment = MemoryLayout<UInt32>.size
        #else
            let alignment = MemoryLayout<Int>.size
        #endif
        func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
        let header = aligned(MemoryLayout<cmsghdr>.size)
        let number = MemoryLayout<Int32>.size
        var control = [UInt64](repeating: 0, count: (header + aligned(number) + 7) / 8)
        return bytes.withUnsafeBytes { bytes in
            control.withUnsafeMutableBytes { control in
                var message = cmsghdr()
                message.cmsg_len = numericCast(header + number)
                message.cmsg_level = SOL_SOCKET
                message.cmsg_type = Int32(SCM_RIGHTS)
                control.storeBytes(of: message, as: cmsghdr.self)
                control.storeBytes(of: descriptor, toByteOffset: header, as: Int32.self)
                var part = iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: numericCast(bytes.count))
                return withUnsafeMutablePointer(to: &part) { part in
                    var whole = msghdr()
                    whole.msg_iov = part
                    whole.msg_iovlen = 1
                    whole.msg_control = control.baseAddress
                    whole.msg_controllen = numericCast(header + aligned(number))
                    return sendmsg(socket, &whole, sendFlags)
                }
            }
        }
    }
}
