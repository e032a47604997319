/// Makes archives that every common `tar` can read: ustar headers, with GNU's extensions for long names and large files.
///
/// It holds no contents: the caller sends what ``header(of:)`` returns, then the file's bytes, then ``padding(after:)``,
/// and at last ``end``.
package enum TarWriter {
    /// The blocks that announce an entry.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` for a path that no strict reader would take.
    package static func header(of entry: TarEntry) throws -> [UInt8] {
        guard try TarPath.normalised(Array(entry.path.utf8)) == entry.path, entry.size >= 0 else {
            throw GodHandError(.invalidRequest, "'\(entry.path)' cannot be the path of an archive's entry.")
        }
        let path = Array((entry.isDirectory ? entry.path + "/" : entry.path).utf8)
        guard path.count > 100 else { return block(path, entry, type: entry.isDirectory ? "5" : "0") }
        // GNU's long name: an entry of its own whose contents are the path, known to GNU tar, BusyBox and libarchive.
        let name = TarEntry(path: "", isDirectory: false, mode: 0o644, size: path.count + 1)
        var bytes = block(Array("././@LongLink".utf8), name, type: "L")
        bytes += path + [0] + padding(after: path.count + 1)
        return bytes + block(Array(path.prefix(100)), entry, type: entry.isDirectory ? "5" : "0")
    }

    /// The zeros that follow a file of this size.
    package static func padding(after size: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: TarFormat.padding(after: size))
    }

    /// What ends an archive.
    package static let end = [UInt8](repeating: 0, count: 2 * TarFormat.block)

    private static func block(_ name: [UInt8], _ entry: TarEntry, type: Unicode.Scalar) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: TarFormat.block)
        func put(_ bytes: some Collection<UInt8>, at offset: Int) {
            block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
        put(name, at: 0)
        put(octal(Int(entry.mode), digits: 7), at: 100)
        // User and group zero: the reader in the guest is told not to care, so the files become the user's.
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(size(entry.size), at: 124)
        put(octal(0, digits: 11), at: 136)
        put(repeatElement(UInt8(ascii: " "), count: 8), at: 148)
        put([UInt8(ascii: type)], at: 156)
        put("ustar\u{0}00".utf8, at: 257)
        put(octal(block.reduce(0) { $0 + Int($1) }, digits: 6) + [0], at: 148)
        return block
    }

    private static func octal(_ value: Int, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }

    /// Eleven octal digits, or from 8 GiB on the binary form with the top bit set.
    private static func size(_ size: Int) -> [UInt8] {
        if size < 1 << 33 { return octal(size, digits: 11) }
        var field = [UInt8](repeating: 0, count: 12)
        for (index, shift) in zip(4..<12, stride(from: 56, through: 0, by: -8)) {
            field[index] = UInt8(truncatingIfNeeded: size >> shift)
        }
        field[0] = 0x80
        return field
    }
}
