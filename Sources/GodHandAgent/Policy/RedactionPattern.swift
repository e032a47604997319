import Foundation

/// Finds one value in a text in whatever encoding it may stand there.
///
/// Encodings that work letter by letter (JSON, percent signs, HTML, shells) are matched letter by letter, so that any
/// mixture of them is found. Those that mix neighbours (Base64) are found by the part that does not depend on what stands
/// around.
struct RedactionPattern: Sendable {
    /// For each character all ways in which it may be written.
    private let letters: [[[UInt8]]]
    /// For each byte its two hexadecimal digits in all ways.
    private let bytes: [[[UInt8]]]
    /// Texts that are found as they are.
    private let blocks: [[UInt8]]
    /// The pairs of bytes with which anything of this may begin, the first one in the upper half.
    let starts: Set<UInt16>

    init(_ value: String) {
        letters = value.unicodeScalars.map { LetterForms.of($0) }
        let plain = Array(value.utf8)
        bytes = plain.map { LetterForms.hexadecimal($0) }
        var blocks = Base64Forms.of(plain)
        let utf16 = value.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        blocks += Base64Forms.of(utf16)
        blocks += Base64Forms.of(value.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] })
        self.blocks = blocks
        starts = Self.pairs(letters).union(Self.pairs(bytes)).union(
            blocks.compactMap { $0.count > 1 ? Self.pair($0[0], $0[1]) : nil })
    }

    static func pair(_ first: UInt8, _ second: UInt8) -> UInt16 { UInt16(first) << 8 | UInt16(second) }

    /// The first two bytes of each way to write a beginning.
    private static func pairs(_ pattern: [[[UInt8]]]) -> Set<UInt16> {
        let following = pattern.count > 1 ? pattern[1] : []
        var pairs: Set<UInt16> = []
        for form in pattern.first ?? [] where !form.isEmpty {
            if form.count > 1 {
                pairs.insert(pair(form[0], form[1]))
            } else {
                for next in following where !next.isEmpty { pairs.insert(pair(form[0], next[0])) }
            }
        }
        return pairs
    }

    /// How many bytes from here on are the value; nil if it does not begin here.
    func match(in text: ArraySlice<UInt8>) -> Int? {
        var longest: Int?
        for candidate in [Self.match(letters, in: text), Self.match(bytes, in: text)] {
            if let candidate, candidate > longest ?? 0 { longest = candidate }
        }
        for block in blocks where block.count > longest ?? 0 && text.starts(with: block) { longest = block.count }
        return longest
    }

    /// Goes through the ways of each letter in step, with all places where the text may be by then.
    private static func match(_ pattern: [[[UInt8]]], in text: ArraySlice<UInt8>) -> Int? {
        var places: Set<Int> = [text.startIndex]
        for forms in pattern {
            var next: Set<Int> = []
            for place in places {
                for form in forms where text[place...].starts(with: form) { next.insert(place + form.count) }
            }
            if next.isEmpty { return nil }
            places = next
        }
        return places.max().map { $0 - text.startIndex }
    }
}

/// The ways in which single characters are written.
enum LetterForms {
    /// All ways for a character: plain, in JSON, in an address, in HTML, for a shell.
    static func of(_ scalar: Unicode.Scalar) -> [[UInt8]] {
        let plain = String(Character(scalar))
        var forms: Set<String> = [plain]
        forms.formUnion(json(scalar, plain))
        forms.formUnion(html(scalar))
        let percent = plain.utf8.map { "%" + hexadecimalText($0) }
        for form in [percent.joined(), percent.joined().lowercased()] {
            forms.insert(form)
            // An address in an address.
            forms.insert(form.replacingOccurrences(of: "%", with: "%25"))
        }
        let escaped = plain.utf8.map { "\\x" + hexadecimalText($0) }.joined()
        forms.formUnion([escaped, escaped.lowercased()])
        if scalar == " " { forms.formUnion(["+", "%20", "\\ "]) }
        if scalar == "'" { forms.formUnion(["'\\''", "'\"'\"'", "''"]) }
        let isPlain = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        if !isPlain { forms.formUnion(["\\" + plain, "\\\\" + plain, "\\\\\\" + plain]) }
        return forms.map { Array($0.utf8) }
    }

    private static func json(_ scalar: Unicode.Scalar, _ plain: String) -> [String] {
        let units = plain.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
        let upper = units.uppercased().replacingOccurrences(of: "\\U", with: "\\u")
        // Text in JSON that is itself a text in JSON has its backslashes doubled.
        return [units, upper].flatMap { [$0, $0.replacingOccurrences(of: "\\", with: "\\\\")] }
    }

    private static func html(_ scalar: Unicode.Scalar) -> [String] {
        let number = String(scalar.value)
        let digits = String(scalar.value, radix: 16)
        var forms = ["&#\(number);", "&#0\(number);"]
        for form in [digits, digits.uppercased()] {
            forms += ["&#x\(form);", "&#X\(form);", "&#x0\(form);", "&#x00\(form);"]
        }
        switch scalar {
        case "&": forms += ["&amp;", "&amp;amp;"]
        case "<": forms += ["&lt;", "&amp;lt;"]
        case ">": forms += ["&gt;", "&amp;gt;"]
        case "\"": forms += ["&quot;", "&amp;quot;"]
        case "'": forms += ["&apos;", "&#39;", "&#039;", "&amp;#39;"]
        default: break
        }
        return forms
    }

    /// The digits of a byte, in both cases, alone and behind the signs that are put between bytes.
    static func hexadecimal(_ byte: UInt8) -> [[UInt8]] {
        let upper = hexadecimalText(byte)
        let forms = Set([upper, upper.lowercased()])
        return forms.flatMap { form in ["", ":", " ", "\\x", "0x", ", 0x", "-"].map { Array(($0 + form).utf8) } }
    }

    private static func hexadecimalText(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }
}

/// What of a Base64 text depends on a value alone, for each of the three ways in which it may lie in its groups.
enum Base64Forms {
    static func of(_ value: [UInt8]) -> [[UInt8]] {
        var forms: Set<[UInt8]> = []
        for offset in 0..<3 {
            let shifted = [UInt8](repeating: 0, count: offset) + value
            let text = Array(Data(shifted).base64EncodedString().utf8.prefix { $0 != UInt8(ascii: "=") })
            // Letters that hold bits of what stands before or behind are not of the value.
            let start = (offset * 8 + 5) / 6
            let end = (offset + value.count) * 8 / 6
            guard start < end, end <= text.count, end - start >= 4 else { continue }
            let core = Array(text[start..<end])
            forms.insert(core)
            forms.insert(core.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? 0x5f : $0 })
            forms.insert(core.flatMap { $0 == UInt8(ascii: "/") ? Array("\\/".utf8) : [$0] })
            forms.insert(
                core.flatMap { byte -> [UInt8] in
                    switch byte {
                    case UInt8(ascii: "/"): Array("%2F".utf8)
                    case UInt8(ascii: "+"): Array("%2B".utf8)
                    default: [byte]
                    }
                })
        }
        return Array(forms)
    }
}
