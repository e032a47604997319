import GodHandCore

/// Text with placeholders in it, `{{secret:name}}`, taken apart.
struct SecretText: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case text(String)
        case secret(String)
    }
    let parts: [Part]

    static let prefix = "{{secret:"

    /// Takes a text apart; nil if it holds what looks like a placeholder and is none.
    init?(_ text: String) {
        var parts: [Part] = []
        var rest = text[...]
        while let start = rest.firstRange(of: Self.prefix) {
            if start.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else { return nil }
            let name = String(rest[start.upperBound..<end.lowerBound])
            guard Self.isName(name) else { return nil }
            parts.append(.secret(name))
            rest = rest[end.upperBound...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        // What is nearly a placeholder is a mistake that a model should hear of, not text to be typed.
        for case .text(let plain) in parts where plain.lowercased().filter({ !$0.isWhitespace }).contains("{{secret") {
            return nil
        }
        self.parts = parts
    }

    /// The names in it.
    var names: [String] {
        parts.compactMap { if case .secret(let name) = $0 { name } else { nil } }
    }

    /// Whether a text is nothing but placeholders, with tabs and line feeds between and after them.
    static func isOnlyPlaceholders(_ text: String) -> Bool {
        guard let parts = SecretText(text)?.parts,
            parts.contains(where: { if case .secret = $0 { true } else { false } })
        else { return false }
        return parts.allSatisfy { part in
            if case .text(let plain) = part { plain.allSatisfy { $0.isNewline || $0 == "\t" } } else { true }
        }
    }

    /// Whether a name of a secret may be this: letters, digits, dashes, dots and underscores, at most 64.
    static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
                default: false
                }
            }
    }
}
