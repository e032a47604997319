/// A key or character by its number in the X window system, which VNC uses too.
public struct Keysym: RawRepresentable, Sendable, Hashable {
    /// The number: Latin-1 characters are themselves, other characters 0x01000000 plus their code point, keys that type
    /// nothing have numbers of their own.
    public let rawValue: UInt32

    /// Makes a keysym of its number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The Return key.
    public static let `return` = Keysym(rawValue: 0xff0d)
    /// The Tab key.
    public static let tab = Keysym(rawValue: 0xff09)
    /// The key that deletes backwards.
    public static let backSpace = Keysym(rawValue: 0xff08)
    /// The Escape key.
    public static let escape = Keysym(rawValue: 0xff1b)
    /// The key that deletes forwards.
    public static let delete = Keysym(rawValue: 0xffff)
    /// The left Shift key.
    public static let shift = Keysym(rawValue: 0xffe1)
    /// The left Control key.
    public static let control = Keysym(rawValue: 0xffe3)
    /// The left Alt key.
    public static let alt = Keysym(rawValue: 0xffe9)
    /// The left Super key, which others call Windows or Command.
    public static let `super` = Keysym(rawValue: 0xffeb)

    /// Whether it is a key that changes what others do while it is held: Shift, Control, Alt, Super and their kin, but
    /// no key that locks.
    public var isModifier: Bool {
        switch rawValue {
        case 0xffe1...0xffe4, 0xffe7...0xffee: true
        // The third and fifth level of a keyboard, and the switch between groups.
        case 0xfe03, 0xfe11, 0xff7e: true
        default: false
        }
    }
}

extension Keysym {
    /// The keysym that types a character; nil for control characters that no key gives.
    ///
    /// A line feed and a carriage return are Return, a tab is Tab, and backspace, escape and delete are their keys.
    public init?(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x20...0x7e, 0xa0...0xff: self.init(rawValue: scalar.value)
        case 0x08: self = .backSpace
        case 0x09: self = .tab
        case 0x0a, 0x0d: self = .return
        case 0x1b: self = .escape
        case 0x7f: self = .delete
        case 0x100...: self.init(rawValue: 0x0100_0000 + scalar.value)
        default: return nil
        }
    }

    /// The character that it types, if it is a character and not a key of another kind.
    public var scalar: Unicode.Scalar? {
        switch rawValue {
        case 0x20...0x7e, 0xa0...0xff: Unicode.Scalar(rawValue)
        case 0x0100_0100...0x0110_ffff: Unicode.Scalar(rawValue - 0x0100_0000)
        default: nil
        }
    }

    /// The keysyms that type a text, one for each Unicode scalar; a carriage return with a line feed is one Return.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` for control characters that no key gives. The text itself is
    ///   not in the message.
    public static func typing(_ text: String) throws -> [Keysym] {
        var result: [Keysym] = []
        var previous: Unicode.Scalar?
        for (index, scalar) in text.unicodeScalars.enumerated() {
            defer { previous = scalar }
            if scalar == "\n" && previous == "\r" { continue }
            guard let keysym = Keysym(scalar) else {
                throw GodHandError(
                    .invalidRequest,
                    "Character \(index + 1) of the text is the control character 0x\(String(scalar.value, radix: 16)), "
                        + "which no key gives.",
                    hint: "Press control characters as chords, such as ctrl+c.")
            }
            result.append(keysym)
        }
        return result
    }
}

extension Keysym: CustomStringConvertible {
    /// The name that X gives it, as `xdotool` takes it, or nil if it has none here.
    public var name: String? { KeysymNames.byValue[rawValue] }

    /// Its name, or `U20ac`, or its number.
    public var description: String {
        if let name { return name }
        if let scalar {
            let digits = String(scalar.value, radix: 16)
            return "U" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        return "0x" + String(rawValue, radix: 16)
    }
}
