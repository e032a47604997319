import Foundation

/// A file that nobody writes, opened to be read or copied page by page.
///
/// `@unchecked Sendable`: a mapping that is only read, of such a file.
final class MemorySource: @unchecked Sendable {
    private let bytes: UnsafeMutableRawPointer
    private let size: Int
    /// The pages that the file has; the others are holes, and zero.
    let present: PageSet

    /// Opens it.
    ///
    /// - Throws: `GodHandError` with `not-found` or `host.failed`.
    init(_ path: String) throws {
        let descriptor = Descriptor.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0)
        guard descriptor >= 0 else { throw Self.failure("open", path) }
        let file = OwnedDescriptor(descriptor)
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw Self.failure("open", path) }
        let length = Int(status.st_size)
        // What is behind the end of a file, in its last page, reads as zero.
        size = max(1, length)
        guard let bytes = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), bytes != MAP_FAILED else {
            throw Self.failure("map", path)
        }
        self.bytes = bytes
        present = Self.data(of: descriptor, size: length)
    }

    deinit { munmap(bytes, size) }

    /// What is in a page.
    func bytes(of page: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes + page * PageSet.pageSize, count: PageSet.pageSize)
    }

    /// Copies those of the pages that are no holes.
    func copy(_ pages: PageSet, to file: MemoryFile) throws {
        for run in pages.intersection(present).runs {
            // In pieces, so that the kernel's read-ahead and the processor's caches keep up.
            for first in stride(from: run.first, to: run.end, by: 256) {
                let piece = PageRun(first: first, count: min(256, run.end - first))
                try file.write(piece, from: bytes + first * PageSet.pageSize)
            }
        }
    }

    private static func data(of descriptor: Int32, size: Int) -> PageSet {
        #if os(Linux)
            // SEEK_DATA and SEEK_HOLE.
            let (data, hole): (Int32, Int32) = (3, 4)
        #else
            let (data, hole): (Int32, Int32) = (4, 3)
        #endif
        var pages = PageSet()
        var offset: off_t = 0
        while offset < size {
            let start = lseek(descriptor, offset, data)
            // No more data; or, by another error, a file system that does not tell: then all of it is data.
            if start < 0, errno == ENXIO { break }
            let from = max(start, offset)
            let end = start < 0 ? off_t(size) : lseek(descriptor, start, hole)
            let to = end < 0 ? off_t(size) : end
            let last = (Int(to) + PageSet.pageSize - 1) / PageSet.pageSize
            pages.append(from: Int(from) / PageSet.pageSize, to: last)
            offset = max(to, offset + 1)
        }
        return pages
    }

    private static func failure(_ what: String, _ path: String) -> GodHandError {
        let number = errno
        return GodHandError(
            number == ENOENT ? .notFound : .hostFailed,
            "Cannot \(what) the file '\(path)': \(SystemError.text(number)).")
    }
}
