import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file descriptor that is closed exactly once: when the last reference to it goes.
///
/// There is no way to close it earlier, because another thread could be inside a system call with the number, which the
/// kernel may by then have given to somebody else. ``shutdown()`` ends the conversation and wakes whoever waits in it.
package final class OwnedDescriptor: Sendable {
    /// The number, valid as long as this object is referenced.
    package let rawValue: Int32

    /// Takes over an open descriptor.
    package init(_ rawValue: Int32) { self.rawValue = rawValue }

    deinit { Descriptor.close(rawValue) }

    /// Ends both directions of a socket: its peer reads the end, and so does every thread that waits on this side.
    package func shutdown() { Descriptor.shutdown(rawValue) }

    /// Both ends of a pipe, non-blocking and private to this process.
    package static func pipe() throws -> (reading: OwnedDescriptor, writing: OwnedDescriptor) {
        var ends: [Int32] = [-1, -1]
        guard Descriptor.pipe(&ends) == 0 else {
            throw GodHandError(
                .hostFailed, "No pipe could be made: \(SystemError.text(errno)).",
                hint: "Raise the limit on open files (ulimit -n).")
        }
        for end in ends { Descriptor.makeNonBlockingAndPrivate(end) }
        return (OwnedDescriptor(ends[0]), OwnedDescriptor(ends[1]))
    }
}

extension Descriptor {
    /// Writes what the socket takes without waiting; negative if it takes nothing.
    static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.send(descriptor, bytes.baseAddress, bytes.count, sendFlags)
        #elseif canImport(Musl)
            Musl.send(descriptor, bytes.baseAddress, bytes.count, sendFlags)
        #else
            Darwin.send(descriptor, bytes.baseAddress, bytes.count, sendFlags)
        #endif
    }

    // Qualified, since types here have methods of the same names.
    #if canImport(Glibc)
        static func shutdown(_ descriptor: Int32) { _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }
        static func pipe(_ ends: inout [Int32]) -> Int32 { Glibc.pipe(&ends) }
    #elseif canImport(Musl)
        static func shutdown(_ descriptor: Int32) { _ = Musl.shutdown(descriptor, Int32(SHUT_RDWR)) }
        static func pipe(_ ends: inout [Int32]) -> Int32 { Musl.pipe(&ends) }
    #else
        static func shutdown(_ descriptor: Int32) { _ = Darwin.shutdown(descriptor, SHUT_RDWR) }
        static func pipe(_ ends: inout [Int32]) -> Int32 { Darwin.pipe(&ends) }
    #endif
}
