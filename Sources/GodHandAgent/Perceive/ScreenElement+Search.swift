import Foundation

extension ScreenElement {
    /// How well it answers to a role and a name; nil if it does not. Smaller is better.
    func distance(role: String?, name: [Character]) -> Int? {
        if let role, !Self.isSame(role: role, self.role) { return nil }
        // A field without a name is known by its role alone, but nothing is known by nothing.
        if name.isEmpty && role == nil { return nil }
        let own = FuzzyText.normalised(self.name)
        let likeness: Int
        if own == name {
            likeness = 0
        } else if own.isEmpty || name.isEmpty {
            return nil
        } else {
            let errors = FuzzyText.errors(of: name, in: own)
            guard errors <= FuzzyText.allowedErrors(name.count) else { return nil }
            // A whole name with an error in it is closer than a right word within a long one.
            likeness = 1 + errors * 4 + min(60, abs(own.count - name.count))
        }
        // Of a heading and a link with the same name, the link is meant.
        return likeness * 4 + (isInteractive ? 0 : 2) + (isEnabled ? 0 : 1)
    }

    /// Whether two words mean one role: models say "button" where assistive programs say "push button".
    static func isSame(role wanted: String, _ role: String?) -> Bool {
        guard let role else { return false }
        func plain(_ text: String) -> String { text.lowercased().filter { $0.isLetter } }
        let word = plain(wanted)
        let own = plain(role)
        return word == own || synonyms[word]?.contains(own) == true
    }

    private static let synonyms: [String: Set<String>] = [
        "button": ["pushbutton", "togglebutton", "pushbuttonmenu"], "pushbutton": ["button", "togglebutton"],
        "field": ["entry", "text", "passwordtext", "spinbutton", "combobox"],
        "textfield": ["entry", "text", "passwordtext", "combobox"],
        "textbox": ["entry", "text", "passwordtext", "combobox"],
        "input": ["entry", "text", "passwordtext", "combobox"],
        "entry": ["text", "passwordtext", "combobox", "spinbutton"], "text": ["entry"],
        "searchbox": ["entry", "combobox"], "searchfield": ["entry", "combobox"],
        "checkbox": ["checkmenuitem", "switch"], "tab": ["pagetab"],
        "dropdown": ["combobox"], "select": ["combobox"], "hyperlink": ["link"],
        "menuitem": ["menu", "checkmenuitem", "radiomenuitem"], "option": ["listitem", "menuitem"],
        "row": ["tablerow", "tablecell", "listitem"], "cell": ["tablecell"], "radio": ["radiobutton"],
        "passwordfield": ["passwordtext"], "password": ["passwordtext"], "spinner": ["spinbutton"],
    ]
}

extension Sequence<ScreenElement> {
    /// The elements of a role and a name, the best first and else in their own order.
    ///
    /// Case, accents and spaces do not count, and one wrong letter in eight is forgiven; a name may be a part of the
    /// whole. If any has exactly the name, only those are given.
    ///
    /// - Parameters:
    ///   - role: Its role, also in an everyday word such as "button" or "tab"; nil for any.
    ///   - name: Its name; empty, with a role, for what has none.
    public func find(role: String? = nil, name: String) -> [ScreenElement] {
        let key = FuzzyText.normalised(name)
        var found: [(distance: Int, element: ScreenElement)] = []
        for element in self {
            if let distance = element.distance(role: role, name: key) { found.append((distance, element)) }
        }
        let hasExact = found.contains { $0.distance < 4 }
        if hasExact { found.removeAll { $0.distance >= 4 } }
        return found.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
            .map(\.element.element)
    }
}
