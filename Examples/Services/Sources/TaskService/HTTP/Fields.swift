import GodHandCore

/// Reads an object of a request strictly: what is unknown, of another type or out of bounds is refused by name.
struct Fields {
    private let members: [String: JSONValue]
    private let place: String

    /// - Parameters:
    ///   - place: Where it stands, for people: "limits"; empty for the whole body.
    ///   - names: All that it may have.
    init(_ value: JSONValue, at place: String = "", allowing names: Set<String>) throws {
        guard case .object(let members) = value else {
            throw Problem.invalid("\(place.isEmpty ? "The body" : place) must be an object.")
        }
        self.members = members
        self.place = place
        if let unknown = members.keys.filter({ !names.contains($0) }).min() {
            let name = String(unknown.unicodeScalars.prefix(40))
            throw Problem.invalid(
                "\(path(name)) is not known.", hint: "Known are: \(names.sorted().joined(separator: ", ")).")
        }
    }

    func string(_ name: String, scalars: ClosedRange<Int>) throws -> String? {
        guard let value = members[name] else { return nil }
        guard let text = value.string, scalars.contains(text.unicodeScalars.count) else {
            throw Problem.invalid(
                "\(path(name)) must be text of \(scalars.lowerBound) to \(scalars.upperBound) characters.")
        }
        return text
    }

    func required(_ name: String, scalars: ClosedRange<Int>) throws -> String {
        guard let text = try string(name, scalars: scalars) else { throw Problem.invalid("\(path(name)) is missing.") }
        return text
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let value = members[name] else { return nil }
        guard let number = value.integer, range.contains(number) else {
            throw Problem.invalid(
                "\(path(name)) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    func number(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let value = members[name] else { return nil }
        guard let number = value.double, range.contains(number) else {
            throw Problem.invalid("\(path(name)) must be a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    func bool(_ name: String) throws -> Bool? {
        guard let value = members[name] else { return nil }
        guard let flag = value.bool else { throw Problem.invalid("\(path(name)) must be true or false.") }
        return flag
    }

    func word<Word: RawRepresentable & CaseIterable>(_ name: String, as: Word.Type) throws -> Word?
    where Word.RawValue == String {
        guard let value = members[name] else { return nil }
        guard let text = value.string, let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.invalid("\(path(name)) must be one of: \(known).")
        }
        return word
    }

    func list(_ name: String, atMost count: Int) throws -> [(value: JSONValue, place: String)] {
        guard let value = members[name] else { return [] }
        guard let elements = value.array, elements.count <= count else {
            throw Problem.invalid("\(path(name)) must be a list of at most \(count).")
        }
        return elements.enumerated().map { ($1, "\(path(name))[\($0)]") }
    }

    func object(_ name: String, allowing names: Set<String>) throws -> Fields? {
        try members[name].map { try Fields($0, at: path(name), allowing: names) }
    }

    func has(_ name: String) -> Bool { members[name] != nil }

    private func path(_ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }
}
