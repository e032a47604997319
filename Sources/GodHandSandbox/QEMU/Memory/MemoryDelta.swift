import Foundation

/// Pages in which a guest's memory differs from a frozen file, with what is in them.
///
/// `@unchecked Sendable`: it is filled before anybody else sees it, and only read afterwards.
final class MemoryDelta: @unchecked Sendable {
    private(set) var pages = PageSet()
    private let bytes: UnsafeMutableRawPointer
    private let capacity: Int

    /// Makes an empty one.
    ///
    /// - Parameter capacity: The size of guest memory; only address space until pages are copied.
    /// - Throws: `GodHandError` with `host.failed`.
    init(capacity: Int) throws {
        let flags = MAP_PRIVATE | Int32(MAP_ANONYMOUS) | Int32(MAP_NORESERVE)
        guard let bytes = mmap(nil, capacity, PROT_READ | PROT_WRITE, flags, -1, 0), bytes != MAP_FAILED else {
            throw GodHandError(.hostFailed, "No room for \(capacity) bytes: \(SystemError.text(errno)).")
        }
        self.bytes = bytes
        self.capacity = capacity
    }

    deinit { munmap(bytes, capacity) }

    /// Gets memory for so many pages, so that filling it waits for nothing.
    func expect(_ count: Int) { MemoryPages.populate(bytes, pages: min(count, capacity / PageSet.pageSize)) }

    /// Takes pages of a guest that stands still.
    func fill(with pages: PageSet, of memory: ProcessMemory) throws {
        self.pages = pages
        var next = bytes
        try memory.read(pages) { run in
            defer { next += run.count * PageSet.pageSize }
            return next
        }
    }

    /// Copies the pages into a machine that maps the same frozen file and has not run yet.
    func apply(to memory: ProcessMemory) throws {
        var next = bytes
        try memory.write(pages) { run in
            defer { next += run.count * PageSet.pageSize }
            return next
        }
    }
}
