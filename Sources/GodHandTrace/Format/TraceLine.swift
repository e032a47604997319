import Foundation
import GodHandCore

/// One line of a trace, sealed with a checksum.
enum TraceLine {
    /// Puts a record together; the result ends in a line feed.
    static func make(sequence: Int, time: Date, elapsed: Duration, kind: String, body: Data) -> [UInt8] {
        let head =
            #"{"version":\#(TraceFormat.version),"seq":\#(sequence),"time":"\#(Timestamp.format(time, digits: 3))","#
            + #""elapsed":\#(Seconds.text(elapsed)),"kind":"\#(kind)","body":"#
        var line = Array(head.utf8)
        line += body
        return SealedLine.make(of: line)
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
