public import GodHandCore

/// A line of text that was read on a screen.
public struct TextLine: Sendable, Hashable {
    /// Its words, from left to right.
    public var words: [Word]

    /// A word and where it stands.
    public struct Word: Sendable, Hashable {
        /// The text, as far as it could be read.
        public var text: String
        /// Its box on the display.
        public var box: Rect

        /// Makes a word.
        public init(_ text: String, box: Rect) {
            self.text = text
            self.box = box
        }
    }

    /// Makes a line.
    public init(words: [Word]) { self.words = words }

    /// The words with a space between them.
    public var text: String { words.map(\.text).joined(separator: " ") }
}

/// The text on a screen, read from its pixels.
public struct ScreenText: Sendable, Hashable {
    /// The lines, from top to bottom as far as the reader could tell.
    public var lines: [TextLine]

    /// Makes a text of lines.
    public init(lines: [TextLine]) { self.lines = lines }

    /// All lines, each ended by a line feed.
    public var text: String { lines.map { $0.text + "\n" }.joined() }

    /// Whether the text occurs, also over the ends of lines.
    ///
    /// Letters' case, accents and spaces do not count, and one error of the reader in eight letters is forgiven.
    public func contains(_ wanted: String) -> Bool {
        FuzzyText.contains(FuzzyText.normalised(wanted), in: FuzzyText.normalised(text))
    }

    /// The box of the words in which the text occurs first within one line, or nil; what is exactly the same goes before
    /// what is alike.
    public func find(_ wanted: String) -> Rect? {
        let key = FuzzyText.normalised(wanted)
        guard !key.isEmpty else { return nil }
        let candidates = lines.lazy.compactMap { Self.best(of: key, in: $0.words) }
        return candidates.min { $0.errors < $1.errors }?.box
    }

    /// The run of words that is most like the key, if any is like it.
    private static func best(of key: [Character], in words: [TextLine.Word]) -> (errors: Int, box: Rect)? {
        let allowed = FuzzyText.allowedErrors(key.count)
        var best: (errors: Int, box: Rect)?
        for start in words.indices {
            var text: [Character] = []
            var box = Rect(x: 0, y: 0, width: 0, height: 0)
            for word in words[start...] {
                text += FuzzyText.normalised(word.text)
                box = box.union(word.box)
                if text.count > key.count + allowed + 24 { break }
                // A word may carry more than what was asked for, such as a full stop.
                let errors = FuzzyText.errors(of: key, in: text)
                guard errors <= allowed else { continue }
                let score = errors * 100 + min(99, text.count - min(text.count, key.count))
                if score < best?.errors ?? Int.max { best = (score, box) }
                break
            }
        }
        return best
    }
}
