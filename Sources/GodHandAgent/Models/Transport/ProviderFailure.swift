import Foundation
import GodHandCore

/// What a provider says when it does not answer the question: an HTTP status with a body, or an error in a stream.
struct ProviderFailure: Sendable {
    /// What the provider is called in messages.
    var provider: String
    /// The HTTP status; nil for an error in a stream that began well.
    var status: Int?
    /// The provider's word for the kind of error, in small letters.
    var kind: String
    /// What it says.
    var message: String

    /// Reads the shapes that are in use: `{error: {type, code, status, message}}`, `{error: "text"}`, `{message}`, and
    /// the same in a list. Of anything else the text is kept.
    init(provider: String, status: Int?, body: [UInt8]) {
        self.provider = provider
        self.status = status
        var json = try? JSONDecoder().decode(JSONValue.self, from: Data(body))
        if let first = json?.array?.first { json = first }
        let error = json?["error"] ?? json
        kind = ["type", "code", "status"].compactMap { error?[$0]?.string?.lowercased() }.joined(separator: " ")
        message = error?["message"]?.string ?? error?.string ?? String(decoding: body.prefix(4096), as: UTF8.self)
    }

    /// Whether another try could help.
    var isWorthRetrying: Bool {
        status.map { RetryPolicy.isWorthRetrying(status: $0) } == true && code != .modelQuota
    }

    /// Our code for it.
    var code: GodHandError.Code {
        let said = message.lowercased()
        if ["insufficient_quota", "billing_error", "billing_hard_limit_reached"].contains(where: kind.contains)
            || said.contains("credit balance is too low")
        {
            return .modelQuota
        }
        switch status {
        case 401, 403: return .modelDenied
        case 402: return .modelQuota
        case 404: return .modelUnknown
        case 413: return .modelContextFull
        case 429: return .modelRateLimited
        case .some(300..<400): return .modelProtocol
        case .some(let status) where RetryPolicy.isWorthRetrying(status: status): return .modelOverloaded
        default: return Self.code(kind: kind, said: said)
        }
    }

    private static func code(kind: String, said: String) -> GodHandError.Code {
        func isOf(_ words: String...) -> Bool { words.contains { kind.contains($0) } }
        func says(_ words: String...) -> Bool { words.contains { said.contains($0) } }
        if isOf("context_length", "exceed_context_size", "request_too_large")
            || says("prompt is too long", "context length", "context window", "input token count")
        {
            return .modelContextFull
        }
        if isOf("authentication", "permission", "invalid_api_key", "unauthenticated") || says("api key not valid") {
            return .modelDenied
        }
        if isOf("rate_limit", "resource_exhausted") { return .modelRateLimited }
        if isOf("overloaded", "api_error", "server_error", "timeout_error", "unavailable", "internal") {
            return .modelOverloaded
        }
        if isOf("model_not_found", "not_found") { return .modelUnknown }
        if isOf("content_policy", "content_filter") { return .modelRefused }
        return .modelRequestInvalid
    }

    /// The error for the user, with nothing in it that must not be shown.
    func error(without secrets: [String]) -> GodHandError {
        let said = ProviderText.shown(message, without: secrets)
        let how = status.map { " (status \($0))" } ?? " in the middle of an answer"
        let what = "\(provider) \(Self.verb(code))\(how)" + (said.isEmpty ? "." : ": \(said)")
        return GodHandError(code, what, hint: Self.hint(code))
    }

    private static func verb(_ code: GodHandError.Code) -> String {
        switch code {
        case .modelDenied: "does not accept the key"
        case .modelUnknown: "knows no such model or address"
        case .modelRateLimited: "got too many requests"
        case .modelQuota: "says that the account's credit is used up"
        case .modelOverloaded: "is overloaded or failing"
        case .modelContextFull: "says that the conversation is too long"
        case .modelRefused: "declines"
        case .modelProtocol: "answered with something else than a model's turn"
        default: "found the request wrong"
        }
    }

    private static func hint(_ code: GodHandError.Code) -> String? {
        switch code {
        case .modelDenied: "Check the key, and that it may use this model."
        case .modelUnknown: "Check the model's name and the base address."
        case .modelRateLimited: "Send fewer requests at once, or wait a while."
        case .modelQuota: "Check the account's balance and spending limit with the provider."
        case .modelOverloaded: "Try again later."
        case .modelContextFull: "Drop old pictures and turns from the conversation."
        case .modelProtocol: "Check the base address; redirects are not followed."
        default: nil
        }
    }
}
