public import GodHandCore

/// A step that is planned before the run: what it is for, what to do, and what should hold afterwards.
public struct PlannedStep: Sendable, Hashable {
    /// A short sentence that says what the step is for.
    public var intent: String
    /// Why it is done in this way.
    public var reasoning: String?
    /// What to do.
    public var action: Planned
    /// What should hold afterwards; nil if anything may.
    public var expectation: Assertion?

    /// What to do: something that is known now, or something that is found on the screen when its time has come.
    public enum Planned: Sendable, Hashable {
        /// This action.
        case action(Action)
        /// A click into the middle of this text, where the screen, or a part of it, shows it.
        case clickText(String, in: Rect? = nil)
        /// A drag over all of this text, from its beginning to its end, where the screen, or a part of it, shows it.
        case selectText(String, in: Rect? = nil)
    }

    /// Makes a step.
    ///
    /// - Parameters:
    ///   - intent: What it is for.
    ///   - reasoning: Why in this way.
    ///   - action: What to do.
    ///   - expectation: What should hold afterwards.
    public init(
        _ intent: String, reasoning: String? = nil, _ action: Planned, expecting expectation: Assertion? = nil
    ) {
        self.intent = intent
        self.reasoning = reasoning
        self.action = action
        self.expectation = expectation
    }
}

extension PlannedStep.Planned {
    /// Opens a program or an address.
    public static func open(_ target: String) -> Self { .action(.open(target)) }
    /// Clicks at a place.
    public static func click(_ point: Point) -> Self { .action(.input(.click(at: point))) }
    /// Types text. A line feed is the Return key.
    public static func type(_ text: String) -> Self { .action(.input(.type(text))) }
    /// Presses keys together.
    public static func press(_ chord: KeyChord) -> Self { .action(.input(.key(chord))) }
    /// Runs a command in the guest.
    public static func exec(_ arguments: [String]) -> Self { .action(.exec(arguments)) }
    /// Only looks.
    public static var look: Self { .action(.look) }
}
