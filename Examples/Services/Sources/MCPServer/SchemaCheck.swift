public import GodHandCore

/// Checks arguments against the JSON Schema that the client was given, so that what is promised and what is enforced are
/// the same thing.
///
/// It knows what the schemas here use: types, required and additional properties, enumerations, bounds of numbers, lengths
/// of texts and lists.
public enum SchemaCheck {
    /// What is wrong with a value, in a sentence that a model can act on; nil if nothing is.
    public static func complaint(about value: JSONValue, _ schema: JSONValue, at path: String = "") -> String? {
        let place = path.isEmpty ? "The arguments" : "'\(path)'"
        if let choices = schema["enum"]?.array, !choices.contains(value) {
            return "\(place) must be one of \(choices.compactMap(\.string).joined(separator: ", "))."
        }
        switch schema["type"]?.string {
        case "object": return object(value, schema, path, place)
        case "array": return list(value, schema, path, place)
        case "string":
            guard let text = value.string else { return "\(place) must be a text." }
            let length = text.unicodeScalars.count
            return outside(length, schema, "minLength", "maxLength").map { "\(place) must have \($0) characters." }
        case "integer":
            guard let number = value.integer else { return "\(place) must be a whole number." }
            return outside(number, schema, "minimum", "maximum").map { "\(place) must be \($0)." }
        case "number":
            guard let number = value.double, number.isFinite else { return "\(place) must be a number." }
            if let least = schema["minimum"]?.double, number < least { return "\(place) must be \(least) or more." }
            if let most = schema["maximum"]?.double, number > most { return "\(place) must be \(most) or less." }
            return nil
        case "boolean": return value.bool == nil ? "\(place) must be true or false." : nil
        default: return nil
        }
    }

    private static func object(_ value: JSONValue, _ schema: JSONValue, _ path: String, _ place: String) -> String? {
        guard case .object(let members) = value else { return "\(place) must be an object." }
        guard case .object(let properties) = schema["properties"] ?? [:] else { return nil }
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] where members[name] == nil {
            return "\(place) must have '\(name)'."
        }
        if let complaint = outside(members.count, schema, "minProperties", "maxProperties") {
            return "\(place) must have \(complaint) members."
        }
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            let below = path.isEmpty ? name : "\(path).\(name)"
            if let known = properties[name] {
                if let complaint = complaint(about: member, known, at: below) { return complaint }
            } else if let others = schema["additionalProperties"], case .object = others {
                if let complaint = complaint(about: member, others, at: "\(path).\(name.prefix(64))") {
                    return complaint
                }
            } else {
                let names = properties.keys.sorted().joined(separator: ", ")
                return "\(place) cannot have '\(name.prefix(64))'. Possible are: \(names.isEmpty ? "none" : names)."
            }
        }
        return nil
    }

    private static func list(_ value: JSONValue, _ schema: JSONValue, _ path: String, _ place: String) -> String? {
        guard let elements = value.array else { return "\(place) must be a list." }
        if let complaint = outside(elements.count, schema, "minItems", "maxItems") {
            return "\(place) must have \(complaint) elements."
        }
        guard let each = schema["items"] else { return nil }
        for (number, element) in elements.enumerated() {
            if let complaint = complaint(about: element, each, at: "\(path)[\(number)]") { return complaint }
        }
        return nil
    }

    private static func outside(_ number: Int, _ schema: JSONValue, _ least: String, _ most: String) -> String? {
        let (least, most) = (schema[least]?.integer, schema[most]?.integer)
        guard number < least ?? .min || number > most ?? .max else { return nil }
        return switch (least, most) {
        case (let least?, let most?): "from \(least) to \(most)"
        case (let least?, nil): "at least \(least)"
        case (nil, let most?): "at most \(most)"
        case (nil, nil): "some"
        }
    }
}
