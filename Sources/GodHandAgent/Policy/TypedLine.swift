import GodHandCore

/// What was typed since the last Return, as far as actions tell: addresses and paths can come in pieces.
struct TypedLine: Sendable, Hashable {
    /// The longest line that is kept; what is longer is no address.
    private static let limit = 4_096
    /// The rows in which the bar of a window that fills the screen lies.
    private static let barHeight = 120

    /// The line so far.
    private(set) var text = ""
    /// What was there before all was selected: a move of the cursor brings it back.
    private var shelved = ""
    /// Whether the cursor may stand elsewhere than at the end.
    private var hasMoved = false
    /// Where the keyboard is, as far as actions tell. At first nobody knows.
    private(set) var focus = Focus.unknown

    enum Focus: Sendable, Hashable {
        case unknown, addressBar, elsewhere
    }

    /// Whether what is typed may go to the address bar of a browser.
    var mayBeAddressBar: Bool { focus != .elsewhere }
    private var lastRow: Int?

    /// A line as an action left it.
    struct Made: Sendable, Hashable {
        var text: String
        /// Whether it is at its end: a Return, or something else than typing, comes after it.
        var isDone: Bool
        var mayBeAddressBar: Bool
    }

    /// The lines that an action made or ended; the last one may go on with the next action.
    mutating func take(_ action: Action) -> [Made] {
        switch action {
        case .input(.type(let typed)): return append(typed)
        case .element(let target, .type(let typed, let replacing)):
            let ended = ended
            focus(on: target)
            if replacing { text = "" }
            return ended + append(typed)
        case .element(let target, .click):
            defer { focus(on: target) }
            return ended
        case .input(.key(let chord, let count)): return press(chord, count)
        case .input(.click(let point, _, _, _)):
            defer { click(at: point) }
            return ended
        case .input(.drag): hasMoved = true
        case .open, .exec:
            text = ""
            focus = .unknown
        default: break
        }
        return []
    }

    /// The line as it is, at its end.
    private var ended: [Made] {
        text.isEmpty ? [] : [Made(text: text, isDone: true, mayBeAddressBar: mayBeAddressBar)]
    }

    private mutating func append(_ typed: String) -> [Made] {
        let pieces = typed.split(omittingEmptySubsequences: false, whereSeparator: { $0.isNewline })
        var lines: [Made] = []
        for (index, piece) in pieces.enumerated() {
            if index > 0 { clear() }
            // A tab goes to the next field.
            let fields = piece.split(separator: "\t", omittingEmptySubsequences: false)
            for (position, field) in fields.enumerated() {
                if position > 0 { clear() }
                let isDone = position < fields.count - 1 || index < pieces.count - 1
                func add(_ line: String) {
                    if !line.isEmpty {
                        lines.append(Made(text: line, isDone: isDone, mayBeAddressBar: mayBeAddressBar))
                    }
                }
                if hasMoved, !text.isEmpty { add(field + text) }
                text += field
                add(text)
                if text.utf8.count > Self.limit { text = String(text.suffix(Self.limit / 4)) }
            }
        }
        return lines
    }

    private mutating func press(_ chord: KeyChord, _ count: Int) -> [Made] {
        guard let keysyms = try? chord.keysyms(), let last = keysyms.last else { return [] }
        let modifiers = keysyms.dropLast().filter { $0 != .shift }
        if modifiers.isEmpty, let scalar = last.scalar {
            return append(String(repeating: Character(scalar), count: max(0, min(count, InputLimits.repeats))))
        }
        switch (last.name ?? "", modifiers.isEmpty) {
        case ("Return", _), ("KP_Enter", _), ("Linefeed", _):
            defer { clear() }
            return ended
        case ("BackSpace", true): text = String(text.dropLast(max(0, count)))
        case ("Tab", _), ("ISO_Left_Tab", _):
            clear()
            focus = .unknown
        case ("Left", _), ("Right", _), ("Home", _), ("End", _), ("Up", _), ("Down", _):
            if text.isEmpty { text = shelved }
            hasMoved = true
        case (_, false), ("F6", _), ("F3", _):
            // Ctrl+L, Alt+D, Ctrl+A and their kin: all is selected, or the focus goes who knows where.
            shelved = text
            text = ""
            let letter = last.scalar.map { Character($0) } ?? " "
            focus = last.name == "F6" || "ldektn".contains(letter) ? .addressBar : .unknown
        default: break
        }
        return []
    }

    private mutating func click(at point: Point?) {
        hasMoved = true
        guard let point else { return }
        // The place is the model's word: it may be any number.
        let row = min(max(point.y, 0), Frame.maximumSide)
        defer { lastRow = row }
        // The bar is near the top of a window that fills the screen; of others nobody knows.
        focus = row < Self.barHeight ? .addressBar : .elsewhere
        // A click into the same row may only have moved the cursor.
        if let lastRow, abs(lastRow - row) < 24 { return }
        clear()
    }

    private mutating func focus(on target: ElementTarget) {
        clear()
        switch target {
        case .mark: focus = .unknown
        case .named(_, let name):
            let words = ["address", "url", "location", "search"]
            focus = words.contains { name.lowercased().contains($0) } ? .addressBar : .elsewhere
        }
    }

    private mutating func clear() {
        text = ""
        shelved = ""
        hasMoved = false
    }
}
