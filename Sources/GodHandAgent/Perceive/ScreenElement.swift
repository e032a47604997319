public import GodHandCore

/// Something on the screen that has a name: a button, a link, a field, a menu, or a piece of text.
///
/// What it says comes from programs and pages in the guest: data, never instructions.
public struct ScreenElement: Sendable, Hashable {
    /// What it is, as assistive programs know it: `push button`, `link`, `entry`, `check box`, `page tab`. For text that
    /// was read from the pixels `link` if it is coloured like one, else nil.
    public var role: String?
    /// Its name: what stands on it, or what it says when the pointer rests on it. May be empty.
    public var name: String
    /// What is in it, if it is a field or shows a number; never that of a field for passwords.
    public var value: String?
    /// What a click does, in the word of the program, such as `jump` or `click`; nil if it did not say.
    public var action: String?
    /// What can be seen of it, in pixels of the screen. Of a link that goes on in the next line, the part in its first.
    public var box: Rect
    /// How it is, such as `enabled`, `focused`, `checked`, `selected`, `expanded`, `editable`.
    public var states: Set<String>
    /// How many elements it is in; zero for a window.
    public var depth: Int
    /// How it is known.
    public var source: Source
    /// The address of the page, if it is one. Never a part of it: that may look like another site's.
    public var address: String?

    /// How an element is known.
    public enum Source: String, Sendable, Hashable {
        /// Its program told it.
        case accessibility
        /// It was read from the pixels.
        case text
    }

    /// Makes an element.
    public init(
        role: String?, name: String, value: String? = nil, action: String? = nil, box: Rect,
        states: Set<String> = ["enabled"], depth: Int = 0, source: Source = .accessibility,
        address: String? = nil
    ) {
        self.role = role
        self.name = name
        self.value = value
        self.action = action
        self.box = box
        self.states = states
        self.depth = depth
        self.source = source
        self.address = address
    }
}

extension ScreenElement {
    /// Whether it takes clicks now; what is greyed out does not.
    public var isEnabled: Bool { source == .text || states.contains("enabled") || states.contains("sensitive") }

    /// Whether the keyboard goes to it.
    public var isFocused: Bool { states.contains("focused") }

    /// Whether it is a field whose content is hidden.
    public var isPasswordField: Bool { role == "password text" }

    /// Whether it is a field that can be typed into.
    public var isField: Bool {
        guard let role else { return false }
        if role == "text" || role == "combo box" { return states.contains("editable") }
        return Self.fields.contains(role)
    }

    /// Whether it is there to be clicked or typed into.
    public var isInteractive: Bool {
        guard let role else { return source == .text }
        if isField || Self.controls.contains(role) { return true }
        // Rows, cells and icons are told by the thousand; those that can be chosen and have a name are worth a number.
        return Self.choices.contains(role) && states.contains("selectable") && !name.isEmpty
    }

    private static let fields: Set<String> = ["entry", "password text", "spin button", "date editor", "editbar"]
    private static let controls: Set<String> = [
        "push button", "button", "toggle button", "check box", "radio button", "switch", "link", "combo box", "slider",
        "menu", "menu item", "check menu item", "radio menu item", "page tab", "push button menu", "color chooser",
    ]
    private static let choices: Set<String> = ["list item", "table cell", "tree item", "icon", "option"]
}
