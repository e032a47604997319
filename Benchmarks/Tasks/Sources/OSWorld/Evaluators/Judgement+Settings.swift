import Foundation
import GodHandCore

extension Judgement {
    /// Files of settings.
    static let settings: [String: Function] = [
        "check_json_settings": { result, rules, _ in
            guard let bytes = try result.bytes, let found = json(bytes) else { return 0 }
            guard case .object(let wanted) = try rule(rules, "expected") else {
                throw GodHandError(.invalidRequest, "The rule names no settings.")
            }
            return wanted.allSatisfy { name, value in found[name].map(value.equals) ?? false }.score
        },
        "check_json_keybindings": { result, rules, _ in
            guard let bytes = try result.bytes else { return 0 }
            // An editor may begin its file with a line of comment.
            let rest = bytes.firstIndex(of: UInt8(ascii: "\n")).map { Array(bytes[($0 + 1)...]) }
            guard let found = json(bytes)?.array ?? rest.flatMap(json)?.array else { return 0 }
            let wanted = try rule(rules, "expected")
            return found.contains { $0.equals(wanted) }.score
        },
        "check_config_status": { result, rules, _ in
            guard let text = try result.text else { return 0 }
            let key = try rule(rules, "key")
            let keys = try key.string.map { [$0] } ?? texts(key)
            let wanted = try rule(rules, "value")
            for line in linesWithEnds(text) where !PythonText.begins(line, "#") && line != "\n" {
                let words = PythonText.words(bare(line))
                guard let last = words.last else {
                    throw GodHandError(.dataDamaged, "There is a line of blanks in the settings.")
                }
                let isNamed = (1...2).contains(keys.count) && words.starts(with: keys)
                if isNamed, JSONValue.string(last).equals(wanted) { return 1 }
            }
            return 0
        },
        "check_json": { result, rules, _ in
            guard let bytes = try result.bytes, let found = json(bytes) else { return 0 }
            for rule in try rules.value["expect"]?.array ?? [] {
                guard let value = place(rule["key"], in: found), (try? JSONRule.isMet(rule, by: value)) == true
                else { return 0 }
            }
            for rule in try rules.value["unexpect"]?.array ?? [] {
                guard let isMet = try? JSONRule.isMet(rule, by: place(rule["key"], in: found) ?? .null), !isMet
                else { return 0 }
            }
            return 1
        },
    ]

    /// The value in a file of JSON; nil if it is none.
    private static func json(_ bytes: [UInt8]) -> JSONValue? {
        try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    }

    /// The value that a path of names and places leads to.
    private static func place(_ path: JSONValue?, in value: JSONValue) -> JSONValue? {
        path?.array?.reduce(value as JSONValue?) { value, step in
            switch (value, step) {
            case (.object(let members)?, .string(let name)): return members[name]
            case (.array(let elements)?, .integer(let place)):
                let place = place < 0 ? place + elements.count : place
                return elements.indices.contains(place) ? elements[place] : nil
            default: return nil
            }
        }
    }

    /// A line of GIMP's settings without its parentheses.
    private static func bare(_ line: String) -> String {
        let line = PythonText.stripped(line).unicodeScalars.drop { $0 == "(" }
        let end = line.lastIndex { $0 != ")" && $0 != "\n" }
        return end.map { String(line[...$0]) } ?? ""
    }
}

/// A rule for a value in a file of JSON.
enum JSONRule {
    /// Whether a value is as the rule has it.
    ///
    /// - Throws: `GodHandError` where theirs fails: for a method that is not known, or values of which none is greater.
    static func isMet(_ rule: JSONValue, by value: JSONValue) throws -> Bool {
        let method = rule["method"]?.string ?? "", reference = rule["ref"] ?? .null
        switch method {
        case "eq": return value.equals(reference)
        case "ne": return !value.equals(reference)
        case "lt": return try compare(value, reference) < 0
        case "le": return try compare(value, reference) <= 0
        case "gt": return try compare(value, reference) > 0
        case "ge": return try compare(value, reference) >= 0
        case "re":
            return try PythonPattern(try Judgement.text(reference)).isFound(in: try Judgement.text(value))
        case "str_list_eq", "str_set_eq":
            let quotes = CharacterSet(charactersIn: "\"'")
            let found = PythonText.parts(try Judgement.text(value).trimmingCharacters(in: quotes), between: ",")
            let wanted = try Judgement.texts(reference)
            return method == "str_list_eq" ? found == wanted : Set(found) == Set(wanted)
        default: throw GodHandError(.unsupported, "The method '\(method)' is not known.")
        }
    }

    /// Below zero if the first is smaller, zero if they are the same.
    private static func compare(_ a: JSONValue, _ b: JSONValue) throws -> Int {
        if let a = a.double, let b = b.double { return a < b ? -1 : a > b ? 1 : 0 }
        if let a = a.string, let b = b.string {
            // The order of code points is that of their bytes.
            return a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : PythonText.same(a, b) ? 0 : 1
        }
        throw GodHandError(.invalidRequest, "Of these two, neither is greater.")
    }
}
