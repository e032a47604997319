import GodHandCore
import OSWorld

/// A function with what it is given, for theirs and ours alike.
struct VerdictCase: CustomStringConvertible {
    var function: String
    var result: Given
    var expected: Given?
    var options: JSONValue = .object([:])

    /// A value, or a file with a text.
    enum Given {
        case value(JSONValue)
        case file(String)

        var evidence: Evidence {
            switch self {
            case .value(let value): .value(value)
            case .file(let text): .file(Array(text.utf8))
            }
        }

        var written: JSONValue {
            switch self {
            case .value(let value): value
            case .file(let text): ["file": .string(text)]
            }
        }
    }

    init(_ function: String, _ result: Given, _ expected: Given? = nil, options: JSONValue = .object([:])) {
        self.function = function
        self.result = result
        self.expected = expected
        self.options = options
    }

    /// The case for the driver of theirs.
    var written: JSONValue {
        var members: [String: JSONValue] = [
            "function": .string(function), "result": result.written, "options": options,
        ]
        if let expected { members["expected"] = expected.written }
        return .object(members)
    }

    /// What ours says; nil where it fails.
    var score: Double? {
        try? Judgement.score(
            function, result: result.evidence, expected: expected?.evidence ?? .value(.null), options: options)
    }

    var description: String { "\(function)(\(result), \(expected.map { "\($0)" } ?? "")) \(options)" }
}
