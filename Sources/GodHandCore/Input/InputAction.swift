/// Something that a hand does: the vocabulary of all input drivers, and what a trace stores.
public enum InputAction: Sendable, Hashable, Codable {
    /// Moves the pointer.
    case move(to: Point)
    /// Clicks `count` times, at a place or where the pointer is, with modifier keys held.
    case click(at: Point?, button: MouseButton = .left, count: Int = 1, modifiers: KeyChord = .none)
    /// Presses a button and keeps it down.
    case press(button: MouseButton)
    /// Lets a button go.
    case release(button: MouseButton)
    /// Presses at the first point, moves through the others and lets go at the last.
    case drag(path: [Point], button: MouseButton = .left, modifiers: KeyChord = .none)
    /// Turns the wheel: `dx` clicks to the right and `dy` down, negative for left and up.
    case scroll(at: Point?, dx: Int, dy: Int, modifiers: KeyChord = .none)
    /// Presses the keys of a chord together and lets them go, `repeat` times.
    case key(KeyChord, repeat: Int = 1)
    /// Holds the keys of a chord down for a time.
    case hold(KeyChord, duration: Duration)
    /// Types text, whatever characters it has. A line feed is the Return key, a tab the Tab key.
    case type(String)
}

/// A button of the mouse.
public enum MouseButton: String, Sendable, Hashable, Codable, CaseIterable {
    /// The first button.
    case left
    /// The wheel, pressed.
    case middle
    /// The button of context menus.
    case right
    /// The thumb button that browsers take for "back".
    case back
    /// The thumb button that browsers take for "forward".
    case forward

    /// The number that X gives the button; 4 to 7 are the wheel.
    public var number: Int {
        switch self {
        case .left: 1
        case .middle: 2
        case .right: 3
        case .back: 8
        case .forward: 9
        }
    }
}

/// What moves the mouse and presses keys in a guest.
///
/// `perform` returns when the input was handed over whole. If the task is cancelled in the middle or the connection
/// breaks, keys and buttons that the action held are let go as far as the connection allows. Input is sent at most once,
/// never again after a failure.
public protocol InputDriver: Sendable {
    /// Does one thing.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` for points outside the screen, unknown keys, or counts outside
    ///   what ``InputLimits`` allows, before anything is sent.
    func perform(_ action: InputAction) async throws
}

/// Bounds on a single input action, since actions come from models.
public enum InputLimits {
    /// The most clicks in one action.
    public static let clicks = 10
    /// The most wheel clicks in one action and direction.
    public static let scroll = 200
    /// The most points of a drag.
    public static let path = 1_000
    /// The most keys of a chord.
    public static let keys = 16
    /// The most repetitions of a chord.
    public static let repeats = 200
    /// The longest hold of a chord.
    public static let hold: Duration = .seconds(60)
    /// The longest text in one action, in Unicode scalars.
    public static let text = 16_384
}
