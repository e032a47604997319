/// A line of JSON whose last member is a checksum of all bytes before it: the form of every file that we append to.
///
/// Whoever checks needs no canonical form of JSON: the checksum is over the bytes as they lie in the file.
package enum SealedLine {
    private static let mark = Array(#","crc":""#.utf8)
    private static let end = Array(#""}"#.utf8)
    /// Mark, eight digits and end.
    private static let sealLength = 8 + 8 + 2

    /// Closes an object with its checksum and a line feed.
    ///
    /// - Parameter object: With at least one member, in one line, without its last brace.
    package static func make(of object: [UInt8]) -> [UInt8] {
        var line = object
        line.reserveCapacity(line.count + sealLength + 1)
        let checksum = String(CRC32.checksum(line), radix: 16)
        line += mark
        line += Array((String(repeating: "0", count: 8 - checksum.count) + checksum).utf8)
        line += end
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// Whether the checksum at the end of a line without its line feed agrees with what stands before it.
    package static func isWhole(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.count > sealLength else { return false }
        let content = line.dropLast(sealLength)
        let seal = line.suffix(sealLength)
        let digits = seal.dropFirst(mark.count).prefix(8)
        guard seal.starts(with: mark), seal.suffix(2).elementsEqual(end),
            digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
            let stated = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return false }
        return CRC32.checksum(content) == stated
    }
}
