import GodHandCore

extension Judgement {
    /// Values and texts held against each other.
    static let general: [String: Function] = [
        "exact_match": { result, rules, _ in try result.value.equals(try rule(rules, "expected")).score },
        "match_in_list": { result, rules, _ in
            try isPart(try result.value, of: try rule(rules, "expected")).score
        },
        "is_in_list": { result, rules, _ in try isPart(try rule(rules, "expected"), of: try result.value).score },
        "check_include_exclude": { result, rules, _ in
            guard result != .value(.null) else { return 0 }
            let found = try result.value, rules = try rules.value
            for wanted in rules["include"]?.array ?? [] where try !isPart(wanted, of: found) { return 0 }
            for unwanted in rules["exclude"]?.array ?? [] where try isPart(unwanted, of: found) { return 0 }
            return 1
        },
        "is_extension_installed": { result, rules, _ in
            let isThere = try isPart(try rule(rules, "expected"), of: try result.value)
            switch try rule(rules, "type") {
            case "contain": return isThere.score
            case "not_contain": return (!isThere).score
            default: throw GodHandError(.invalidRequest, "The rule is of a type that is not known.")
            }
        },
        "is_in_vm_clickboard": { rules, result, _ in
            let found = try result.value
            guard case .array(let wanted) = try rule(rules, "expected") else {
                return try isPart(try rule(rules, "expected"), of: found).score
            }
            return try wanted.allSatisfy { try isPart($0, of: found) }.score
        },
        "check_gnome_favorite_apps": { result, rules, _ in
            let apps = try PythonList.texts(try text(try result.value))
            let wanted = try texts(try rule(rules, "expected"))
            return (apps.count == wanted.count && Set(apps) == Set(wanted)).score
        },
        "is_utc_0": { result, _, _ in
            let lines = PythonText.parts(try text(try result.value), between: "\n")
            guard lines.count > 3 else { throw GodHandError(.invalidRequest, "The clock says too little.") }
            return lines[3].hasSuffix("+0000)").score
        },
        "check_moved_jpgs": { result, rules, _ in
            guard let children = try result.value["children"]?.array else {
                throw GodHandError(.invalidRequest, "There is no list of what is in the directory.")
            }
            let names = try children.map { try text($0["name"] ?? .null) }
            let wanted = try texts(try rule(rules, "expected"))
            return (names.count == wanted.count && Set(names) == Set(wanted)).score
        },
    ]

    /// Python's `in`: a text in a text, an element in a list, a name in an object.
    static func isPart(_ part: JSONValue, of whole: JSONValue) throws -> Bool {
        switch whole {
        case .string(let whole): return PythonText.holds(whole, try text(part))
        case .array(let elements): return elements.contains { $0.equals(part) }
        case .object(let members): return part.string.map { members[$0] != nil } ?? false
        default: throw GodHandError(.invalidRequest, "Nothing can be a part of what was found.")
        }
    }
}

/// A list of texts, as Python and GLib write it.
enum PythonList {
    static func texts(_ written: String) throws -> [String] {
        var text = PythonText.stripped(written)[...]
        guard text.first == "[", text.last == "]", text.count >= 2 else { throw invalid }
        text = text.dropFirst().dropLast()
        var elements: [String] = []
        while true {
            text = text.drop { $0 == " " || $0 == "\n" }
            guard let quote = text.popFirst() else { return elements }
            guard quote == "'" || quote == "\"" else { throw invalid }
            var element = ""
            while let next = text.popFirst(), next != quote {
                // Names of programs hold neither line feeds nor other characters that are written otherwise.
                if next == "\\", let escaped = text.popFirst() { element.append(escaped) } else { element.append(next) }
            }
            elements.append(element)
            text = text.drop { $0 == " " || $0 == "\n" }
            if let comma = text.popFirst(), comma != "," { throw invalid }
        }
    }

    private static var invalid: GodHandError {
        GodHandError(.invalidRequest, "There is something else than a list of texts where an evaluator reads one.")
    }
}
