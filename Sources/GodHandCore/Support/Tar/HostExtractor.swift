import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Puts what an archive of somebody not trusted holds at one place of the host.
///
/// All is written under a temporary name beside the target, each directory opened from the one above it without
/// following links, and renamed at the end: the target is whole or not there.
package struct HostExtractor: Sendable {
    private let target: String
    private let temporary: String
    private let name: String
    private let parent: OpenFile
    private var reader: TarReader
    private var top: String?
    /// The directory that was written to last; archives keep what belongs together in one place.
    private var folder: (path: [Substring], handle: OpenFile)?
    private var file: OpenFile?

    /// Prepares for one archive whose single top entry becomes `target`.
    ///
    /// - Throws: ``GodHandError`` with `not-found` if the directory above is missing, `request.invalid` for no proper path.
    package init(to target: String, limits: TarLimits = TarLimits()) throws {
        let (directory, name) = try Self.split(target)
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HostFailure.current("open the directory", directory) }
        self.target = target
        self.name = name
        self.temporary = ".godhand-\(SandboxID.unique())"
        self.parent = OpenFile(adopting: descriptor)
        self.reader = TarReader(limits: limits)
    }

    /// The directory and the last part of a path.
    package static func split(_ path: String) throws -> (directory: String, name: String) {
        let parts = path.split(separator: "/")
        guard let name = parts.last, name != ".", name != "..", !path.utf8.contains(0) else {
            throw GodHandError(.invalidRequest, "'\(path)' does not name a file or directory.")
        }
        let directory = (path.hasPrefix("/") ? "/" : "") + parts.dropLast().joined(separator: "/")
        return (directory.isEmpty ? "." : directory, String(name))
    }

    /// Takes the next piece of the archive.
    package mutating func take(_ piece: [UInt8]) throws {
        // Taken out while it works, so that its tables are changed in place and not copied for each piece.
        var reader = TarReader()
        swap(&reader, &self.reader)
        defer { self.reader = reader }
        try reader.read(piece) { event in
            switch event {
            case .entry(let entry): try begin(entry)
            case .data(let bytes):
                guard let file else { return }
                try bytes.withUnsafeBytes { try writeAll($0, to: file.descriptor) }
            }
        }
    }

    /// Gives what was written its final name.
    ///
    /// - Throws: ``GodHandError`` with `data.damaged` if the archive is not complete, `name.taken` if a directory with
    ///   something in it has that name.
    package mutating func finish() throws {
        try reader.finish()
        guard top != nil else { throw TarHeader.damaged("there is nothing in it") }
        file = nil
        folder = nil
        guard renameat(parent.descriptor, temporary, parent.descriptor, name) == 0 else {
            throw HostFailure.current("replace", target)
        }
    }

    /// Removes what was written under the temporary name. Harmless at any time.
    package func discard() {
        guard let (directory, _) = try? Self.split(target) else { return }
        try? FileManager.default.removeItem(atPath: "\(directory)/\(temporary)")
    }

    private mutating func begin(_ entry: TarEntry) throws {
        file = nil
        let parts = entry.path.split(separator: "/")
        guard let first = parts.first else { return }
        if top == nil { top = String(first) }
        guard String(first) == top else { throw TarPath.refused("it holds more than what was asked for") }
        let inner = Array(parts.dropFirst())
        let place = try directory(Array(inner.dropLast()), isTop: inner.isEmpty)
        let last = inner.last.map(String.init) ?? temporary
        if entry.isDirectory {
            guard mkdirat(place.descriptor, last, 0o755) == 0 else {
                throw HostFailure.current("make the directory", entry.path)
            }
        } else {
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            let descriptor = openat(place.descriptor, last, flags, entry.mode & 0o111 == 0 ? 0o644 : 0o755)
            guard descriptor >= 0 else { throw HostFailure.current("make the file", entry.path) }
            file = OpenFile(adopting: descriptor)
        }
    }

    private mutating func directory(_ path: [Substring], isTop: Bool) throws -> OpenFile {
        if isTop { return parent }
        if let folder, folder.path == path { return folder.handle }
        var handle = parent
        for part in [Substring(temporary)] + path {
            let descriptor = openat(handle.descriptor, String(part), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { throw HostFailure.current("open the directory", String(part)) }
            handle = OpenFile(adopting: descriptor)
        }
        folder = (path, handle)
        return handle
    }
}
