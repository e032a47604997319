public import GodHandCore

/// Decides about an action before it happens.
///
/// A policy that throws, or does not answer in time, denies. Several policies are asked in order: the first that denies
/// decides; approvals that they require are all asked for; what one rewrites is what the next is asked about.
public protocol ActionPolicy: Sendable {
    /// Decides.
    ///
    /// - Parameters:
    ///   - action: What is about to be done.
    ///   - context: What is known of the run and the screen.
    /// - Throws: Anything; it counts as a denial. `CancellationError` of a cancelled task passes.
    func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict
}

/// What a policy decides about an action.
public enum PolicyVerdict: Sendable, Hashable {
    /// It may happen.
    case allow
    /// It may not; why, in words that the model is told.
    case deny(String)
    /// It may if a person agrees; what the person is asked.
    case requireApproval(String)
    /// Another action happens in its place, which may only do less.
    case rewrite(Action)
}

/// What a policy may need to know.
public struct PolicyContext: Sendable {
    /// The goal, in words.
    public var goal: String
    /// Where the action will happen.
    public var sandbox: Sandbox
    /// What the model saw when it decided.
    public var sight: Sight
    /// The number of the step that this would be, from one.
    public var step: Int
    /// What the provider wants agreement to before the action is done.
    public var safetyChecks: [SafetyCheck]

    /// Makes a context.
    public init(goal: String, sandbox: Sandbox, sight: Sight, step: Int = 1, safetyChecks: [SafetyCheck] = []) {
        self.goal = goal
        self.sandbox = sandbox
        self.sight = sight
        self.step = step
        self.safetyChecks = safetyChecks
    }
}

/// A policy made of a closure.
public struct ActionRule: ActionPolicy {
    private let rule: @Sendable (Action, PolicyContext) async throws -> PolicyVerdict

    /// Makes a policy.
    public init(_ rule: @escaping @Sendable (Action, PolicyContext) async throws -> PolicyVerdict) { self.rule = rule }

    /// Asks the closure.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        try await rule(action, context)
    }
}
