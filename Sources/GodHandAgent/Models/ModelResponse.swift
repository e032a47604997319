public import GodHandCore

/// A complete turn of a model.
public struct ModelResponse: Sendable, Hashable, Codable {
    /// What it said and asked for, in order.
    public var items: [ModelItem]
    /// Why it stopped.
    public var stop: Stop
    /// What it cost.
    public var usage: TokenUsage
    /// The provider's own form of the turn, for the adapter that made it; goes back unchanged. Nil if the items say all.
    public var native: JSONValue?

    /// Makes a turn.
    public init(items: [ModelItem], stop: Stop, usage: TokenUsage = TokenUsage(), native: JSONValue? = nil) {
        self.items = items
        self.stop = stop
        self.usage = usage
        self.native = native
    }

    /// Why a model stopped.
    public enum Stop: String, Sendable, Hashable, Codable {
        /// It said all that it wanted to.
        case end
        /// It waits for the results of its actions.
        case actions
        /// It wrote as much as it was allowed to; what is there may be cut off.
        case length
        /// The provider paused it: the same conversation, with this turn, lets it go on.
        case paused
        /// It declines. Final.
        case refused
    }

    /// All text, without the reasoning.
    public var text: String {
        items.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
    }

    /// All reasoning that the provider shows.
    public var reasoning: String {
        items.compactMap { if case .reasoning(let text) = $0 { text } else { nil } }.joined(separator: "\n")
    }

    /// The actions that it asks for, in order.
    public var actions: [ActionCall] {
        items.compactMap { if case .action(let call) = $0 { call } else { nil } }
    }
}

/// A part of a model's turn.
public enum ModelItem: Sendable, Hashable, Codable {
    /// Reasoning, as far as the provider shows it.
    case reasoning(String)
    /// Text for the user.
    case text(String)
    /// Something to do.
    case action(ActionCall)
    /// Something to do that makes no sense: it goes back to the model as an error.
    case malformed(MalformedCall)
}

/// An action that a model asks for.
public struct ActionCall: Sendable, Hashable, Codable {
    /// The provider's name for the call, by which the result is sent back. Several actions of one turn may share a call;
    /// they get one result together.
    public var id: String
    /// What to do; points are pixels of the real screen.
    public var action: Action
    /// What should be visible afterwards, in the model's own words, where it said so.
    public var expectation: String?
    /// What the provider wants a person, or a policy, to agree to before the action is done.
    public var safetyChecks: [SafetyCheck]

    /// Makes a call.
    public init(id: String, action: Action, expectation: String? = nil, safetyChecks: [SafetyCheck] = []) {
        self.id = id
        self.action = action
        self.expectation = expectation
        self.safetyChecks = safetyChecks
    }
}

/// Something that a model asked for in a way that could not be understood.
public struct MalformedCall: Sendable, Hashable, Codable {
    /// The provider's name for the call.
    public var id: String
    /// What is wrong with it, for the model: "click needs x and y".
    public var reason: String

    /// Makes a record of it.
    public init(id: String, reason: String) {
        self.id = id
        self.reason = reason
    }
}

/// A provider's warning that gates an action.
public struct SafetyCheck: Sendable, Hashable, Codable {
    /// The provider's name for it.
    public var id: String
    /// What kind it is, such as `malicious_instructions`.
    public var code: String
    /// What the provider says about it.
    public var message: String

    /// Makes a check.
    public init(id: String, code: String, message: String) {
        self.id = id
        self.code = code
        self.message = message
    }
}

/// What a turn cost, in tokens.
public struct TokenUsage: Sendable, Hashable, Codable {
    /// Tokens that were read and paid in full.
    public var input = 0
    /// Tokens that were read from the provider's cache.
    public var cachedInput = 0
    /// Tokens that were written into the provider's cache.
    public var cacheWrite = 0
    /// Tokens that were written, reasoning included.
    public var output = 0
    /// How many pictures were sent.
    public var images = 0

    /// Nothing.
    public init() {}

    /// The sum of two.
    public static func + (left: TokenUsage, right: TokenUsage) -> TokenUsage {
        var sum = left
        sum.input += right.input
        sum.cachedInput += right.cachedInput
        sum.cacheWrite += right.cacheWrite
        sum.output += right.output
        sum.images += right.images
        return sum
    }
}
