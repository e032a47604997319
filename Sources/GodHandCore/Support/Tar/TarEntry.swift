/// A file or directory in an archive. There is no other kind: links and devices are refused on both ways.
package struct TarEntry: Sendable, Hashable {
    /// Relative, with `/` between its parts; no part is empty, `.` or `..`.
    package var path: String
    /// Whether it is a directory; otherwise it is a regular file.
    package var isDirectory: Bool
    /// The nine permission bits.
    package var mode: UInt16
    /// The number of bytes that follow; zero for a directory.
    package var size: Int

    package init(path: String, isDirectory: Bool, mode: UInt16, size: Int = 0) {
        self.path = path
        self.isDirectory = isDirectory
        self.mode = mode & 0o777
        self.size = size
    }
}

/// Bounds on an archive, on either way.
package struct TarLimits: Sendable {
    /// The most files and directories.
    package var entries = 100_000
    /// The most bytes of all files together.
    package var bytes = 64 << 30
    /// The longest path in bytes.
    static let path = 4096
    /// The longest part of a path in bytes, as most file systems have it.
    static let component = 255
    /// The most bytes of all paths together, since a reader remembers them.
    static let allPaths = 32 << 20
    /// The deepest path in parts.
    static let depth = 128

    package init() {}
    package init(entries: Int, bytes: Int) {
        self.entries = entries
        self.bytes = bytes
    }
}

/// The numbers of the format.
enum TarFormat {
    static let block = 512

    /// How many zeros follow a file of this size.
    static func padding(after size: Int) -> Int { (block - size % block) % block }
}
