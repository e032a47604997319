import Foundation
import GodHandCore

/// What a task file says is drawn from the seed under a name.
struct DrawRule: Sendable, Hashable, Codable {
    /// One of these. Of one with members, `${name.member}` is such a member: so values that belong together stay so.
    var one: [JSONValue]?
    /// All of these in another order: `${name.0}`, `${name.1}` and so on.
    var shuffled: [String]?
    /// A whole number from this on ...
    var from: Int?
    /// ... up to this.
    var to: Int?

    /// The values, under their full names.
    func draw(_ name: String, seed: UInt64, task: String) throws -> [String: String] {
        var numbers = SeededNumbers(seed: seed, for: "\(task)/\(name)")
        switch (one, shuffled, from, to) {
        case (let choices?, nil, nil, nil):
            guard let choice = choices.randomElement(using: &numbers) else {
                throw FileProblem("'\(name)' is one of none")
            }
            return try Self.values(of: choice, name)
        case (nil, let all?, nil, nil):
            let order = all.shuffled(using: &numbers)
            return Dictionary(uniqueKeysWithValues: order.enumerated().map { ("\(name).\($0)", $1) })
        case (nil, nil, let low?, let high?):
            guard low <= high else { throw FileProblem("'\(name)' runs from \(low) to \(high)") }
            return [name: "\(Int.random(in: low...high, using: &numbers))"]
        default: throw FileProblem("'\(name)' needs either 'one', or 'shuffled', or 'from' and 'to'")
        }
    }

    private static func values(of choice: JSONValue, _ name: String) throws -> [String: String] {
        if let text = text(choice) { return [name: text] }
        guard case .object(let members) = choice else { throw FileProblem("'\(name)' draws something that is no text") }
        return Dictionary(
            uniqueKeysWithValues: try members.map { member, value in
                guard let text = text(value) else { throw FileProblem("'\(name).\(member)' is no text") }
                return ("\(name).\(member)", text)
            })
    }

    private static func text(_ value: JSONValue) -> String? { value.string ?? value.integer.map { "\($0)" } }
}

/// Puts drawn values where a task file names them.
struct DrawnValues: Sendable {
    private let values: [String: String]

    init(_ rules: [String: DrawRule], seed: UInt64, task: String) throws {
        var values: [String: String] = [:]
        for (name, rule) in rules { values.merge(try rule.draw(name, seed: seed, task: task)) { first, _ in first } }
        self.values = values
    }

    /// The value with every `${name}` in its texts replaced.
    func fill(_ value: JSONValue) throws -> JSONValue {
        switch value {
        case .string(let text): .string(try fill(text))
        case .array(let elements): .array(try elements.map(fill))
        case .object(let members): .object(try members.mapValues(fill))
        default: value
        }
    }

    func fill(_ text: String) throws -> String {
        var filled = ""
        var rest = text[...]
        while let open = rest.range(of: "${") {
            guard let close = rest[open.upperBound...].firstIndex(of: "}") else {
                throw FileProblem("'\(text)' has a '${' without an end")
            }
            let name = String(rest[open.upperBound..<close])
            guard let value = values[name] else { throw FileProblem("'${\(name)}' is not drawn") }
            filled += rest[..<open.lowerBound] + value
            rest = rest[rest.index(after: close)...]
        }
        return filled + rest
    }
}

/// What is wrong with a task file, before it is known which.
struct FileProblem: Error {
    let words: String

    init(_ words: String) { self.words = words }
}
