import Foundation
import Synchronization

/// A file of guest memory while it is written. It is removed again unless it is frozen.
///
/// `@unchecked Sendable`: the mapping lives exactly as long as the object, and those who write at the same time write
/// different pages.
final class MemoryFile: @unchecked Sendable {
    let path: String
    /// Its length in bytes.
    let size: Int
    /// The file as memory of this process.
    let bytes: UnsafeMutableRawPointer
    private let descriptor: Int32
    private let isFrozen = Mutex(false)

    /// Makes a new sparse file.
    ///
    /// - Throws: `GodHandError` with `name.taken`, `disk.full` or `host.failed`.
    init(creating path: String, size: Int) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure("make", path) }
        guard ftruncate(descriptor, off_t(size)) == 0,
            let bytes = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), bytes != MAP_FAILED
        else {
            let error = Self.failure("map", path)
            close(descriptor)
            unlink(path)
            throw error
        }
        self.path = path
        self.size = size
        self.bytes = bytes
        self.descriptor = descriptor
    }

    deinit {
        munmap(bytes, size)
        close(descriptor)
        if !isFrozen.withLock({ $0 }) { unlink(path) }
    }

    func pointer(to page: Int) -> UnsafeMutableRawPointer { bytes + page * PageSet.pageSize }

    /// Gets memory for pages that are about to be written, so that writing them waits for nothing.
    ///
    /// Touching a page for which the file system has no room would end this process, so room is made for all of them first.
    ///
    /// - Throws: `GodHandError` with `disk.full` or `host.failed`.
    func populate(_ pages: PageSet) throws {
        for run in pages.runs {
            try reserve(run)
            MemoryPages.populate(pointer(to: run.first), pages: run.count)
        }
    }

    private func reserve(_ run: PageRun) throws {
        #if os(Linux)
            let (offset, length) = (run.first * PageSet.pageSize, run.count * PageSet.pageSize)
            let number = posix_fallocate(descriptor, off_t(offset), off_t(length))
            if number == 0 { return }
            errno = number
            // Some file systems do not know how.
            guard number == EOPNOTSUPP || number == EINVAL else { throw Self.failure("make room in", path) }
        #endif
        let zeros = [UInt8](repeating: 0, count: PageSet.pageSize)
        for page in run.first..<run.end {
            try zeros.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                try write(PageRun(first: page, count: 1), from: start)
            }
        }
    }

    /// Writes pages that lie somewhere else in this process.
    ///
    /// Through the descriptor, since that needs no page fault for each page.
    func write(_ run: PageRun, from source: UnsafeRawPointer) throws {
        var (offset, left) = (0, run.count * PageSet.pageSize)
        while left > 0 {
            let written = pwrite(descriptor, source + offset, left, off_t(run.first * PageSet.pageSize + offset))
            guard written > 0 else { throw Self.failure("write", path) }
            (offset, left) = (offset + written, left - written)
        }
    }

    /// The file as machines see it. From now on it goes with that, not with this object.
    func frozen(isTemporary: Bool) -> FrozenMemory {
        isFrozen.withLock { $0 = true }
        return FrozenMemory(path: path, size: size, isTemporary: isTemporary)
    }

    private static func failure(_ what: String, _ path: String) -> GodHandError {
        let number = errno
        return GodHandError(
            number == ENOSPC ? .diskFull : .hostFailed,
            "Cannot \(what) the memory file '\(path)': \(SystemError.text(number)).",
            hint: number == ENOSPC ? "Free memory, or destroy machines: their memory lies in /dev/shm." : nil)
    }
}

/// Calls on ranges of this process's own memory.
enum MemoryPages {
    /// Makes pages present and writable; where the system cannot do it at once, by touching each.
    static func populate(_ start: UnsafeMutableRawPointer, pages: Int) {
        let length = pages * PageSet.pageSize
        #if os(Linux)
            // MADV_POPULATE_WRITE, of Linux 5.14.
            if madvise(start, length, 23) == 0 { return }
        #endif
        for offset in stride(from: 0, to: length, by: PageSet.pageSize) {
            let byte = start + offset
            byte.storeBytes(of: byte.load(as: UInt8.self), as: UInt8.self)
        }
    }
}
