import TestSupport

#if os(Linux)
    import Foundation
    import GodHandCore
    import Testing

    @testable import GodHandSandbox

    @Suite("Freezing memory") struct MemoryFreezeTests {
        /// Guest memory of 96 MiB, of which the file has every second mebibyte and the rest are holes.
        private static let size = 96 << 20
        private let directory: TemporaryDirectory
        private let base: FrozenMemory

        init() throws {
            directory = try TemporaryDirectory()
            let file = try MemoryFile(creating: directory.file("base"), size: Self.size)
            for page in 0..<(Self.size / PageSet.pageSize) where (page >> 8) % 2 == 0 {
                memset(file.pointer(to: page), Int32(page % 251 + 1), PageSet.pageSize)
            }
            base = file.frozen(isTemporary: false)
        }

        @Test(
            "Where there is no room for guest memory an error says so",
            .enabled(if: getuid() == 0, "only root can mount a small file system"))
        func full() async throws {
            let place = directory.file("small")
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
            _ = try await LocalShell().run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", place])
            let guest = try Guest(base)
            guest.write(8, pages: 0..<10_000)
            do {
                let freeze = try await MemoryFreeze(
                    planning: guest.memory, over: base, flatFile: "\(place)/flat", largestDelta: nil)
                let error = await #expect(throws: GodHandError.self) { try await freeze.prepare() }
                #expect(error?.code == .diskFull)
            }
            _ = try await LocalShell().run(["umount", "-l", place])
        }

        @Test("A small difference is kept apart, and makes another mapping of the file the same")
        func small() async throws {
            let guest = try Guest(base)
            guest.write(7, pages: 0..<3)
            guest.write(8, pages: 700..<701)
            guest.write(9, pages: 24_000..<24_064)
            let freeze = try await MemoryFreeze(planning: guest.memory, over: base, flatFile: directory.file("flat"))
            try await freeze.prepare()
            // What it writes after the preparation belongs to it as well.
            guest.write(10, pages: 1000..<1200)
            let delta = try await freeze.harvest()

            #expect(freeze.result === base)
            #expect(delta?.pages.count == 3 + 1 + 64 + 200)
            let other = try Guest(base)
            try delta?.apply(to: other.memory)
            #expect(other.equals(guest))
            #expect(access(directory.file("flat"), F_OK) != 0)
        }

        @Test(
            "A large difference is laid over a copy of the file, holes stay holes, and the file goes with its last user"
        )
        func large() async throws {
            let guest = try Guest(base)
            guest.write(7, pages: 256..<512)
            guest.write(8, pages: 5000..<22_000)
            let flat = directory.file("flat")
            do {
                let freeze = try await MemoryFreeze(planning: guest.memory, over: base, flatFile: flat)
                try await freeze.prepare()
                guest.write(9, pages: 24_000..<24_001)
                let delta = try await freeze.harvest()

                #expect(delta == nil)
                #expect(try Guest(freeze.result).equals(guest))
                var status = stat()
                #expect(stat(flat, &status) == 0)
                #expect(Int(status.st_blocks) * 512 < 92 << 20)
            }
            #expect(access(flat, F_OK) != 0)
        }

        @Test("A guest that wrote nothing has no difference")
        func untouched() async throws {
            let guest = try Guest(base)
            // Reading makes pages present, but not the guest's own.
            #expect(guest.sum() > 0)
            let freeze = try await MemoryFreeze(planning: guest.memory, over: base, flatFile: directory.file("flat"))
            let delta = try await freeze.harvest()
            #expect(delta == nil)
        }

        @Test("A file that was given up is gone, and so is one that nobody froze")
        func abandoned() async throws {
            let guest = try Guest(base)
            guest.write(7, pages: 0..<20_000)
            do {
                let freeze = try await MemoryFreeze(
                    planning: guest.memory, over: base, flatFile: directory.file("flat"))
                try await freeze.prepare()
            }
            #expect(access(directory.file("flat"), F_OK) != 0)
        }

        @Test("The memory of a process is found by the file that it maps")
        func finding() throws {
            let guest = try Guest(base)
            let found = try ProcessMemory(of: base.path, in: getpid())
            #expect(found.address == guest.memory.address)
            #expect(found.size == Self.size)
            #expect(throws: GodHandError.self) { try ProcessMemory(of: base.path, in: 1) }
        }

        @Test("Sets of pages are cut, joined and shared out without losing one", arguments: 0..<50)
        func sets(seed: Int) {
            var random = SeededGenerator(seed: UInt64(seed))
            let (a, b) = (Self.someSet(&random), Self.someSet(&random))
            #expect(Self.pages(a.intersection(b)) == Self.pages(a).intersection(Self.pages(b)))
            #expect(Self.pages(a.complement(below: 1000)) == Set(0..<1000).subtracting(Self.pages(a)))
            let shares = a.split(into: 3)
            #expect(shares.reduce(into: Set()) { $0.formUnion(Self.pages($1)) } == Self.pages(a))
            #expect(shares.reduce(0) { $0 + $1.count } == a.count)
        }

        private static func someSet(_ random: inout SeededGenerator) -> PageSet {
            var set = PageSet()
            for page in 0..<1000 where Int.random(in: 0..<3, using: &random) > 0 {
                set.append(from: page, to: page + 1)
            }
            return set
        }

        private static func pages(_ set: PageSet) -> Set<Int> {
            set.runs.reduce(into: []) { $0.formUnion($1.first..<$1.end) }
        }
    }

    /// What QEMU does with guest memory, done by this process.
    private final class Guest {
        let memory: ProcessMemory
        private let bytes: UnsafeMutableRawPointer

        init(_ base: FrozenMemory) throws {
            let descriptor = open(base.path, O_RDONLY)
            defer { close(descriptor) }
            let bytes = mmap(nil, base.size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0)
            self.bytes = try #require(bytes == MAP_FAILED ? nil : bytes)
            memory = ProcessMemory(process: getpid(), address: UInt(bitPattern: self.bytes), size: base.size)
        }

        deinit { munmap(bytes, memory.size) }

        func write(_ value: Int32, pages: Range<Int>) {
            memset(bytes + pages.lowerBound * PageSet.pageSize, value, pages.count * PageSet.pageSize)
        }

        func equals(_ other: Guest) -> Bool { memcmp(bytes, other.bytes, memory.size) == 0 }

        func sum() -> Int {
            stride(from: 0, to: memory.size, by: PageSet.pageSize).reduce(0) {
                $0 + Int(bytes.load(fromByteOffset: $1, as: UInt8.self))
            }
        }
    }
#endif
