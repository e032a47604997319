public import GodHandCore

/// What the policy wants to do next.
public struct Decision: Hashable, Sendable {
    /// What to do.
    public var move: Move
    /// Which part of the goal it is for, counted from zero.
    public var part: Int
    /// A short name for the idea behind it, by which the policy recognises its own moves later.
    public var label: String
    /// Why, in a sentence.
    public var reason: String
    /// What should be visible afterwards; nil if that cannot be said.
    public var expectation: String?

    /// Something that can be done.
    public enum Move: Hashable, Sendable {
        /// Click, some times.
        case click(Point, count: Int = 1)
        /// Write text.
        case type(String)
        /// Press keys together, such as `ctrl+s`.
        case press(String)
        /// Scroll by clicks of the wheel, downwards.
        case scroll(Point, Int)
        /// Open a program or an address.
        case open(String)
        /// Wait some seconds.
        case wait(Double)
        /// Wait until the window in front has this in its title, at most some seconds.
        case waitForWindow(String, atMost: Double)
        /// The goal is reached.
        case done(String)
        /// The goal cannot be reached.
        case fail(String)
    }
}

/// What the policy did before, as it is found in the conversation.
public struct PastMove: Hashable, Sendable {
    /// Which part of the goal it was for, counted from zero.
    public var part: Int
    /// The idea behind it.
    public var label: String
    /// Where it clicked.
    public var point: Point?
    /// Whether the answer to it says that it failed.
    public var failed: Bool

    /// Makes one.
    public init(part: Int, label: String, point: Point? = nil, failed: Bool = false) {
        self.part = part
        self.label = label
        self.point = point
        self.failed = failed
    }
}

extension Decision {
    /// The thought as it goes over the wire: `2/3 search: The title leads straight to the page.`
    func thought(of parts: Int) -> String { "\(part + 1)/\(max(parts, part + 1)) \(label): \(reason)" }
}

extension PastMove {
    /// What a thought of the policy says about the move; nil if the policy did not write it.
    init?(thought: String) {
        guard let match = thought.firstMatch(of: #/^(\d{1,2})\/\d{1,2} ([a-z ]+): /#), let part = Int(match.1), part > 0
        else { return nil }
        self.init(part: part - 1, label: String(match.2))
    }
}
