import CProcessMemory
import Foundation

/// Guest memory as a QEMU process has it: the private mapping of a frozen file.
///
/// What the guest has not written is still the file's. What it has written are pages of the process's own, and the
/// kernel tells which those are, so nothing has to be tracked while the guest runs.
struct ProcessMemory: Sendable {
    let process: Int32
    /// Where the mapping begins in the process.
    let address: UInt
    /// Its length in bytes, all of guest memory.
    let size: Int

    var pageCount: Int { size / PageSet.pageSize }

    /// Names a mapping.
    init(process: Int32, address: UInt, size: Int) {
        self.process = process
        self.address = address
        self.size = size
    }

    /// Finds the mapping of a file.
    ///
    /// - Throws: `GodHandError` with `snapshot.failed` if the process has none, or may not be looked into.
    init(of file: String, in process: Int32) throws {
        var status = stat()
        guard stat(file, &status) == 0 else { throw Self.failure("find '\(file)'") }
        let wanted = UInt64(status.st_ino)
        let maps = String(decoding: try HostFileSystem().read("/proc/\(process)/maps", limit: 16 << 20), as: UTF8.self)
        var ranges: [(from: UInt, to: UInt, offset: UInt)] = []
        for line in maps.split(separator: "\n") {
            // "address-address permissions offset device inode path"
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            guard fields.count == 6, UInt64(fields[4]) == wanted,
                fields[5].drop(while: { $0 == " " }) == file
            else { continue }
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, let offset = UInt(fields[2], radix: 16) else { continue }
            ranges.append((ends[0], ends[1], offset))
        }
        // The kernel may have cut it into pieces, but they lie in one row.
        guard let first = ranges.first, let last = ranges.last, first.offset == 0,
            ranges.allSatisfy({ $0.from - first.from == $0.offset })
        else {
            throw GodHandError(.snapshotFailed, "Process \(process) does not have '\(file)' mapped as guest memory.")
        }
        self.process = process
        address = first.from
        size = Int(last.to - first.from)
    }

    /// The pages that the guest has written since the mapping was made.
    ///
    /// - Throws: `GodHandError` with `snapshot.failed`.
    func privatePages() throws -> PageSet {
        let map = open("/proc/\(process)/pagemap", O_RDONLY | O_CLOEXEC)
        guard map >= 0 else { throw Self.failure("look into the memory of process \(process)") }
        defer { _ = close(map) }
        var pages = PageSet()
        var entries = [UInt64](repeating: 0, count: 32 << 10)
        var page = 0
        while page < pageCount {
            let wanted = min(entries.count, pageCount - page) * 8
            let offset = off_t(address / UInt(PageSet.pageSize)) * 8 + off_t(page) * 8
            let got = entries.withUnsafeMutableBytes { pread(map, $0.baseAddress, wanted, offset) }
            guard got == wanted else { throw Self.failure("read the page map of process \(process)") }
            for index in 0..<(wanted / 8) where Self.isPrivate(entries[index]) {
                pages.append(from: page + index, to: page + index + 1)
            }
            page += wanted / 8
        }
        return pages
    }

    /// Present or swapped out, and not the file's (bits 63, 62 and 61; Linux's `Documentation/admin-guide/mm/pagemap.rst`).
    private static func isPrivate(_ entry: UInt64) -> Bool {
        entry & (1 << 63 | 1 << 62) != 0 && entry & (1 << 61) == 0
    }

    /// Copies pages out of the process.
    ///
    /// - Parameter destination: Where a page goes, by its number. Neighbouring pages of a run go to neighbouring places.
    func read(_ pages: PageSet, to destination: (PageRun) -> UnsafeMutableRawPointer) throws {
        try transfer(pages, at: destination, "read", godhand_process_read)
    }

    /// Copies pages into the process.
    func write(_ pages: PageSet, from source: (PageRun) -> UnsafeMutableRawPointer) throws {
        try transfer(pages, at: source, "write", godhand_process_write)
    }

    /// Lets the process have a file there instead, privately. All that it has written to this memory is gone.
    ///
    /// - Parameter descriptor: A number that the file, of this size, has in that process.
    /// - Throws: `GodHandError` with `snapshot.failed` where this cannot be done, which changes nothing.
    func replace(by descriptor: Int32) throws {
        let result = godhand_process_map(process, address, UInt(size), descriptor)
        guard result != 0 else { return }
        errno = -result
        throw Self.failure("exchange the memory of process \(process)")
    }

    private typealias Transfer = (Int32, UnsafeRawPointer?, UInt, UnsafeRawPointer?, UInt) -> Int

    private func transfer(
        _ pages: PageSet, at place: (PageRun) -> UnsafeMutableRawPointer, _ verb: String, _ call: Transfer
    ) throws {
        // The kernel takes up to 1024 pieces at once, and less than 2 GiB.
        let (mostPieces, mostPages) = (1024, (1 << 30) / PageSet.pageSize)
        var (here, there): ([iovec], [iovec]) = ([], [])
        var count = 0
        func flush() throws {
            let wanted = count * PageSet.pageSize
            guard call(process, here, UInt(here.count), there, UInt(there.count)) == wanted else {
                throw Self.failure("\(verb) the memory of process \(process)")
            }
            here.removeAll(keepingCapacity: true)
            there.removeAll(keepingCapacity: true)
            count = 0
        }
        for whole in pages.runs {
            var first = whole.first
            while first < whole.end {
                let run = PageRun(first: first, count: min(whole.end - first, mostPages - count))
                let length = run.count * PageSet.pageSize
                here.append(iovec(iov_base: place(run), iov_len: length))
                let remote = UnsafeMutableRawPointer(bitPattern: address + UInt(run.first * PageSet.pageSize))
                there.append(iovec(iov_base: remote, iov_len: length))
                (first, count) = (run.end, count + run.count)
                if here.count == mostPieces || count == mostPages { try flush() }
            }
        }
        if count > 0 { try flush() }
    }

    private static func failure(_ what: String) -> GodHandError {
        let number = errno
        let isDenied = number == EPERM || number == EACCES
        return GodHandError(
            .snapshotFailed, "Cannot \(what): \(SystemError.text(number)).",
            hint: isDenied
                ? "The system does not let this process look into its own children; allow ptrace of descendants." : nil)
    }
}
