import Foundation
import GodHandCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open file of the host; closed when the last reference goes.
final class HostFile: Sendable {
    private let descriptor: Int32
    let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { _ = close(descriptor) }

    /// Makes a new file for appending that only this user can read. A file of that name must not exist.
    static func create(_ path: String) throws -> HostFile {
        let descriptor = retrying { open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600) }
        guard descriptor >= 0 else { throw failure("make the file \(path)") }
        return HostFile(descriptor: descriptor, path: path)
    }

    /// Opens a regular file for reading, or returns nil if there is none.
    ///
    /// Pipes and devices are refused: opening or reading one could block for ever.
    static func read(_ path: String) throws -> (file: HostFile, size: Int)? {
        let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW) }
        if descriptor < 0, errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return nil }
        guard descriptor >= 0 else { throw failure("open the file \(path)") }
        let file = HostFile(descriptor: descriptor, path: path)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("look at the file \(path)") }
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        return (file, Int(status.st_size))
    }

    /// Locks it for writing until it is closed, however that comes about. On a file system without locks it stays open
    /// to doubt whether somebody writes.
    func lock() { _ = flock(descriptor, LOCK_EX | LOCK_NB) }

    /// Whether somebody has locked it, in this process or another.
    var isLocked: Bool {
        guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return errno == EWOULDBLOCK }
        _ = flock(descriptor, LOCK_UN)
        return false
    }

    /// Writes all bytes, in one call of write(2) unless the kernel takes fewer.
    func write(_ bytes: some ContiguousBytes) throws {
        try bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = Self.retrying { writeBytes(descriptor, part.baseAddress, part.count) }
                guard count > 0 else { throw Self.failure("write to \(path)") }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Reads up to `count` bytes; empty at the end of the file.
    func read(upTo count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let got = Self.retrying { readBytes(descriptor, buffer.baseAddress, buffer.count) }
            guard got >= 0 else { throw Self.failure("read \(path)") }
            filled = got
        }
    }

    /// Cuts the file off.
    func truncate(to length: Int) throws {
        guard Self.retrying({ ftruncate(descriptor, off_t(length)) }) == 0 else {
            throw Self.failure("shorten \(path)")
        }
    }

    /// Waits until what was written would survive a power cut.
    func synchronize() throws {
        #if canImport(Darwin)
            let result = Self.retrying { fsync(descriptor) }
        #else
            let result = Self.retrying { fdatasync(descriptor) }
        #endif
        guard result == 0 else { throw Self.failure("bring \(path) to the disk") }
    }

    /// Waits until the names in a directory would survive a power cut.
    static func synchronizeDirectory(_ path: String) throws {
        let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY) }
        guard descriptor >= 0 else { throw failure("open the directory \(path)") }
        defer { _ = close(descriptor) }
        guard retrying({ fsync(descriptor) }) == 0 else { throw failure("bring the directory \(path) to the disk") }
    }

    /// Makes a directory that only this user can enter, and with the usual rights those above it. Harmless if it exists.
    static func makeDirectory(_ path: String) throws {
        let parent = (path as NSString).deletingLastPathComponent
        if !parent.isEmpty {
            do {
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            } catch {
                throw GodHandError(
                    .hostFailed, "Could not make the directory \(parent).", hint: "Choose a place that can be written.",
                    cause: error)
            }
        }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("make the directory \(path)") }
    }

    /// Puts a finished file in its place.
    static func rename(_ old: String, to new: String) throws {
        guard renamePath(old, new) == 0 else { throw failure("rename \(old) to \(new)") }
    }

    /// Removes a file. Harmless if there is none.
    static func remove(_ path: String) { _ = unlink(path) }

    private static func retrying<Number: SignedInteger>(_ call: () -> Number) -> Number {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    private static func failure(_ what: String) -> GodHandError {
        let number = errno
        let full = number == ENOSPC || number == EDQUOT
        return GodHandError(
            full ? .diskFull : .hostFailed, "Could not \(what): \(String(cString: strerror(number))).",
            hint: full
                ? "Free some space." : number == EEXIST ? "Give every run a directory of its own." : nil)
    }
}

// Inside the class its own methods of these names would be found first.
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

private func readBytes(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}

private func renamePath(_ old: String, _ new: String) -> Int32 { rename(old, new) }
