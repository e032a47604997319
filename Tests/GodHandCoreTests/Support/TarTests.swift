import Foundation
import Testing

@testable import GodHandCore

struct TarTests {
    struct Item: Hashable {
        var entry: TarEntry
        var contents: [UInt8] = []
    }

    static func archive(_ items: [Item]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for item in items {
            bytes += try TarWriter.header(of: item.entry)
            bytes += item.contents + TarWriter.padding(after: item.contents.count)
        }
        return bytes + TarWriter.end
    }

    static func read(_ bytes: [UInt8], pieces: Int = 4096, limits: TarLimits = TarLimits()) throws -> [Item] {
        var reader = TarReader(limits: limits)
        var items: [Item] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            try reader.read(Array(bytes[start..<min(bytes.count, start + pieces)])) { event in
                switch event {
                case .entry(let entry): items.append(Item(entry: entry))
                case .data(let data): items[items.count - 1].contents += data
                }
            }
        }
        try reader.finish()
        return items
    }

    static let sample: [Item] = {
        let deep = "dir/" + String(repeating: "long-name-", count: 12)
        return [
            Item(entry: TarEntry(path: "dir", isDirectory: true, mode: 0o755)),
            Item(
                entry: TarEntry(path: "dir/file", isDirectory: false, mode: 0o640, size: 600),
                contents: (0..<600).map { UInt8(truncatingIfNeeded: $0) }),
            Item(entry: TarEntry(path: "dir/empty", isDirectory: false, mode: 0o600)),
            Item(entry: TarEntry(path: deep, isDirectory: true, mode: 0o700)),
            Item(
                entry: TarEntry(path: deep + "/ü", isDirectory: false, mode: 0o644, size: 512),
                contents: .init(repeating: 7, count: 512)),
        ]
    }()

    @Test("What is written is read, whatever the pieces are", arguments: [1, 7, 511, 512, 513, 100_000])
    func roundTrip(_ pieces: Int) throws {
        #expect(try Self.read(try Self.archive(Self.sample), pieces: pieces) == Self.sample)
    }

    @Test("Cuts are noticed, and none traps")
    func cuts() throws {
        let archive = try Self.archive(Self.sample)
        for length in stride(from: 0, to: archive.count - 512, by: 11) {
            #expect(throws: GodHandError.self) { try Self.read(Array(archive.prefix(length))) }
        }
    }

    @Test("A changed byte is refused or harmless, wherever it is, and none traps")
    func flips() throws {
        let archive = try Self.archive([Self.sample[0], Self.sample[2], Self.sample[3]])
        for offset in archive.indices {
            for bit in [0, 7] {
                var changed = archive
                changed[offset] ^= 1 << bit
                do { _ = try Self.read(changed) } catch { #expect(error is GodHandError) }
            }
        }
    }

    static func hostile(_ path: String, type: Unicode.Scalar = "0", change: (inout [UInt8]) -> Void = { _ in })
        -> [UInt8]
    {
        var block = [UInt8](repeating: 0, count: 512)
        block.replaceSubrange(0..<min(100, path.utf8.count), with: path.utf8.prefix(100))
        block.replaceSubrange(100..<107, with: "0000644".utf8)
        block.replaceSubrange(124..<135, with: "00000000000".utf8)
        block[156] = UInt8(ascii: type)
        block.replaceSubrange(257..<265, with: "ustar\u{0}00".utf8)
        change(&block)
        let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        let digits = String(sum, radix: 8)
        block.replaceSubrange(148..<154, with: (String(repeating: "0", count: 6 - digits.count) + digits).utf8)
        return block
    }

    @Test(
        "Paths that lead elsewhere are refused",
        arguments: ["/etc/passwd", "..", "../x", "a/../../x", "a//b", "a/./b", "", "./..", "x/", "a/b"])
    func hostilePaths(_ path: String) throws {
        // The last two: a file cannot end with a slash in its directory's place, and no directory was announced.
        let archive = Self.hostile(path) + TarWriter.end
        if path == "x/" {
            #expect(try Self.read(archive).map(\.entry.path) == ["x"])
        } else {
            let error = #expect(throws: GodHandError.self) { try Self.read(archive) }
            #expect(error?.code == .protocolViolation)
        }
    }

    @Test("Links, devices, pipes and sparse files are refused", arguments: Array("123467SgKVMN".unicodeScalars))
    func hostileTypes(_ type: Unicode.Scalar) {
        let error = #expect(throws: GodHandError.self) { try Self.read(Self.hostile("x", type: type) + TarWriter.end) }
        #expect(error?.code == .protocolViolation)
    }

    @Test("Sizes that cannot be are refused")
    func hostileSizes() {
        let sizes: [[UInt8]] = [
            [0xFF] + [UInt8](repeating: 0xFF, count: 11), [0x80] + [UInt8](repeating: 0xFF, count: 11),
            Array("-0000000001".utf8), Array("99999999999".utf8),
        ]
        for size in sizes {
            let block = Self.hostile("x") { $0.replaceSubrange(124..<124 + size.count, with: size) }
            #expect(throws: GodHandError.self) { try Self.read(block + TarWriter.end) }
        }
    }

    @Test("The same path twice, and a file in the place of a directory, are refused")
    func twice() throws {
        let file = Self.hostile("x")
        #expect(throws: GodHandError.self) { try Self.read(file + file + TarWriter.end) }
        #expect(throws: GodHandError.self) { try Self.read(file + Self.hostile("x/y") + TarWriter.end) }
        #expect(throws: GodHandError.self) { try Self.read(file + TarWriter.end + file) }
    }

    @Test("Too many entries and too many bytes are refused")
    func limits() throws {
        let archive = try Self.archive(Self.sample)
        for limits in [TarLimits(entries: 4, bytes: 10_000), TarLimits(entries: 10, bytes: 1111)] {
            let error = #expect(throws: GodHandError.self) { try Self.read(archive, limits: limits) }
            #expect(error?.code == .limitExceeded)
        }
        #expect(try Self.read(archive, limits: TarLimits(entries: 5, bytes: 1112)).count == 5)
    }

    @Test(
        "Extended headers give long paths and no trap",
        arguments: [
            "20 path=other/name\n", "8 path=\n", "99999999 path=x\n", "5 a\n", "-3 path=x\n", "12 path=../x\n",
            "10 size=-1\n",
            "22 GNU.sparse.major=1\n", "9223372036854775807 path=x\n", "", "\n", "7",
        ])
    func pax(_ record: String) throws {
        let bytes = Array(record.utf8)
        let header = Self.hostile("pax", type: "x") {
            let digits = String(bytes.count, radix: 8)
            $0.replaceSubrange(124..<135, with: (String(repeating: "0", count: 11 - digits.count) + digits).utf8)
        }
        let archive = header + bytes + TarWriter.padding(after: bytes.count) + Self.hostile("short") + TarWriter.end
        #expect(throws: GodHandError.self) { try Self.read(archive) }
    }

    @Test("Writers refuse paths that readers would", arguments: ["", "/x", "a/", "../x", "./x", "a//b"])
    func writerPaths(_ path: String) {
        #expect(throws: GodHandError.self) {
            try TarWriter.header(of: TarEntry(path: path, isDirectory: false, mode: 0o644))
        }
    }

    @Test("Sizes from eight gibibytes on survive")
    func largeSizes() throws {
        for size in [(1 << 33) - 1, 1 << 33, 1 << 40] {
            let header = try TarHeader(
                try TarWriter.header(of: TarEntry(path: "x", isDirectory: false, mode: 0, size: size)))
            #expect(header.size == size)
        }
    }
}
