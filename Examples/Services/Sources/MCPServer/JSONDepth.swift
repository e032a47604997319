import Foundation

/// Looks how deeply JSON is nested before anything that calls itself for each level gets to read it.
enum JSONDepth {
    /// Whether no level is deeper than `limit`, and no bracket closes what was not opened.
    static func isWithin(_ limit: Int, _ bytes: some DataProtocol) -> Bool {
        var depth = 0
        var inText = false
        var escaped = false
        for byte in bytes {
            if inText {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > limit { return false }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth < 0 { return false }
            default: break
            }
        }
        return true
    }
}
