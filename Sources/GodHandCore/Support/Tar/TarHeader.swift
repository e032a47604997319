/// The fields of a header block that matter, checked.
struct TarHeader {
    let path: [UInt8]
    let mode: UInt16
    let size: Int
    let type: UInt8

    /// Reads a block of 512 bytes.
    init(_ block: [UInt8]) throws {
        guard block.count == TarFormat.block else { throw Self.damaged("a header is not whole") }
        guard block[257..<262].elementsEqual("ustar".utf8) else { throw Self.damaged("a header is not one of tar's") }
        // The sum counts its own field as spaces.
        let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element)) }
        guard try Self.number(block[148..<156]) == sum else { throw Self.damaged("the sum of a header is wrong") }
        let name = block[0..<100].prefix { $0 != 0 }
        // GNU's headers have other things where ustar has the front part of the path; they end their magic with a space.
        let hasPrefix = block[262] == 0
        let prefix = hasPrefix ? block[345..<500].prefix { $0 != 0 } : []
        path = prefix.isEmpty ? Array(name) : Array(prefix) + [UInt8(ascii: "/")] + Array(name)
        mode = UInt16(truncatingIfNeeded: try Self.number(block[100..<108]) & 0o777)
        size = try Self.number(block[124..<136])
        type = block[156]
    }

    /// The path for a message: short, and with nothing that a terminal would obey.
    var printablePath: String {
        String(decoding: path.prefix(80).map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    /// Octal digits between spaces and zeros, or, with the top bit set, a binary number.
    private static func number(_ field: ArraySlice<UInt8>) throws -> Int {
        if let first = field.first, first & 0x80 != 0 {
            guard first == 0x80 else { throw damaged("a number in a header is negative or too large") }
            return try field.dropFirst().reduce(0) { value, byte in
                guard value <= Int.max >> 8 else { throw damaged("a number in a header is too large") }
                return value << 8 | Int(byte)
            }
        }
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        return try digits.reduce(0) { value, byte in
            // At most twelve digits, so this cannot overflow.
            guard (0x30...0x37).contains(byte) else { throw damaged("a number in a header is none") }
            return value << 3 | Int(byte - 0x30)
        }
    }

    static func damaged(_ why: String) -> GodHandError {
        GodHandError(.dataDamaged, "The archive cannot be read: \(why).")
    }
}
