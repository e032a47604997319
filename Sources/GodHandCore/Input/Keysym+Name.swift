extension Keysym {
    /// The longest name that is looked up.
    private static let longestName = 64

    /// Finds a key by name.
    ///
    /// In this order: a single character, which stands for itself; a name of X as `xdotool` takes it (`Return`,
    /// `KP_Add`, `eacute`, `XF86AudioPlay`); an everyday name (`ctrl`, `cmd`, `pgup`, `ArrowLeft`); a name of X in
    /// other case, where that can mean one key only; a code point as `U20AC` or `U+20AC`; a number as `0xff0d`.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` for an unknown name; the hint has the nearest known ones.
    public init(named name: String) throws {
        guard name.utf8.count <= Self.longestName else {
            throw GodHandError(
                .invalidRequest, "A name of \(name.utf8.count) bytes is no key.",
                hint: "To type text, use a type action instead of keys.")
        }
        let lowercase = name.lowercased()
        if let keysym = Self.character(name) {
            self = keysym
        } else if let value = KeysymNames.byName[name] ?? KeysymNames.aliases[lowercase]
            ?? KeysymNames.byLowercaseName[lowercase]
        {
            self.init(rawValue: value)
        } else if let keysym = Self.number(name) {
            self = keysym
        } else {
            throw GodHandError(
                .invalidRequest, "There is no key named \(String(reflecting: name)).", hint: Self.hint(for: lowercase))
        }
    }

    private static func character(_ name: String) -> Keysym? {
        guard name.unicodeScalars.count == 1, let scalar = name.unicodeScalars.first else { return nil }
        return Keysym(scalar)
    }

    /// `U20AC`, `U+20AC` and `0x10020ac`.
    private static func number(_ name: String) -> Keysym? {
        func value(after prefix: String, digits: ClosedRange<Int>) -> UInt32? {
            let rest = name.dropFirst(prefix.count)
            guard name.lowercased().hasPrefix(prefix), digits.contains(rest.utf8.count),
                rest.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
            else { return nil }
            return UInt32(rest, radix: 16)
        }
        if let codePoint = value(after: "u", digits: 4...6) ?? value(after: "u+", digits: 1...6) {
            return Unicode.Scalar(codePoint).flatMap { Keysym($0) }
        }
        // X uses 29 bits.
        guard let number = value(after: "0x", digits: 1...8), (0x20...0x1fff_ffff).contains(number) else { return nil }
        return Keysym(rawValue: number)
    }

    private static func hint(for name: String) -> String {
        let limit = max(1, name.count / 3)
        let known = Array(KeysymNames.byName.keys) + KeysymNames.aliases.keys
        let nearest = known.map { (name: $0, distance: distance(from: name, to: $0.lowercased())) }
            .filter { $0.distance <= limit }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(3).map(\.name)
        if nearest.isEmpty { return "Keys have the names of X keysyms, such as Return, Prior, F5 or plus." }
        return "Did you mean \(nearest.joined(separator: " or "))?"
    }

    /// How many characters must be added, removed, replaced or swapped with their neighbour.
    private static func distance(from first: String, to second: String) -> Int {
        let (first, second) = (Array(first), Array(second))
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for (row, character) in first.enumerated() {
            var line = [row + 1]
            for (column, other) in second.enumerated() {
                var best = min(last[column + 1], line[column]) + 1
                best = min(best, last[column] + (character == other ? 0 : 1))
                if row > 0, column > 0, character == second[column - 1], first[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                line.append(best)
            }
            (beforeLast, last) = (last, line)
        }
        return last[second.count]
    }
}
