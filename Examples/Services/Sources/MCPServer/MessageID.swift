public import GodHandCore

/// The name that a client gives to a request, and to nothing else as long as that is answered.
public enum MessageID: Sendable, Hashable {
    /// A number.
    case number(Int)
    /// A text.
    case text(String)

    /// The longest text that is taken, in bytes of UTF-8.
    public static let longest = 256

    /// Reads one; nil if it is neither a whole number nor a text of a usable length.
    public init?(_ value: JSONValue?) {
        switch value {
        case .integer(let number): self = .number(number)
        case .string(let text) where text.utf8.count <= Self.longest: self = .text(text)
        default: return nil
        }
    }

    /// As it is written.
    public var json: JSONValue {
        switch self {
        case .number(let number): .integer(number)
        case .text(let text): .string(text)
        }
    }
}
