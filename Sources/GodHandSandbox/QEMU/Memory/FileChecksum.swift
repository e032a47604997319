import Foundation

/// Tells whether a stored file is what was written: a sum over its pages, in any order, so several threads can add up at
/// once. Pages of zeros do not count, since a copy of a sparse file may have more or fewer holes.
struct FileChecksum: Sendable, Hashable, Codable {
    private(set) var sum: UInt64 = 0
    /// How many pages are not zero.
    private(set) var pages = 0

    /// The checksum of a whole file.
    ///
    /// - Throws: `GodHandError` with `not-found` or `host.failed`.
    static func of(_ path: String) async throws -> FileChecksum {
        try await onThread {
            let source = try MemorySource(path)
            let parts = try concurrentlyMap(source.present.split(into: workers)) { share in
                var part = FileChecksum()
                for run in share.runs {
                    for page in run.first..<run.end { part.add(page, source.bytes(of: page)) }
                }
                return part
            }
            return parts.reduce(into: FileChecksum()) { $0.merge($1) }
        }
    }

    private mutating func add(_ page: Int, _ bytes: UnsafeRawBufferPointer) {
        if bytes.isAllZero { return }
        // The page's number is in it, so that pages that changed places are seen.
        sum &+= (UInt64(CRC32.checksum(of: bytes)) << 32 | UInt64(truncatingIfNeeded: page)) &* 0x9E37_79B9_7F4A_7C15
        pages += 1
    }

    private mutating func merge(_ other: FileChecksum) {
        sum &+= other.sum
        pages += other.pages
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var isAllZero: Bool {
        guard let baseAddress, count > 1 else { return allSatisfy { $0 == 0 } }
        // Equal to itself one byte further on, and zero at the start: the library compares many bytes at once.
        return self[0] == 0 && memcmp(baseAddress, baseAddress + 1, count - 1) == 0
    }
}
