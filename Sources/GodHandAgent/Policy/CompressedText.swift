import Foundation
import GodHandCore

/// Finds what was compressed by gzip or zlib and then written as letters: in Base64, or in hexadecimal digits.
enum CompressedText {
    /// What stands in place of a text that holds what nobody is to see.
    static let placeholder = Array("(compressed secret)".utf8)
    /// What stands in place of a text that nobody could look through.
    static let unseen = Array("(compressed, too large to look through)".utf8)

    /// The most bytes that come out of one text.
    static let limit = 1 << 20
    /// How many texts may lie one inside the other.
    static let depth = 2
    private static let fewest = 16

    private enum Notation { case base64, hexadecimal }

    /// How each begins: gzip, and zlib by the four levels that its head tells apart.
    private static let heads: [(text: [UInt8], notation: Notation)] =
        [
            "H4sI", "eAE", "eAF", "eAG", "eAH", "eF4", "eF5", "eF6", "eF7", "eJw", "eJx", "eJy", "eJz", "eNo", "eNp",
            "eNq", "eNr",
        ]
        .map { (Array($0.utf8), .base64) }
        + ["1f8b08", "1F8B08", "7801", "785e", "785E", "789c", "789C", "78da", "78DA"]
        .map { (Array($0.utf8), .hexadecimal) }

    /// Whether one can begin with this.
    static let starts: [Bool] = {
        var starts = [Bool](repeating: false, count: 256)
        for head in heads { starts[Int(head.text[0])] = true }
        return starts
    }()

    /// What begins at a place: how many bytes of the text it has, and what is in it.
    ///
    /// - Parameter room: How many more bytes may be read and come out. When they are used up, what begins like one is said
    ///   to be cut: a hostile text may begin one in each line, and each would be read to the end.
    static func match(
        in text: [UInt8], at index: Int, room: inout Int
    ) -> (length: Int, content: [UInt8], isCut: Bool)? {
        // Within a word nothing begins.
        if index > 0, value64(text[index - 1]) != nil { return nil }
        let rest = text[index...]
        guard let head = heads.first(where: { rest.starts(with: $0.text) }) else { return nil }
        let (bytes, end) = head.notation == .base64 ? base64(rest) : hexadecimal(rest)
        guard bytes.count >= fewest else { return nil }
        room -= bytes.count
        if room < 0 { return (end - index, [], true) }
        guard let (content, isCut) = Inflation.content(of: bytes, limit: limit) else { return nil }
        room -= content.count
        return (end - index, content, isCut || room < 0)
    }

    /// The bytes of a Base64 text, and where it ends. Ends of lines and what JSON and addresses make of it are no end.
    private static func base64(_ text: ArraySlice<UInt8>) -> (bytes: [UInt8], end: Int) {
        var bytes: [UInt8] = []
        var (bits, count) = (0, 0)
        var (place, end) = (text.startIndex, text.startIndex)
        while place < text.endIndex {
            var length = 1
            var value = value64(text[place])
            if value == nil, let (found, count) = written64(text[place...]) { (value, length) = (found, count) }
            guard let value else {
                let gap = RedactionGap.lineBreak.length(in: text[place...])
                guard gap > 0 else { break }
                place += gap
                continue
            }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(bits >> count & 0xff))
                bits &= (1 << count) - 1
            }
            place += length
            end = place
        }
        return (bytes, text[end...].firstIndex { $0 != UInt8(ascii: "=") } ?? text.endIndex)
    }

    private static func hexadecimal(_ text: ArraySlice<UInt8>) -> (bytes: [UInt8], end: Int) {
        var bytes: [UInt8] = []
        var (place, end) = (text.startIndex, text.startIndex)
        while place < text.endIndex {
            let gap = RedactionGap.lineBreak.length(in: text[place...])
            if gap > 0 { place += gap }
            guard text.endIndex - place >= 2, let high = digit(text[place]), let low = digit(text[place + 1]) else {
                break
            }
            bytes.append(UInt8(high << 4 | low))
            place += 2
            end = place
        }
        return (bytes, end)
    }

    private static func value64(_ letter: UInt8) -> Int? {
        switch letter {
        case 0x41...0x5a: Int(letter) - 0x41
        case 0x61...0x7a: Int(letter) - 0x61 + 26
        case 0x30...0x39: Int(letter) - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }

    /// A letter that is written otherwise.
    private static func written64(_ text: ArraySlice<UInt8>) -> (value: Int, length: Int)? {
        for (value, forms) in written {
            for form in forms where text.starts(with: form) { return (value, form.count) }
        }
        return nil
    }

    private static let written = [UInt8(ascii: "+"), UInt8(ascii: "/")].enumerated().map { index, letter in
        (index + 62, LetterForms.base64(letter).filter { $0.count > 1 })
    }

    private static func digit(_ letter: UInt8) -> Int? {
        switch letter {
        case 0x30...0x39: Int(letter) - 0x30
        case 0x41...0x46: Int(letter) - 0x41 + 10
        case 0x61...0x66: Int(letter) - 0x61 + 10
        default: nil
        }
    }
}
