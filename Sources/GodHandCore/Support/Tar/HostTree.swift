#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file or directory of the host as an archive, made while it is read: at most one piece is in memory.
///
/// Links, sockets and devices in it are refused, and none is followed, whoever changes the directory meanwhile; only the
/// path given may itself be a link.
package struct HostTree: AsyncSequence, Sendable {
    private let source: String
    private let name: String
    private let mode: UInt16?
    private let limits: TarLimits

    /// Prepares the archive.
    ///
    /// - Parameters:
    ///   - source: The path on the host.
    ///   - name: What it is called in the archive.
    ///   - mode: The permission bits of a single file; nil keeps its own.
    ///   - limits: Bounds.
    package init(_ source: String, as name: String, mode: UInt16? = nil, limits: TarLimits = TarLimits()) {
        self.source = source
        self.name = name
        self.mode = mode
        self.limits = limits
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(source: source, name: name, mode: mode, limits: limits)
    }

    package struct Iterator: AsyncIteratorProtocol {
        private struct Folder {
            var handle: OpenFile
            var path: String
            var names: ArraySlice<String>
        }
        private struct Contents {
            var handle: OpenFile
            var path: String
            var size: Int
            var left: Int
        }
        private static let pieceSize = 256 << 10

        private let source: String
        private let name: String
        private let mode: UInt16?
        private let limits: TarLimits
        private var folders: [Folder] = []
        private var file: Contents?
        private var hasBegun = false
        private var hasEnded = false
        private var entries = 0
        private var bytes = 0

        fileprivate init(source: String, name: String, mode: UInt16?, limits: TarLimits) {
            self.source = source
            self.name = name
            self.mode = mode
            self.limits = limits
        }

        package mutating func next() async throws -> [UInt8]? {
            if hasEnded { return nil }
            if let file { return try piece(of: file) }
            if !hasBegun {
                hasBegun = true
                return try enter(openat(AT_FDCWD, source, O_RDONLY | O_NONBLOCK | O_CLOEXEC), source, as: name)
            }
            while let folder = folders.last {
                guard let entry = folder.names.first else {
                    folders.removeLast()
                    continue
                }
                folders[folders.count - 1].names.removeFirst()
                let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
                let path = "\(folder.path)/\(entry)"
                return try enter(openat(folder.handle.descriptor, entry, flags), path, as: path)
            }
            hasEnded = true
            return TarWriter.end
        }

        private mutating func enter(_ descriptor: Int32, _ place: String, as path: String) throws -> [UInt8] {
            guard descriptor >= 0 else {
                // This is how a link answers to "do not follow", and a socket to "open".
                if errno == ELOOP || errno == ENXIO { throw Self.refused(place) }
                throw HostFailure.current("open", place)
            }
            let handle = OpenFile(adopting: descriptor)
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw HostFailure.current("look at", place) }
            var entry = TarEntry(path: path, isDirectory: false, mode: UInt16(truncatingIfNeeded: status.st_mode))
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                entry.isDirectory = true
                folders.append(Folder(handle: handle, path: path, names: try Self.names(in: handle, place)[...]))
            case S_IFREG:
                if folders.isEmpty, let mode { entry.mode = mode & 0o777 }
                entry.size = Int(status.st_size)
                if entry.size > 0 {
                    file = Contents(handle: handle, path: place, size: entry.size, left: entry.size)
                }
            default: throw Self.refused(place)
            }
            entries += 1
            let (total, overflow) = bytes.addingReportingOverflow(entry.size)
            guard entries <= limits.entries, !overflow, total <= limits.bytes else {
                throw GodHandError(
                    .limitExceeded, "'\(source)' has more than \(limits.entries) entries or \(limits.bytes) bytes.",
                    hint: "Copy less at once.")
            }
            bytes = total
            return try TarWriter.header(of: entry)
        }

        private mutating func piece(of contents: Contents) throws -> [UInt8] {
            var contents = contents
            var piece = try readSome(from: contents.handle.descriptor, atMost: Swift.min(contents.left, Self.pieceSize))
            // The header has promised a size. What a growing file has beyond it is left out; a shrunken one is an error.
            guard !piece.isEmpty else {
                throw GodHandError(.hostFailed, "The file '\(contents.path)' became shorter while it was copied.")
            }
            contents.left -= piece.count
            if contents.left == 0 {
                piece += TarWriter.padding(after: contents.size)
                file = nil
            } else {
                file = contents
            }
            return piece
        }

        private static func names(in handle: OpenFile, _ place: String) throws -> [String] {
            // The stream takes the descriptor that it is given, so it gets one of its own.
            let copy = openat(handle.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard copy >= 0 else { throw HostFailure.current("list", place) }
            guard let stream = fdopendir(copy) else {
                defer { close(copy) }
                throw HostFailure.current("list", place)
            }
            defer { closedir(stream) }
            var names: [String] = []
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard let name else {
                    throw GodHandError(.invalidRequest, "A name in '\(place)' is not UTF-8 and cannot be copied.")
                }
                if name != ".", name != ".." { names.append(name) }
            }
            return names.sorted()
        }

        private static func refused(_ path: String) -> GodHandError {
            GodHandError(
                .invalidRequest, "'\(path)' is neither a regular file nor a directory.",
                hint: "Links, sockets and devices cannot be copied; leave them out.")
        }
    }
}
