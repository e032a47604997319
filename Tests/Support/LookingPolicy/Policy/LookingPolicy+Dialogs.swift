import GodHandAgent
import GodHandCore

extension LookingPolicy {
    /// Words on buttons that make a dialog go away, those first that agree to nothing.
    private static let ways = ["cancel", "no", "notnow", "later", "close", "dismiss", "gotit", "ok"]

    /// How to get rid of a dialog that nobody asked for; nil if there is none.
    func interruption(during part: GoalPart?, _ index: Int) -> Decision? {
        guard let name = unexpectedDialog(during: part) else { return nil }
        // Closing does not count among the moves of the part, so it has a limit of its own.
        let tries = past.reversed().prefix { $0.label == "close dialog" }.count
        let reason = "“\(name)” is in the way, and nobody asked for it."
        func closing(_ move: Decision.Move) -> Decision {
            Decision(move: move, part: index, label: "close dialog", reason: reason)
        }
        if let button = button, tries % 3 != 2 { return closing(.click(button.center)) }
        switch tries {
        case 0...1: return closing(.press("Escape"))
        case 2...3: return closing(.press("Return"))
        case 4...5: return closing(.press("alt+F4"))
        default:
            return Decision(move: .fail("A dialog cannot be closed."), part: index, label: "give up", reason: reason)
        }
    }

    private func unexpectedDialog(during part: GoalPart?) -> String? {
        if let title, !title.isEmpty {
            if GoalPart.Program.allCases.contains(where: { $0.owns(title) }) {
                // A program's own dialog bears its name, too.
                if case .save? = part { return nil }
                return isSaving ? title : nil
            }
            switch part {
            case .save? where isSaving: return nil
            case .makeFolder? where isNaming: return nil
            default: return title
            }
        }
        guard title == nil, !isSaving, !isNaming, let button else { return nil }
        return seen.text.lines.first { $0.box.maxY <= button.y && button.y - $0.box.maxY < 80 }?.text ?? "A dialog"
    }

    /// The button that makes a dialog go away: its word stands alone, with room on both sides.
    private var button: Rect? {
        let candidates = seen.text.lines.flatMap { line in
            line.words.enumerated().compactMap { offset, word -> (rank: Int, box: Rect)? in
                guard let rank = Self.ways.firstIndex(of: word.text.plain) else { return nil }
                let left = offset > 0 ? word.box.x - line.words[offset - 1].box.maxX : .max
                let right = offset + 1 < line.words.count ? line.words[offset + 1].box.x - word.box.maxX : .max
                return left > 12 && right > 12 ? (rank, word.box) : nil
            }
        }
        return candidates.min { $0.rank < $1.rank }?.box
    }
}
