public import GodHandCore

/// OSWorld's evaluator functions, ours.
///
/// Each takes what was found, what it is held against, and what else it is told, and gives a score from 0 to 1. It throws
/// where theirs fails on what it is given; both count as nothing done.
public enum Judgement {
    /// A function.
    typealias Function = @Sendable (_ result: Evidence, _ expected: Evidence, _ options: JSONValue) throws -> Double

    /// The names of those that are known.
    public static var known: Set<String> { Set(functions.keys) }

    /// What a function says.
    ///
    /// - Throws: `GodHandError` with `unsupported` if it is not known, or what it throws.
    public static func score(
        _ function: String, result: Evidence, expected: Evidence, options: JSONValue = .object([:])
    ) throws -> Double {
        guard let judge = functions[function] else {
            throw GodHandError(.unsupported, "The evaluator function '\(function)' is not known.")
        }
        return try judge(result, expected, options)
    }

    private static let functions: [String: Function] = [general, files, settings, browser, player].reduce(into: [:]) {
        all, room in
        all.merge(room) { first, _ in first }
    }

    /// What a rule says under a name.
    static func rule(_ evidence: Evidence, _ name: String) throws -> JSONValue {
        guard let value = try evidence.value[name] else {
            throw GodHandError(.invalidRequest, "The rule does not say '\(name)'.")
        }
        return value
    }

    /// The texts of a list.
    static func texts(_ value: JSONValue?) throws -> [String] {
        guard let value else { return [] }
        guard let elements = value.array else {
            throw GodHandError(.invalidRequest, "There is something else than a list in the rule.")
        }
        return try elements.map(text)
    }

    /// The text of a value.
    static func text(_ value: JSONValue) throws -> String {
        guard let text = value.string else {
            throw GodHandError(.invalidRequest, "There is something else than text where an evaluator reads it.")
        }
        return text
    }
}

extension Bool {
    /// All or nothing.
    var score: Double { self ? 1 : 0 }
}
