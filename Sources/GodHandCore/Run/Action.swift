/// What an agent does in one step.
public enum Action: Sendable, Hashable, Codable {
    /// Mouse or keyboard.
    case input(InputAction)
    /// A command in the guest.
    case exec([String])
    /// A program or an address to open in the guest.
    case open(String)
    /// Look again without doing anything, after the screen has come to rest.
    case look
    /// Look closer at a part of the screen.
    case zoom(Rect)
    /// Tell where the cursor is.
    case cursorPosition
    /// Act on an element of the screen instead of a point.
    case element(ElementTarget, ElementGesture)
    /// Wait for a time.
    case wait(Duration)
    /// Wait until something is so, at most for a time.
    case waitFor(WaitCondition, atMost: Duration)
    /// The goal is reached; the text answers it.
    case done(String)
    /// The goal cannot be reached; the text says why.
    case fail(String)
    /// A person is asked.
    case ask(String)
}

/// Which element of the screen an action is about.
public enum ElementTarget: Sendable, Hashable, Codable {
    /// The number that it has in the marked picture of the last observation.
    case mark(Int)
    /// Its role and its name, as assistive programs know them: "push button", "Save". Without a role any will do.
    case named(role: String?, name: String)
}

/// What is done with an element.
public enum ElementGesture: Sendable, Hashable, Codable {
    /// Click it.
    case click(button: MouseButton = .left, count: Int = 1)
    /// Move the pointer onto it.
    case hover
    /// Click it and type into it; `replacing` selects what is there first.
    case type(String, replacing: Bool = false)
}

/// What an agent can wait for.
public enum WaitCondition: Sendable, Hashable, Codable {
    /// The screen shows this text.
    case text(String)
    /// A window whose title contains this is in front.
    case window(String)
    /// There is an element of this role and name.
    case element(role: String?, name: String)
    /// The screen does not change any more.
    case stillScreen
}
