package import Foundation

extension JSONValue {
    /// The value as JSON of one line. Names are sorted where their order does not matter, so the same value is always the
    /// same bytes.
    ///
    /// - Throws: `EncodingError` for a number that is not finite.
    package func written() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var data = Data()
        try write(to: &data, encoder)
        return data
    }

    /// Only what is around an order of our own is written here; the rest is up to the encoder.
    private func write(to data: inout Data, _ encoder: JSONEncoder) throws {
        guard holdsOrder else {
            data += try encoder.encode(self)
            return
        }
        switch self {
        case .array(let elements):
            try Self.list(elements, in: "[]", to: &data) { try $1.write(to: &$0, encoder) }
        case .object(let members):
            let sorted = members.map { Member($0, $1) }.sorted { $0.name < $1.name }
            try JSONValue.ordered(sorted).write(to: &data, encoder)
        case .ordered(let members):
            try Self.list(members, in: "{}", to: &data) { data, member in
                data += try encoder.encode(member.name)
                data.append(UInt8(ascii: ":"))
                try member.value.write(to: &data, encoder)
            }
        default: break
        }
    }

    private static func list<Element>(
        _ elements: [Element], in brackets: StaticString, to data: inout Data,
        _ write: (inout Data, Element) throws -> Void
    ) rethrows {
        data.append(brackets.utf8Start[0])
        for (place, element) in elements.enumerated() {
            if place > 0 { data.append(UInt8(ascii: ",")) }
            try write(&data, element)
        }
        data.append(brackets.utf8Start[1])
    }

    private var holdsOrder: Bool {
        switch self {
        case .ordered: true
        case .object(let members): members.values.contains(where: \.holdsOrder)
        case .array(let elements): elements.contains(where: \.holdsOrder)
        default: false
        }
    }
}
