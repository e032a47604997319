import Foundation

/// The ways in which single characters are written.
enum LetterForms {
    /// All ways for a character: plain, in JSON, in an address, in a mail, in HTML, in programs, for a shell.
    static func of(_ scalar: Unicode.Scalar) -> [[UInt8]] {
        let plain = String(Character(scalar))
        var forms: Set<String> = [plain]
        forms.formUnion(json(scalar, plain))
        forms.formUnion(html(scalar))
        for prefix in ["%", "%25", "=", "\\x", "\\\\x"] {
            let digits = plain.utf8.map { prefix + hexadecimalText($0) }.joined()
            forms.formUnion([digits, digits.lowercased()])
        }
        forms.insert(plain.utf8.map { "\\" + octalText($0) }.joined())
        if scalar == " " { forms.formUnion(["+", "\\ "]) }
        if scalar == "'" { forms.formUnion(["'\\''", "'\"'\"'", "''"]) }
        if let short = ["\n": "n", "\r": "r", "\t": "t", "\u{8}": "b", "\u{c}": "f"][plain] {
            forms.formUnion(["\\" + short, "\\\\" + short, "\\\\\\" + short])
        }
        let isPlain = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        if !isPlain { forms.formUnion(["\\" + plain, "\\\\" + plain, "\\\\\\" + plain]) }
        return forms.map { Array($0.utf8) }
    }

    /// A letter of Base64, also where it stands in an address or in JSON.
    static func base64(_ letter: UInt8) -> [[UInt8]] {
        let forms =
            switch letter {
            case UInt8(ascii: "+"): ["+", "-", "%2B", "%2b", "\\u002b", "\\u002B", "&#43;"]
            case UInt8(ascii: "/"): ["/", "_", "%2F", "%2f", "\\/", "\\\\/", "\\u002f", "\\u002F", "&#47;"]
            default: [String(UnicodeScalar(letter))]
            }
        return forms.map { Array($0.utf8) }
    }

    /// A letter of Base32, of which the case does not matter.
    static func base32(_ letter: UInt8) -> [[UInt8]] { letter < 0x41 ? [[letter]] : [[letter], [letter | 0x20]] }

    /// The digits of a byte, in both cases, alone and behind the signs by which programs know them.
    static func hexadecimal(_ byte: UInt8) -> [[UInt8]] {
        let upper = hexadecimalText(byte)
        return Set([upper, upper.lowercased()]).flatMap { form in
            ["", "0x", "\\x", "\\\\x"].map { Array(($0 + form).utf8) }
        }
    }

    private static func json(_ scalar: Unicode.Scalar, _ plain: String) -> [String] {
        var forms: [String] = []
        for isUpper in [false, true] {
            func padded(_ number: UInt32, _ length: Int) -> String {
                let digits = String(number, radix: 16, uppercase: isUpper)
                return String(repeating: "0", count: max(0, length - digits.count)) + digits
            }
            let units = plain.utf16.map { padded(UInt32($0), 4) }
            // Text in JSON that is itself a text in JSON has its backslashes doubled.
            for prefix in ["\\u", "\\\\u", "%u"] { forms.append(units.map { prefix + $0 }.joined()) }
            forms += ["\\u{\(padded(scalar.value, 0))}", "\\U\(padded(scalar.value, 8))"]
        }
        return forms
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

    private static func hexadecimalText(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }

    private static func octalText(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 8)
        return String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
}

/// What of a Base64 or Base32 text depends on a value alone, for each of the ways in which it may lie in its groups.
enum RadixForms {
    private static let letters64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let letters32 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    static func base64(_ value: [UInt8]) -> [[UInt8]] {
        (0..<3).compactMap { core(of: value, behind: $0, 6, letters64) }
    }
    static func base32(_ value: [UInt8]) -> [[UInt8]] {
        (0..<5).compactMap { core(of: value, behind: $0, 5, letters32) }
    }

    /// The letters that hold bits of the value only; nil if they are too few to tell it.
    private static func core(of value: [UInt8], behind offset: Int, _ bits: Int, _ letters: [UInt8]) -> [UInt8]? {
        let bytes = [UInt8](repeating: 0, count: offset) + value
        let start = (offset * 8 + bits - 1) / bits
        let end = bytes.count * 8 / bits
        guard end - start >= 4 else { return nil }
        var core: [UInt8] = []
        for index in start..<end {
            var number = 0
            for bit in index * bits..<(index + 1) * bits {
                let isSet = bytes[bit / 8] >> UInt8(7 - bit % 8) & 1 == 1
                number = number * 2 + (isSet ? 1 : 0)
            }
            core.append(letters[number])
        }
        return core
    }
}
