import Foundation

/// The name of a host in the one form in which names are compared: lower case, international letters as Punycode, no
/// final dot.
///
/// Addresses in numbers are no names, in whatever notation a browser would take them.
public struct HostName: Sendable, Hashable, CustomStringConvertible {
    /// The name in ASCII.
    public let description: String

    /// Reads a name; nil for what is none.
    public init?(_ text: String) {
        guard text.utf8.count <= 1_024 else { return nil }
        // Compatibility forms come first: a browser takes a full-width stop for a dot, and a full-width slash for one.
        var name = text.precomposedStringWithCompatibilityMapping.lowercased()
            .replacingOccurrences(of: "\u{3002}", with: ".")
        if name.hasSuffix(".") { name.removeLast() }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...127).contains(labels.count) else { return nil }
        var ascii: [String] = []
        for label in labels {
            guard let encoded = Self.encode(label) else { return nil }
            ascii.append(encoded)
        }
        guard let last = ascii.last, !Self.isNumber(last) else { return nil }
        let joined = ascii.joined(separator: ".")
        guard joined.utf8.count <= 253 else { return nil }
        description = joined
    }

    /// Its parts between the dots.
    var labels: [Substring] { description.split(separator: ".") }

    /// Whether it lies below another name; a name does not lie below itself.
    func isBelow(_ other: HostName) -> Bool { description.hasSuffix("." + other.description) }

    /// A host whose last part is a number is an address to browsers, also in hexadecimal.
    private static func isNumber(_ label: String) -> Bool {
        let digits = label.hasPrefix("0x") ? label.dropFirst(2) : label[...]
        let isHexadecimal = label.hasPrefix("0x")
        return digits.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (isHexadecimal && (0x61...0x66).contains(byte))
        }
    }

    private static func encode(_ label: Substring) -> String? {
        let scalars = Array(label.unicodeScalars)
        guard (1...63).contains(scalars.count), scalars.first != "-", scalars.last != "-" else { return nil }
        guard scalars.allSatisfy(isAllowed) else { return nil }
        if scalars.allSatisfy(\.isASCII) { return String(label) }
        guard let code = Punycode.encode(scalars), code.utf8.count <= 59 else { return nil }
        return "xn--" + code
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "0"..."9", "-", "_": return true
        default:
            guard !scalar.isASCII else { return false }
            // Invisible characters would be dropped by a browser, so that two names that differ here are one there.
            if scalar.properties.isDefaultIgnorableCodePoint { return false }
            switch scalar.properties.generalCategory {
            case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber:
                return true
            default: return false
            }
        }
    }
}

/// The encoding of RFC 3492, by which names of international letters become ASCII.
enum Punycode {
    /// The code without its prefix `xn--`; nil if a number does not fit.
    static func encode(_ scalars: [Unicode.Scalar]) -> String? {
        var output = scalars.filter(\.isASCII).map { Character($0) }
        let basic = output.count
        var handled = basic
        if basic > 0 { output.append("-") }
        var current: UInt32 = 128
        var delta: UInt32 = 0
        var bias: UInt32 = 72
        while handled < scalars.count {
            guard let next = scalars.lazy.map(\.value).filter({ $0 >= current }).min() else { return nil }
            let (step, overflow) = (next - current).multipliedReportingOverflow(by: UInt32(handled + 1))
            let (sum, overflowed) = delta.addingReportingOverflow(step)
            if overflow || overflowed { return nil }
            delta = sum
            current = next
            for scalar in scalars {
                if scalar.value < current {
                    if delta == .max { return nil }
                    delta += 1
                }
                guard scalar.value == current else { continue }
                output += digits(of: delta, bias: bias)
                bias = adapt(delta, handled + 1, isFirst: handled == basic)
                delta = 0
                handled += 1
            }
            if delta == .max { return nil }
            delta += 1
            current += 1
        }
        return String(output)
    }

    private static func digits(of delta: UInt32, bias: UInt32) -> [Character] {
        var result: [Character] = []
        var rest = delta
        var position: UInt32 = 36
        while true {
            let threshold = position <= bias ? 1 : min(26, position - bias)
            if rest < threshold { break }
            result.append(digit(threshold + (rest - threshold) % (36 - threshold)))
            rest = (rest - threshold) / (36 - threshold)
            position += 36
        }
        result.append(digit(rest))
        return result
    }

    private static func digit(_ value: UInt32) -> Character {
        let code = value < 26 ? 0x61 + value : 0x30 + value - 26
        return Character(Unicode.Scalar(UInt8(truncatingIfNeeded: code)))
    }

    private static func adapt(_ delta: UInt32, _ count: Int, isFirst: Bool) -> UInt32 {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / UInt32(max(1, count))
        var steps: UInt32 = 0
        while delta > 455 {
            delta /= 35
            steps += 36
        }
        return steps + 36 * delta / (delta + 38)
    }
}
