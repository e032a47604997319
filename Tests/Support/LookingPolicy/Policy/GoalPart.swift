import Foundation

/// Something that a goal asks for, as far as the policy understands it: goals are done part by part.
enum GoalPart: Hashable, Sendable {
    /// Have a program in front.
    case open(Program)
    /// Have the page of this title in the browser.
    case page(String)
    /// Follow the link of this text.
    case follow(String)
    /// Return to the page before.
    case back
    /// Read something on the page of this title.
    case answer(Question, page: String)
    /// Write this where the cursor is.
    case write(String)
    /// Save what is open under this name.
    case save(String)
    /// Make a folder of this name in the file manager.
    case makeFolder(String)
    /// Go into the folder of this name in the file manager.
    case enterFolder(String)
    /// Put this word of the page into the clipboard.
    case copy(String)
    /// Put what is in the clipboard where the cursor is.
    case paste

    /// A program that goals name by what it is for.
    enum Program: String, Hashable, Sendable, CaseIterable {
        case editor = "mousepad"
        case files = "thunar"
        case terminal = "lxterminal"
        case browser = "firefox"

        init?(described words: String) {
            switch words.lowercased() {
            case "text editor", "editor": self = .editor
            case "file manager", "files": self = .files
            case "terminal": self = .terminal
            case "browser", "web browser": self = .browser
            default: return nil
            }
        }

        /// The command that starts it.
        var command: String { self == .browser ? "firefox-esr" : rawValue }
        /// Whether a window of this title is its.
        func owns(_ title: String) -> Bool { title.lowercased().contains(rawValue) }
    }

    /// What is to be read: a kind of value, near a word.
    struct Question: Hashable, Sendable {
        var kind: Kind
        var near: String

        enum Kind: Hashable, Sendable {
            case date
            case year
            case measure
        }
    }
}

/// What a goal says: its parts in order, and where the encyclopedia is.
struct ParsedGoal: Hashable, Sendable {
    var parts: [GoalPart] = []
    var site: String?
    /// A piece of the goal that makes no sense to the policy.
    var puzzle: String?

    init(_ goal: String) {
        var goal = goal.trimmingCharacters(in: .whitespacesAndNewlines)
        if let match = goal.firstMatch(of: #/(?:[Ii]n|[Oo]n) the \w+ at (https?:\/\/[^\s,]+),?\s*/#) {
            site = String(match.1)
            goal.removeSubrange(match.range)
        }
        let verbs = "open|find|look up|follow|click|go|write|type|save|create|make|copy|paste"
        let breaks = try? Regex(#"(?i)[,;.]?\s+(?:and\s+)?(?:then\s+)?(?=(?:"# + verbs + #")\b)"#)
        // What stands in quotes is to be written, and no part of what is to be done.
        var quotes: [String] = []
        goal = goal.replacing(#/["“]([^"”]*)["”]/#) { match in
            quotes.append(String(match.1))
            return "\"\(quotes.count - 1)\""
        }
        for clause in breaks.map({ goal.split(separator: $0) }) ?? [Substring(goal)] {
            var words = clause.trimmingCharacters(in: CharacterSet(charactersIn: " .,;"))
            words = words.replacing(#/"(\d+)"/#) { match in
                let index = Int(match.1) ?? 0
                return "\"\(quotes.indices.contains(index) ? quotes[index] : "")\""
            }
            if words.isEmpty { continue }
            let found = Self.parts(of: words)
            if found.isEmpty { puzzle = words }
            parts += found
        }
    }

    private static func parts(of clause: String) -> [GoalPart] {
        if let match = clause.wholeMatch(of: #/(?i)find (?:out )?when (.+) was (born|built|founded)/#) {
            let title = String(match.1)
            return [.answer(.init(kind: match.2 == "born" ? .date : .year, near: String(match.2)), page: title)]
        }
        if let match = clause.wholeMatch(of: #/(?i)find (?:out )?when (.+) died/#) {
            return [.answer(.init(kind: .date, near: "died"), page: String(match.1))]
        }
        if let match = clause.wholeMatch(of: #/(?i)find (?:out )?how (high|long|tall|deep|far|wide) (.+) is/#) {
            return [.answer(.init(kind: .measure, near: String(match.1)), page: String(match.2))]
        }
        if let match = clause.wholeMatch(
            of: #/(?i)(?:open|look up|find|go to) the (?:article|page) (?:on|about|of) (.+)/#)
        {
            return [.page(String(match.1))]
        }
        if let match = clause.wholeMatch(of: #/(?i)(?:open|look up|find|go to) the category(?: page)?(?: of)? (.+)/#) {
            return [.page("Category:\(match.1)")]
        }
        if let match = clause.wholeMatch(of: #/(?i)(?:follow|click)(?: on)? the link to (.+)/#) {
            return [.follow(String(match.1))]
        }
        if clause.wholeMatch(of: #/(?i)go back/#) != nil { return [.back] }
        if let match = clause.wholeMatch(of: #/(?i)open the folder (.+)/#) { return [.enterFolder(String(match.1))] }
        if let match = clause.wholeMatch(of: #/(?i)open the (.+)/#),
            let program = GoalPart.Program(described: String(match.1))
        {
            return [.open(program)]
        }
        if let match = clause.wholeMatch(of: #/(?i)(?:write|type) ["“](.+)["”]/#) { return [.write(String(match.1))] }
        if let match = clause.wholeMatch(of: #/(?i)save (?:it |the file )?as (.+)/#) { return [.save(String(match.1))] }
        if let match = clause.wholeMatch(
            of: #/(?i)(?:create|make) a (?:new )?folder (?:named|called) (.+?)(?: in it| there)?/#)
        {
            return [.makeFolder(String(match.1))]
        }
        if let match = clause.wholeMatch(of: #/(?i)copy the word ["“]?(\w+)["”]?(?: from the page)? into the (.+)/#),
            let program = GoalPart.Program(described: String(match.2))
        {
            return [.copy(String(match.1)), .open(program), .paste]
        }
        return []
    }
}
