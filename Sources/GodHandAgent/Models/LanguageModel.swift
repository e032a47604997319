public import GodHandCore

/// A model that looks at a screen and says what to do next.
///
/// One method. An adapter translates ``ModelRequest`` into its provider's words, and the answer back: coordinates are
/// always pixels of the real screen on this side, whatever scaling the provider needs; actions are always `Action`;
/// what could not be understood comes back as ``ModelItem/malformed(_:)``, so that the model can be told. Whatever else a
/// provider needs to see again (thinking blocks, signatures, encrypted reasoning) an adapter keeps in
/// ``ModelResponse/native``, and finds there when the turn is sent back.
///
/// An adapter holds no conversation: a request carries all of it. So a run can be resumed by another process, and a
/// conversation can be recorded and played back.
public protocol LanguageModel: Sendable {
    /// What the model is called, for traces and price tables: `claude-sonnet-5-5`.
    var name: String { get }

    /// Who provides it, in a lower-case word, for traces: `anthropic`. Nil if nobody says.
    var provider: String? { get }

    /// Asks the model for the next turn.
    ///
    /// - Parameters:
    ///   - request: The conversation so far, and what the model may do.
    ///   - progress: Told of text and reasoning as they arrive. What it was told counts only once this returns.
    /// - Returns: A complete turn. A turn that broke off is an error.
    /// - Throws: `GodHandError` with a code of the `model.` family, or `deadline` if the model was silent for too long;
    ///   `CancellationError` at once when cancelled, with the connection dropped.
    func respond(
        to request: ModelRequest, progress: @escaping @Sendable (ModelProgress) -> Void
    ) async throws -> ModelResponse
}

extension LanguageModel {
    /// Nobody says.
    public var provider: String? { nil }

    /// The model, for records.
    var identity: ModelIdentity { ModelIdentity(provider: provider, name: name) }
}

/// A piece of a turn that is still being made.
public enum ModelProgress: Sendable, Hashable {
    /// Text for the user.
    case text(String)
    /// Reasoning, where the provider shows it.
    case reasoning(String)
}

extension GodHandError.Code {
    /// The key is missing, wrong, or may not use this model.
    public static let modelDenied: Self = "model.denied"
    /// The provider knows no model of this name.
    public static let modelUnknown: Self = "model.unknown"
    /// Too many requests, also after the retries that are allowed.
    public static let modelRateLimited: Self = "model.rate-limited"
    /// The account's credit or spending limit is used up.
    public static let modelQuota: Self = "model.quota"
    /// The provider is overloaded or failing, also after the retries that are allowed.
    public static let modelOverloaded: Self = "model.overloaded"
    /// The conversation does not fit into the model's context or the provider's size limit.
    public static let modelContextFull: Self = "model.context-full"
    /// The model or its provider declines to go on. Final.
    public static let modelRefused: Self = "model.refused"
    /// The provider found the request itself wrong.
    public static let modelRequestInvalid: Self = "model.request-invalid"
    /// The provider answered what it should not.
    public static let modelProtocol: Self = "model.protocol"
    /// The provider cannot be reached.
    public static let modelUnreachable: Self = "model.unreachable"
}
