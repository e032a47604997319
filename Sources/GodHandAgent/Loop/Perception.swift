public import GodHandCore

/// Turns what is seen into what a model is shown.
public protocol Perception: Sendable {
    /// Looks at a settled screen.
    ///
    /// - Parameters:
    ///   - sight: The screen; what is found in it goes into ``Sight/marks``, so that actions can name it.
    ///   - previous: What the model was shown last; nil at first and after somebody else has driven.
    ///   - sandbox: Where to ask for more, such as elements and text.
    /// - Returns: What the model is shown: pictures, and words of the guest as ``ModelContent/untrusted(_:)``.
    /// - Throws: `GodHandError` of a broken machine.
    func view(_ sight: inout Sight, after previous: Sight?, in sandbox: Sandbox) async throws -> [ModelContent]
}

/// Carries out the actions that need more than mouse, keyboard and commands: those on elements, waiting for a condition,
/// and looking closer.
public protocol ElementActor: Sendable {
    /// Does one of `Action.element`, `Action.waitFor` and `Action.zoom`.
    ///
    /// - Parameters:
    ///   - action: What to do.
    ///   - sandbox: Where.
    ///   - sight: What the model saw when it decided; numbers of marks are those of this.
    /// - Returns: What the model is told of it. That an element is not there, or a wait was in vain, is a reply and not
    ///   an error.
    /// - Throws: `GodHandError` of a broken machine.
    func perform(_ action: Action, in sandbox: Sandbox, seeing sight: Sight) async throws -> ActionReply
}

/// What came of an action.
public struct ActionReply: Sendable, Hashable {
    /// Whether it could be done.
    public var isError: Bool
    /// What the model is told and shown, beside the next observation.
    public var content: [ModelContent]
    /// Where on the screen it acted, if at one place.
    public var target: Rect?

    /// Makes a reply.
    public init(isError: Bool = false, content: [ModelContent] = [], target: Rect? = nil) {
        self.isError = isError
        self.content = content
        self.target = target
    }

    /// A reply that says why an action was not done.
    public static func failed(_ reason: String) -> ActionReply {
        ActionReply(isError: true, content: [.text(reason)])
    }
}
