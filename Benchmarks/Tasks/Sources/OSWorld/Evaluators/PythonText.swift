import GodHandCore

/// Text as Python sees it: a row of code points. Swift would take two ways to write a letter for the same, and a line's
/// end of two characters for one.
enum PythonText {
    /// Reads a text file, with every kind of line end as a line feed.
    static func read(_ bytes: [UInt8]) throws -> String {
        try decode(bytes).unicodeScalars.reduce(into: (text: String.UnicodeScalarView(), afterReturn: false)) {
            so, next in
            if next == "\n", so.afterReturn {
                so.afterReturn = false
                return
            }
            so.afterReturn = next == "\r"
            so.text.append(so.afterReturn ? "\n" : next)
        }.text.asString
    }

    /// Reads a file as it is.
    static func decode(_ bytes: [UInt8]) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw GodHandError(.dataDamaged, "A file that should be text is not.")
        }
        return text
    }

    /// Whether two texts are the same code points.
    static func same(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

    /// Whether a text is somewhere in another.
    static func holds(_ text: String, _ part: String) -> Bool {
        let text = Array(text.utf8), part = Array(part.utf8)
        guard !part.isEmpty else { return true }
        guard text.count >= part.count else { return false }
        return (0...(text.count - part.count)).contains { text[$0..<($0 + part.count)].elementsEqual(part) }
    }

    /// Whether a text begins with another.
    static func begins(_ text: String, _ part: String) -> Bool { text.utf8.starts(with: part.utf8) }

    /// A text without the blanks around it.
    static func stripped(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// The words between blanks.
    static func words(_ text: String) -> [String] {
        text.unicodeScalars.split(whereSeparator: isBlank).map { String($0) }
    }

    /// The parts between separators, the empty ones, too.
    static func parts(_ text: String, between separator: Unicode.Scalar) -> [String] {
        text.unicodeScalars.split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
    }

    /// The lines, as `splitlines` has them.
    static func lines(_ text: String) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var afterReturn = false
        for next in text.unicodeScalars {
            if next == "\n", afterReturn {
                afterReturn = false
                continue
            }
            afterReturn = next == "\r"
            if ends.contains(next.value) {
                lines.append(String(line))
                line = .init()
            } else {
                line.append(next)
            }
        }
        if !line.isEmpty { lines.append(String(line)) }
        return lines
    }

    private static let ends: Set<UInt32> = [0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029]

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x1c...0x1f).contains(scalar.value)
    }
}

extension String.UnicodeScalarView {
    fileprivate var asString: String { String(self) }
}

extension JSONValue {
    /// Whether Python's `==` says so: numbers by their worth, truth values being numbers, and text by its code points.
    func equals(_ other: JSONValue) -> Bool {
        if let mine = worth, let theirs = other.worth { return mine == theirs }
        switch (self, other) {
        case (.null, .null): return true
        case (.string(let a), .string(let b)): return PythonText.same(a, b)
        case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.equals($1) }
        case (.object(let a), .object(let b)):
            return a.count == b.count && a.allSatisfy { name, value in b[name].map(value.equals) ?? false }
        default: return false
        }
    }

    /// What it is worth as a number.
    private var worth: Double? {
        if case .bool(let value) = self { return value ? 1 : 0 }
        return double
    }
}
