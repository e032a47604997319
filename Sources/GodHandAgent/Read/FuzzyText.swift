import Foundation

/// Comparison that forgives what readers of pictures get wrong.
enum FuzzyText {
    /// The longest text that is searched: the search is a product of two lengths.
    private static let textLimit = 50_000
    /// The longest text that is searched for with errors allowed.
    private static let keyLimit = 500

    /// Letters, digits and signs without case, accents and spaces; quotes and dashes that readers mix up are one.
    static func normalised(_ text: String) -> [Character] {
        text.prefix(textLimit).lowercased().decomposedStringWithCanonicalMapping.unicodeScalars.compactMap { scalar in
            switch scalar {
            case "‘", "’", "“", "”", "\"", "`", "´": return "'"
            case "–", "—", "‐", "‑", "_": return "-"
            default:
                let isMark = scalar.properties.generalCategory == .nonspacingMark
                return isMark || scalar.properties.isWhitespace ? nil : Character(scalar)
            }
        }
    }

    /// How many errors are forgiven in a text of this length.
    static func allowedErrors(_ length: Int) -> Int { min(6, length / 8) }

    /// Whether the key occurs, with no more errors than are forgiven. Both are normalised.
    static func contains(_ key: [Character], in text: [Character]) -> Bool {
        errors(of: key, in: text) <= allowedErrors(key.count)
    }

    /// The fewest letters that must be changed, added or left out so that the key occurs in the text.
    static func errors(of key: [Character], in text: [Character]) -> Int {
        guard key.count <= keyLimit else { return key == text ? 0 : key.count }
        // One column of the table of distances at a time; the key may begin anywhere, so the first row is zero.
        var column = Array(0...key.count)
        var best = key.count
        for letter in text {
            var diagonal = column[0]
            for row in key.indices {
                let substituted = diagonal + (key[row] == letter ? 0 : 1)
                diagonal = column[row + 1]
                column[row + 1] = min(substituted, diagonal + 1, column[row] + 1)
            }
            best = min(best, column[key.count])
        }
        return best
    }
}
