import Foundation
import GodHandAgent
import GodHandCore

/// Reads values off a page by patterns.
enum Answers {
    /// The value of the kind that is asked for which belongs to the word: behind it in a sentence, or beside it in a
    /// table. Measures may stand anywhere.
    static func find(_ question: GoalPart.Question, in text: ScreenText) -> String? {
        for word in words(of: question) {
            if let value = inSentence(question.kind, word, text) { return value }
            if let value = inTable(question.kind, word, text) { return value }
        }
        guard question.kind == .measure else { return nil }
        return text.lines.lazy.compactMap { first(.measure, in: $0.text[...]) }.first
    }

    /// Behind the word in its own line, or in the line below that goes on where this one began.
    private static func inSentence(_ kind: GoalPart.Question.Kind, _ word: String, _ text: ScreenText) -> String? {
        for line in text.lines {
            guard line.words.count > 3, let range = line.text.range(of: word, options: .caseInsensitive) else {
                continue
            }
            let below = text.lines.filter {
                abs($0.box.x - line.box.x) < 12 && $0.box.y > line.box.y && $0.box.y - line.box.y < 34
            }
            let rest = line.text[range.upperBound...] + " " + (below.first?.text ?? "")
            if let value = first(kind, in: rest.prefix(100)) { return value }
        }
        return nil
    }

    /// To the right of the word, at about its height.
    private static func inTable(_ kind: GoalPart.Question.Kind, _ word: String, _ text: ScreenText) -> String? {
        for name in text.lines.flatMap(\.words) where name.text.plain == word {
            let beside = text.lines
                .filter { $0.box.x >= name.box.maxX && abs($0.box.center.y - name.box.center.y) <= 24 }
                .sorted { abs($0.box.center.y - name.box.center.y) < abs($1.box.center.y - name.box.center.y) }
            if let value = beside.lazy.compactMap({ first(kind, in: $0.text[...]) }).first { return value }
        }
        return nil
    }

    private static func words(of question: GoalPart.Question) -> [String] {
        switch question.near.lowercased() {
        case "high", "tall": ["high", "height", "rises", "summit", "elevation"]
        case "deep": ["deep", "depth"]
        case "long": ["long", "length"]
        case let word: [word]
        }
    }

    private static func first(_ kind: GoalPart.Question.Kind, in text: Substring) -> String? {
        switch kind {
        case .date:
            let match = text.firstMatch(
                of:
                    #/(\d{1,2}) ?(January|February|March|April|May|June|July|August|September|October|November|December),? (\d{4})/#
            )
            return match.map { "\($0.1) \($0.2) \($0.3)" }
        case .year: return text.firstMatch(of: #/\b(1\d{3}|20\d{2})\b/#).map { String($0.1) }
        case .measure:
            let match = text.firstMatch(of: #/(\d[\d,.]*) ?(kilometres|metres|km|m|miles|feet)\b/#)
            return match.map { "\($0.1) \($0.2)" }
        }
    }
}
