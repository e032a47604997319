import Foundation
import GodHandCore

/// Why a call of a model's makes no sense, in words for the model.
struct MalformedInput: Error {
    var reason: String

    init(_ reason: String) { self.reason = reason }

    /// The reason of an error, whose messages are written for models too.
    init(_ error: GodHandError) { reason = [error.message, error.hint].compactMap { $0 }.joined(separator: " ") }
}

/// The arguments of a call of a model's, read strictly: nothing in them is trusted.
struct ToolInput {
    let name: String
    let json: JSONValue

    init(_ name: String, _ json: JSONValue) {
        self.name = name
        self.json = json
    }

    /// A text that may be missing; null and "" are missing too.
    func optionalText(_ key: String) throws -> String? {
        switch json[key] {
        case nil, .null: return nil
        case .string(let text): return text.isEmpty ? nil : text
        default: throw MalformedInput("\(name): \(key) must be a string.")
        }
    }

    /// A text that must be there, though it may be empty.
    func text(_ key: String) throws -> String {
        guard let text = json[key]?.string else { throw MalformedInput("\(name) needs \(key), a string.") }
        return text
    }

    /// A whole number that may be missing.
    func optionalInteger(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
        switch json[key] {
        case nil, .null: return nil
        case .some(let value):
            guard let number = value.integer, range.contains(number) else {
                throw MalformedInput(
                    "\(name): \(key) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
            }
            return number
        }
    }

    /// A truth value; false if it is missing.
    func flag(_ key: String) throws -> Bool {
        switch json[key] {
        case nil, .null: return false
        case .bool(let value): return value
        default: throw MalformedInput("\(name): \(key) must be true or false.")
        }
    }

    /// A time in seconds.
    func duration(_ key: String, default standard: Duration? = nil, atMost limit: Duration) throws -> Duration {
        switch json[key] {
        case nil, .null:
            guard let standard else { throw MalformedInput("\(name) needs \(key), a number of seconds.") }
            return standard
        case .some(let value):
            guard let seconds = value.double, seconds >= 0, seconds <= limit / .seconds(1) else {
                throw MalformedInput("\(name): \(key) must be from 0 to \(limit.formattedSeconds).")
            }
            return .seconds(seconds)
        }
    }

    /// A list of numbers of a known length.
    func numbers(_ key: String, count: Int) throws -> [Double]? {
        switch json[key] {
        case nil, .null: return nil
        case .array(let values):
            let numbers = values.compactMap(\.double)
            guard numbers.count == count, values.count == count else { fallthrough }
            return numbers
        default: throw MalformedInput("\(name): \(key) must be a list of \(count) numbers.")
        }
    }
}
