import GodHandCore

/// Chooses what gets a number, and which: an element that was there before keeps the one that it had.
enum MarkNumbering {
    /// The most marks in one picture: more of them hide what they mark, and cost words.
    static let most = 150
    private static let highest = 999

    /// The marks of a screen.
    ///
    /// - Parameters:
    ///   - elements: What was found, in reading order.
    ///   - previous: The marks of the look before.
    static func marks(of elements: [ScreenElement], after previous: [ScreenMark]) -> [ScreenMark] {
        var marks = chosen(from: elements).map { element in
            ScreenMark(number: 0, role: element.role, name: element.name, box: element.box)
        }
        var left = previous
        var kept = 0
        for isExact in [true, false] {
            for index in marks.indices where marks[index].number == 0 {
                guard let match = left.firstIndex(where: { isSame($0, marks[index], exactly: isExact) }) else {
                    continue
                }
                marks[index].number = left.remove(at: match).number
                kept += 1
            }
        }
        // On another page or in another window nothing of the old numbers is worth keeping.
        var next = 1 + (previous.map(\.number).max() ?? 0)
        if kept * 4 < marks.count || next + marks.count > highest {
            for index in marks.indices { marks[index].number = index + 1 }
            return marks
        }
        for index in marks.indices where marks[index].number == 0 {
            marks[index].number = next
            next += 1
        }
        return marks
    }

    /// What can be used, once each.
    private static func chosen(from elements: [ScreenElement]) -> [ScreenElement] {
        var result: [ScreenElement] = []
        for element in elements where element.isInteractive && element.isEnabled {
            guard result.count < most else { break }
            // A button in a button, and a cell in its row, are one thing to click.
            let isDouble = result.contains { other in
                other.box == element.box
                    || other.name == element.name && other.role == element.role
                        && (other.box.contains(element.box) || element.box.contains(other.box))
            }
            if !isDouble { result.append(element) }
        }
        return result
    }

    /// Whether it is the same thing as before: in the same place, or, as after scrolling, moved with its size kept.
    private static func isSame(_ old: ScreenMark, _ new: ScreenMark, exactly: Bool) -> Bool {
        guard old.role == new.role else { return false }
        if exactly { return old.name == new.name && old.box == new.box }
        return old.name == new.name && !old.name.isEmpty && old.box.size == new.box.size
            || old.box == new.box && old.role != nil && isField(old.role)
    }

    /// A field is the same field when something else stands in it.
    private static func isField(_ role: String?) -> Bool { role == "entry" || role == "text" || role == "combo box" }
}
