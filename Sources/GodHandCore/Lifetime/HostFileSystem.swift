#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open file of the host; it is closed, and its lock dropped, when the last reference goes.
package final class OpenFile: Sendable {
    package let descriptor: Int32

    package init(adopting descriptor: Int32) { self.descriptor = descriptor }

    deinit {
        // A child process that is just being started has a copy of the descriptor, and with it the lock, for a moment longer.
        _ = flock(descriptor, LOCK_UN)
        _ = close(descriptor)
    }
}

/// The host's own file system.
package struct HostFileSystem: FileSystem {
    package init() {}

    package func makeDirectories(_ path: String) throws {
        var made = path.hasPrefix("/") ? "" : "."
        for component in path.split(separator: "/") {
            made += "/" + component
            if mkdir(made, 0o700) != 0, errno != EEXIST { throw HostFailure.current("make the directory", made) }
        }
    }

    package func makeDirectory(_ path: String) throws {
        if mkdir(path, 0o700) != 0 { throw HostFailure.current("make the directory", path) }
    }

    package func createFile(_ path: String) throws -> OpenFile {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw HostFailure.current("make the file", path) }
        return OpenFile(adopting: descriptor)
    }

    package func write(_ bytes: [UInt8], to file: OpenFile) throws {
        try bytes.withUnsafeBytes { try writeAll($0, to: file.descriptor) }
    }

    package func synchronise(_ file: OpenFile) throws {
        if fsync(file.descriptor) != 0 { throw HostFailure.current("store", "a file") }
    }

    package func synchroniseDirectory(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HostFailure.current("open the directory", path) }
        let directory = OpenFile(adopting: descriptor)
        if fsync(directory.descriptor) != 0 { throw HostFailure.current("store the directory", path) }
    }

    package func rename(_ path: String, to other: String) throws {
        #if canImport(Glibc)
            let result = Glibc.rename(path, other)
        #elseif canImport(Musl)
            let result = Musl.rename(path, other)
        #else
            let result = Darwin.rename(path, other)
        #endif
        if result != 0 { throw HostFailure.current("rename", path) }
    }

    package func removeFile(_ path: String) throws {
        if unlink(path) != 0, errno != ENOENT { throw HostFailure.current("remove", path) }
    }

    package func removeDirectory(_ path: String) throws {
        if rmdir(path) != 0, errno != ENOENT { throw HostFailure.current("remove the directory", path) }
    }

    package func names(in path: String) throws -> [String] {
        guard let directory = opendir(path) else {
            if errno == ENOENT { return [] }
            throw HostFailure.current("list the directory", path)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package func read(_ path: String, limit: Int) throws -> [UInt8] {
        // Not blocking, so that a pipe which somebody put there cannot hold us.
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw HostFailure.current("open", path) }
        let file = OpenFile(adopting: descriptor)
        var contents: [UInt8] = []
        while true {
            let piece = try readSome(from: file.descriptor, atMost: 64 << 10)
            if piece.isEmpty { return contents }
            contents += piece
            guard contents.count <= limit else {
                throw GodHandError(.limitExceeded, "The file \(path) is larger than \(limit) bytes.")
            }
        }
    }

    package func tryLock(_ path: String) throws -> OpenFile? {
        let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw HostFailure.current("open", path)
        }
        let file = OpenFile(adopting: descriptor)
        while flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return nil }
            if errno != EINTR { throw HostFailure.current("lock", path) }
        }
        return file
    }

    package func lock(_ file: OpenFile) throws {
        while flock(file.descriptor, LOCK_EX) != 0 {
            if errno != EINTR { throw HostFailure.current("lock", "a file") }
        }
    }
}

/// Writes all of the bytes to a descriptor, however often the system takes only a part.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 {
            if errno == EINTR { continue }
            throw HostFailure.current("write to", "a file")
        }
        rest = rest.dropFirst(count)
    }
}

/// Reads what is there, up to a number of bytes; empty at the end.
package func readSome(from descriptor: Int32, atMost limit: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        while true {
            let got = read(descriptor, buffer.baseAddress, limit)
            if got >= 0 {
                count = got
                return
            }
            if errno != EINTR { throw HostFailure.current("read", "a file") }
        }
    }
}

/// Errors of the host's system calls.
package enum HostFailure {
    /// The error that `errno` names; call it before anything else can change that.
    package static func current(_ verb: String, _ what: String, fileID: String = #fileID, line: Int = #line)
        -> GodHandError
    {
        error(errno, verb, what, fileID: fileID, line: line)
    }

    /// The error of a number.
    package static func error(
        _ number: Int32, _ verb: String, _ what: String, fileID: String = #fileID, line: Int = #line
    ) -> GodHandError {
        let reason = String(cString: strerror(number))
        let message = "Could not \(verb) \(what): \(reason)."
        switch number {
        case ENOSPC, EDQUOT:
            return GodHandError(.diskFull, message, hint: "Free some space.", fileID: fileID, line: line)
        case ENOENT: return GodHandError(.notFound, message, fileID: fileID, line: line)
        case EEXIST, ENOTEMPTY: return GodHandError(.nameTaken, message, fileID: fileID, line: line)
        default: return GodHandError(.hostFailed, message, fileID: fileID, line: line)
        }
    }
}
