import Foundation
import GodHandCore

/// Finds a JSON object in what a weak model says around it: chatter, code fences, marks.
enum JSONExtraction {
    /// How many places are tried at most.
    private static let mostTries = 64

    /// The first object with one of these names in it; nil if there is none.
    static func object(in text: String, with names: [String]) -> JSONValue? {
        let bytes = Array(text.utf8.prefix(LocalAnswer.longestText))
        var tries = 0
        var start = 0
        while tries < mostTries, let open = bytes[start...].firstIndex(of: UInt8(ascii: "{")) {
            tries += 1
            if let end = end(of: bytes[open...]), let value = value(bytes[open...end]) {
                if names.contains(where: { value[$0] != nil }) { return value }
            }
            start = open + 1
        }
        return nil
    }

    /// Where the brackets that open at the beginning close.
    private static func end(of bytes: ArraySlice<UInt8>) -> Int? {
        var depth = 0
        var isInText = false
        var isEscaped = false
        for (index, byte) in zip(bytes.indices, bytes) {
            if isInText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return index }
            default: break
            }
        }
        return nil
    }

    private static func value(_ bytes: ArraySlice<UInt8>) -> JSONValue? {
        let decoder = JSONDecoder()
        if let value = try? decoder.decode(JSONValue.self, from: Data(bytes)) { return value }
        return try? decoder.decode(JSONValue.self, from: Data(mended(bytes)))
    }

    /// Without commas before closing brackets, and with line breaks inside texts written as JSON wants them.
    private static func mended(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var isInText = false
        var isEscaped = false
        for byte in bytes {
            if isInText {
                switch byte {
                case 0x0a where !isEscaped: result += "\\n".utf8
                case 0x0d where !isEscaped: break
                case 0x09 where !isEscaped: result += "\\t".utf8
                default: result.append(byte)
                }
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                continue
            }
            if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                let last = result.lastIndex { ![0x20, 0x0a, 0x0d, 0x09].contains($0) }
                if let last, result[last] == UInt8(ascii: ",") { result.removeSubrange(last...) }
            }
            if byte == UInt8(ascii: "\"") { isInText = true }
            result.append(byte)
        }
        return result
    }
}
