import Foundation

/// Tells whether a stored memory file is what was written: a sum over its pages, in any order, so several threads can
/// add up at once. Pages of zeros do not count, since a copy of a sparse file may have more or fewer holes.
struct MemoryChecksum: Sendable, Hashable, Codable {
    private(set) var sum: UInt64 = 0
    /// How many pages are not zero.
    private(set) var pages = 0

    init() {}

    /// The checksum of a whole file.
    init(of source: MemorySource) async throws {
        self = try await onThread {
            let parts = try concurrentlyMap(source.present.split(into: workers)) { share in
                var part = MemoryChecksum()
                for run in share.runs {
                    for page in run.first..<run.end { part.add(page, source.bytes(of: page)) }
                }
                return part
            }
            return parts.reduce(into: MemoryChecksum()) { $0.merge($1) }
        }
    }

    private mutating func add(_ page: Int, _ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, start.load(as: UInt64.self) != 0 || memcmp(start, start + 1, bytes.count - 1) != 0
        else { return }
        // The page's number is in it, so that pages that changed places are seen.
        sum &+= (UInt64(CRC32.checksum(of: bytes)) << 32 | UInt64(page)) &* 0x9E37_79B9_7F4A_7C15
        pages += 1
    }

    private mutating func merge(_ other: MemoryChecksum) {
        sum &+= other.sum
        pages += other.pages
    }
}
