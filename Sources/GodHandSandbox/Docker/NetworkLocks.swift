import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Locks by which all processes of this user agree on who makes and who removes a private network.
///
/// The engine gives a second network to who asks for a name at the same time, and removes one that somebody is about to
/// join. So joining holds a shared lock from before the network is looked for until the machine is on it; making holds a
/// second, exclusive one; and removing is left to others while somebody joins. The locks are bytes of one file, found by
/// the network's name, and the kernel drops them however a process ends.
struct NetworkLocks: Sendable {
    private let path: String

    init(_ runtime: RuntimeDirectory) { path = "\(runtime.root)/networks.lock" }

    /// Held by who is about to join a network: whoever wants to remove it gives up.
    func joining(_ network: String) async throws -> NetworkLock { try await wait(Self.place(network), F_RDLCK) }

    /// Held by who makes a network.
    func making(_ network: String) async throws -> NetworkLock { try await wait(Self.place(network) + 1, F_WRLCK) }

    /// Held by who removes a network; nil if somebody is joining it, and will remove it when leaving.
    func removing(_ network: String) throws -> NetworkLock? {
        let descriptor = try open()
        if Self.lock(descriptor, Self.place(network), F_WRLCK, mayWait: false) { return NetworkLock(descriptor) }
        Descriptor.close(descriptor)
        return nil
    }

    private func wait(_ place: Int, _ kind: some BinaryInteger) async throws -> NetworkLock {
        let descriptor = try open()
        let kind = Int32(kind)
        if Self.lock(descriptor, place, kind, mayWait: false) { return NetworkLock(descriptor) }
        // The kernel has no way to be asked in passing, so a thread waits. Others hold these locks for a fraction of a
        // second, and the kernel takes them away from the dead.
        let isLocked = await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: Self.lock(descriptor, place, kind, mayWait: true)) }
            thread.name = "godhand-lock"
            thread.start()
        }
        guard isLocked else {
            Descriptor.close(descriptor)
            throw GodHandError(.hostFailed, "'\(path)' cannot be locked: \(SystemError.text(errno)).")
        }
        return NetworkLock(descriptor)
    }

    private func open() throws -> Int32 {
        let descriptor = Descriptor.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw GodHandError(
                errno == ENOSPC ? .diskFull : .hostFailed, "'\(path)' cannot be opened: \(SystemError.text(errno)).")
        }
        return descriptor
    }

    /// Two bytes for each network, far apart from those of others.
    private static func place(_ network: String) -> Int {
        // FNV-1a: the same in every process, which Swift's own hashes are not.
        let hash = network.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Int(hash >> 2) & ~1
    }

    private static func lock(_ descriptor: Int32, _ place: Int, _ kind: some BinaryInteger, mayWait: Bool) -> Bool {
        var request = flock()
        request.l_type = Int16(kind)
        request.l_whence = Int16(SEEK_SET)
        request.l_start = off_t(place)
        request.l_len = 1
        // The kind that belongs to the open file, not to the process: two tasks of one process keep each other out too.
        let command = mayWait ? openFileLockWait : openFileLock
        while fcntl(descriptor, command, &request) != 0 {
            guard errno == EINTR else { return false }
        }
        return true
    }

    #if os(Linux)
        private static let openFileLock: Int32 = 37
        private static let openFileLockWait: Int32 = 38
    #else
        private static let openFileLock = F_OFD_SETLK
        private static let openFileLockWait = F_OFD_SETLKW
    #endif
}

/// A lock that is held until it is let go of.
final class NetworkLock: Sendable {
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { Descriptor.close(descriptor) }
}
