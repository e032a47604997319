import Foundation
import GodHandCore

/// One line of a trace: an object whose last member is a checksum of all bytes before it.
///
/// Whoever checks needs no canonical form of JSON: the checksum is over the bytes as they lie in the file.
enum TraceLine {
    private static let mark = Array(#","crc":""#.utf8)
    private static let end = Array(#""}"#.utf8)
    /// Mark, eight digits and end.
    private static let sealLength = 8 + 8 + 2

    /// Puts a record together; the result ends in a line feed.
    static func make(sequence: Int, time: Date, elapsed: Duration, kind: String, body: Data) -> [UInt8] {
        let head =
            #"{"version":\#(TraceFormat.version),"seq":\#(sequence),"time":"\#(Timestamp.format(time, digits: 3))","#
            + #""elapsed":\#(Seconds.text(elapsed)),"kind":"\#(kind)","body":"#
        var line = Array(head.utf8)
        line.reserveCapacity(line.count + body.count + sealLength + 1)
        line += body
        return sealed(line)
    }

    /// Puts the checksum behind all other members of an object that is not closed yet, and a line feed behind that.
    static func sealed(_ content: [UInt8]) -> [UInt8] {
        var line = content
        let checksum = String(CRC32.checksum(line), radix: 16)
        line += mark
        line += Array((String(repeating: "0", count: 8 - checksum.count) + checksum).utf8)
        line += end
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// Whether the checksum at the end of a line without its line feed agrees with what stands before it.
    static func isWhole(_ line: ArraySlice<UInt8>) -> Bool {
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

    /// Whether objects and arrays nest no deeper than the limit.
    static func isShallow(_ line: ArraySlice<UInt8>, limit: Int = TraceFormat.depth) -> Bool {
        var depth = 0
        var inString = false
        var escaped = false
        for byte in line {
            if inString {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > limit { return false }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
        return true
    }
}
