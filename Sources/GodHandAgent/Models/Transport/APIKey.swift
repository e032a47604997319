import Foundation
import GodHandCore

/// A key to a model provider. It is fetched anew for each request and shown nowhere.
///
/// No description, reflection or error contains it, and where a provider echoes it in an error it is taken out.
public struct APIKey: Sendable {
    private let source: @Sendable () async throws -> String?
    private let origin: String

    /// Makes a key of an expression, which is evaluated at each request: `APIKey(readKeychain())`.
    public init(_ value: @autoclosure @escaping @Sendable () throws -> String) {
        source = { try value() }
        origin = "what the program gave as the key"
    }

    /// Makes a key of a closure, which is asked at each request.
    public init(from provide: @escaping @Sendable () async throws -> String) {
        source = provide
        origin = "what the program gave as the key"
    }

    private init(origin: String, source: @escaping @Sendable () async throws -> String?) {
        self.origin = origin
        self.source = source
    }

    /// A key that an environment variable holds: the first of these that is set and not empty.
    public static func environment(_ names: String...) -> APIKey {
        APIKey(origin: names.joined(separator: " or ")) {
            let environment = ProcessInfo.processInfo.environment
            return names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
    }

    /// No key, for servers that want none.
    public static let none = APIKey(origin: "no key") { "" }

    /// The key itself, for the header of a request; empty for ``none``.
    ///
    /// - Throws: `GodHandError` with `model.denied` if there is no key or it cannot be one.
    func reveal() async throws -> String {
        guard let value = try await source() else {
            throw GodHandError(
                .modelDenied, "There is no key for the model: \(origin) is not set.",
                hint: "Set \(origin), or pass a key to the model.")
        }
        let key = value.trimmingCharacters(in: .whitespacesAndNewlines)
        // A line break inside would begin a header of its own.
        guard key.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw GodHandError(
                .modelDenied, "The key for the model has characters that no key has: \(origin).",
                hint: "Check that it was copied whole and alone.")
        }
        return key
    }
}

extension APIKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Where the key comes from, never the key.
    public var description: String { "APIKey(\(origin))" }
    /// Where the key comes from, never the key.
    public var debugDescription: String { description }
    /// Empty.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Texts of providers, made fit to be shown.
enum ProviderText {
    /// The text on one line, shortened, without the secrets and without anything that looks like a key.
    static func shown(_ text: String, without secrets: [String], limit: Int = 300) -> String {
        var text = String(text.prefix(16 * limit))
        for secret in secrets where secret.count >= 4 { text = text.replacing(secret, with: "[removed]") }
        let words = text.split { $0.isWhitespace || $0.isNewline }.map { word in
            looksLikeKey(word) ? "[removed]" : String(word.unicodeScalars.filter { !isControl($0) })
        }
        let line = words.joined(separator: " ")
        return line.count > limit ? line.prefix(limit) + "…" : line
    }

    /// The beginnings of the providers' keys: also a part of another key should not be shown.
    private static func looksLikeKey(_ word: Substring) -> Bool {
        guard word.count >= 8 else { return false }
        return ["sk-", "AIza", "xoxb-", "ghp_"].contains { word.contains($0) }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
