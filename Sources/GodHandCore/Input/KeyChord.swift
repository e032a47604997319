/// Keys that are pressed together, such as `ctrl+shift+t`.
///
/// Written and stored as names joined by `+`, in the order in which they go down. The names are those of X keysyms, as
/// `xdotool` takes them (`Return`, `Page_Up`, `F5`, `plus`), and the everyday ones of model providers (`ctrl`, `cmd`,
/// `enter`, `esc`, `PAGEDOWN`). A single character stands for itself.
public struct KeyChord: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The key names in the order in which they go down.
    public let keys: [String]

    /// No keys.
    public static let none = KeyChord(keys: [])

    /// Makes a chord of single names.
    public init(keys: [String]) { self.keys = keys }

    /// Reads `ctrl+shift+t`. `ctrl++` is the control key with plus.
    public init(_ text: String) {
        var keys: [String] = []
        var name = ""
        for character in text {
            if character == "+", !name.isEmpty {
                keys.append(name)
                name = ""
            } else {
                name.append(character)
            }
        }
        if !name.isEmpty { keys.append(name) }
        self.keys = keys
    }

    /// Makes a chord of a literal.
    public init(stringLiteral value: String) { self.init(value) }

    /// The names joined by `+`.
    public var description: String { keys.joined(separator: "+") }
}

extension KeyChord: Codable {
    /// Reads a chord as one string.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes a chord as one string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
