import Foundation
import GodHandCore

extension TaskFile {
    /// Reads a file for a seed.
    ///
    /// - Throws: `GodHandError` with `data.damaged` that names the file and what is wrong with it: it is no JSON, has a
    ///   member that nobody knows, names what is not drawn, or makes no sense.
    static func read(_ data: Data, named name: String, seed: UInt64) throws -> TaskFile {
        do {
            let written = try JSONDecoder().decode(JSONValue.self, from: data)
            let rules = try TaskFile.rules(written["draw"])
            let filled = try DrawnValues(rules, seed: seed, task: name).fill(written.without("draw"))
            let file = try JSONDecoder().decode(TaskFile.self, from: JSONEncoder().encode(filled))
            // What is lost on the way through our types is what they do not know.
            let known = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(file))
            if let stranger = filled.stranger(to: known, at: "") { throw FileProblem("nobody knows '\(stranger)'") }
            try file.validate()
            return file
        } catch let problem as FileProblem {
            throw damaged(name, problem.words)
        } catch let error as DecodingError {
            throw damaged(name, error.words)
        }
    }

    private static func rules(_ value: JSONValue?) throws -> [String: DrawRule] {
        guard let value else { return [:] }
        let rules = try JSONDecoder().decode([String: DrawRule].self, from: JSONEncoder().encode(value))
        let known = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(rules))
        if let stranger = value.stranger(to: known, at: "draw") { throw FileProblem("nobody knows '\(stranger)'") }
        return rules
    }

    private static func damaged(_ name: String, _ words: String) -> GodHandError {
        GodHandError(.dataDamaged, "The task file \(name).json makes no sense: \(words).", hint: "See Tasks/README.md.")
    }

    private func validate() throws {
        if goal.isEmpty || category.isEmpty { throw FileProblem("it needs a goal and a category") }
        if !score.contains(where: { $0.alreadySo != true }) { throw FileProblem("nothing in its score is to be done") }
        if solution != nil, branches != nil { throw FileProblem("it has both a solution and branches") }
        for rule in score {
            guard (rule.check == nil) != (rule.answer == nil), rule.weight ?? 1 > 0 else {
                throw FileProblem("the score '\(rule.name)' needs a check or an answer, and a weight above zero")
            }
        }
        for step in setUp { try step.validate() }
        for step in solution ?? [] { _ = try step.planned() }
        for decision in branches ?? [] {
            guard decision.ways.contains(where: { $0.title == decision.right }) else {
                throw FileProblem("'\(decision.right)' is none of the ways")
            }
            for way in decision.ways { for step in way.steps { _ = try step.planned() } }
        }
    }
}

extension TaskFile.SetUpStep {
    fileprivate func validate() throws {
        let kinds = [file != nil, run != nil, start != nil].count { $0 }
        let contents = [text != nil, lines != nil, part != nil].count { $0 }
        guard kinds == 1 || (kinds == 0 && until != nil), contents == (file == nil ? 0 : 1) else {
            throw FileProblem(
                "a step of its setUp needs just one of file (with text, lines or part), run, start, until")
        }
        if let mode, UInt16(mode, radix: 8) == nil { throw FileProblem("'\(mode)' is no mode") }
        if run?.isEmpty == true || start?.isEmpty == true { throw FileProblem("a command of its setUp is empty") }
    }
}

extension JSONValue {
    fileprivate func without(_ name: String) -> JSONValue {
        guard case .object(var members) = self else { return self }
        members[name] = nil
        return .object(members)
    }

    /// The first member, by its path, that the other value lacks.
    fileprivate func stranger(to known: JSONValue, at path: String) -> String? {
        switch (self, known) {
        case (.object(let members), .object(let others)):
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                let place = path.isEmpty ? name : "\(path).\(name)"
                guard let other = others[name] else { return place }
                if let stranger = value.stranger(to: other, at: place) { return stranger }
            }
            return nil
        case (.array(let elements), .array(let others)):
            return zip(elements, others).lazy.compactMap { $0.stranger(to: $1, at: path) }.first
        default: return nil
        }
    }
}

extension DecodingError {
    /// What is wrong and where, in one line.
    fileprivate var words: String {
        func place(_ context: Context) -> String {
            context.codingPath.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch self {
        case .keyNotFound(let key, let context):
            let path = place(context)
            return "'\(key.stringValue)' is missing\(path.isEmpty ? "" : " in '\(path)'")"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "'\(place(context))' is of another kind than it should be"
        case .dataCorrupted(let context):
            let path = place(context)
            return path.isEmpty ? "it is no JSON" : "'\(path)': \(context.debugDescription)"
        @unknown default: return "it cannot be read"
        }
    }
}
