public import GodHandCore

/// How it is found out whether a task was done: functions, each with what it is given.
public struct Evaluator: Sendable, Hashable, Codable {
    /// The functions.
    public var function: OneOrMany<String>
    /// How several are joined: `and`, which is also what nothing means, or `or`.
    public var conjunction: String?
    /// Where what is judged comes from.
    public var result: OneOrMany<JSONValue>?
    /// Where what it is held against comes from.
    public var expected: OneOrMany<JSONValue>?
    /// What else the functions are told.
    public var options: OneOrMany<JSONValue>?
    /// What is done to the machine before anything is looked at.
    public var postconfig: [SetupStep]?
    /// A note of the task's author.
    public var configNote: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case result, expected, options, postconfig
        case function = "func"
        case conjunction = "conj"
        case configNote = "_config_note"
    }

    /// Reads an evaluator.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseNames(besides: CodingKeys.allCases.map(\.rawValue))
        let file = try decoder.container(keyedBy: CodingKeys.self)
        function = try file.decode(OneOrMany<String>.self, forKey: .function)
        conjunction = try file.decodeIfPresent(String.self, forKey: .conjunction)
        result = try file.decodeIfPresent(OneOrMany<JSONValue>.self, forKey: .result)
        expected = try file.decodeIfPresent(OneOrMany<JSONValue>.self, forKey: .expected)
        options = try file.decodeIfPresent(OneOrMany<JSONValue>.self, forKey: .options)
        postconfig = try file.decodeIfPresent([SetupStep].self, forKey: .postconfig)
        configNote = try file.decodeIfPresent(String.self, forKey: .configNote)
        if let conjunction, !["and", "or"].contains(conjunction) {
            throw DecodingError.dataCorruptedError(
                forKey: .conjunction, in: file, debugDescription: "'\(conjunction)' joins nothing: only and, or do.")
        }
        let count = function.elements.count
        for (name, list) in [("result", result), ("expected", expected), ("options", options)] {
            guard let list, case .many(let values) = list, !values.isEmpty else { continue }
            if values.count != count {
                throw DecodingError.dataCorruptedError(
                    forKey: .function, in: file, debugDescription: "\(values.count) of \(name) for \(count) functions.")
            }
        }
    }

    /// One function with what it is given.
    public struct Check: Sendable, Hashable {
        /// The function.
        public var function: String
        /// Where what is judged comes from; nil if from nowhere.
        public var result: JSONValue?
        /// Where what it is held against comes from; nil if from nowhere.
        public var expected: JSONValue?
        /// What else it is told.
        public var options: JSONValue
    }

    /// The functions, each with its own.
    public var checks: [Check] {
        function.elements.enumerated().map { place, name in
            func own(_ list: OneOrMany<JSONValue>?) -> JSONValue? {
                guard let elements = list?.elements, elements.indices.contains(place) else { return nil }
                return elements[place] == .null || elements[place] == .object([:]) ? nil : elements[place]
            }
            return Check(
                function: name, result: own(result), expected: own(expected), options: own(options) ?? .object([:]))
        }
    }

    /// Whether one function that is satisfied is enough.
    public var needsOnlyOne: Bool { conjunction == "or" }

    /// Whether the task cannot be done, and the agent is to say so.
    public var isInfeasible: Bool { function == .one("infeasible") }
}
