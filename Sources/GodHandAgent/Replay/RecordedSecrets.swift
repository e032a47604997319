import GodHandCore

/// Secrets in recorded actions: placeholders as models write them, `{{secret:name}}`, and what a ``Redactor`` puts in the
/// place of a value, `(secret name)`.
enum RecordedSecrets {
    /// The names in an action, in order.
    static func names(in action: Action) -> [String] {
        var names: [String] = []
        _ = mapTexts(of: action) { text in
            for part in parts(of: text) { if case .secret(let name) = part { names.append(name) } }
            return text
        }
        return names
    }

    /// The action with values in place of names. A name without a value stays.
    static func filled(_ action: Action, _ values: [String: String]) -> Action {
        mapTexts(of: action) { text in
            parts(of: text).map { part in
                switch part {
                case .text(let plain): plain
                case .secret(let name): values[name] ?? "(secret \(name))"
                }
            }.joined()
        }
    }

    private static func parts(of text: String) -> [SecretText.Part] {
        (SecretText(text)?.parts ?? [.text(text)]).flatMap { part -> [SecretText.Part] in
            guard case .text(let plain) = part else { return [part] }
            return redacted(plain)
        }
    }

    private static func redacted(_ text: String) -> [SecretText.Part] {
        var parts: [SecretText.Part] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "(secret "), let end = rest[start.upperBound...].firstIndex(of: ")") {
            let name = String(rest[start.upperBound..<end])
            let isName = SecretText.isName(name)
            let taken = isName ? start.lowerBound : start.upperBound
            if taken > rest.startIndex { parts.append(.text(String(rest[..<taken]))) }
            if isName { parts.append(.secret(name)) }
            rest = isName ? rest[end...].dropFirst() : rest[start.upperBound...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return parts
    }

    private static func mapTexts(of action: Action, _ change: (String) -> String) -> Action {
        switch action {
        case .input(.type(let text)): .input(.type(change(text)))
        case .exec(let arguments): .exec(arguments.map(change))
        case .open(let target): .open(change(target))
        case .element(let target, .type(let text, let replacing)):
            .element(target, .type(change(text), replacing: replacing))
        default: action
        }
    }
}
