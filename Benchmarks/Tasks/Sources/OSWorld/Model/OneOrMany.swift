/// One thing, or a list of them: OSWorld's files write either, and it is written again as it was read.
public enum OneOrMany<Element: Sendable & Hashable & Codable>: Sendable, Hashable {
    /// Written alone.
    case one(Element)
    /// Written as a list.
    case many([Element])

    /// All of them.
    public var elements: [Element] {
        switch self {
        case .one(let element): [element]
        case .many(let elements): elements
        }
    }
}

extension OneOrMany: Codable {
    /// Reads either.
    public init(from decoder: any Decoder) throws {
        // Only a list has places. To try the one and then the other would lose what is wrong inside of a list.
        if (try? decoder.unkeyedContainer()) != nil {
            self = .many(try [Element](from: decoder))
        } else {
            self = .one(try Element(from: decoder))
        }
    }

    /// Writes it as it was.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .one(let element): try element.encode(to: encoder)
        case .many(let elements): try elements.encode(to: encoder)
        }
    }
}
