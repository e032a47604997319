import Foundation
import GodHandCore

/// A model of Google's Gemini, asked by `generateContent` with its computer use tool.
///
/// ```swift
/// let agent = Agent(model: GeminiModel("gemini-3.5-flash"))
/// ```
///
/// What the provider's safety decision asks comes with each action as ``ActionCall/safetyChecks`` and is acknowledged
/// only by what a policy puts into ``ActionResult/acknowledgedChecks``.
public struct GeminiModel: LanguageModel {
    /// The model's name, as the provider knows it. Any is accepted.
    public let name: String
    /// `google`.
    public let provider: String? = "google"
    /// How it is asked.
    public let settings: Settings
    private let key: APIKey
    private let transport: ModelTransport
    private let scaler: ImageScaler

    /// Makes a model.
    ///
    /// - Parameters:
    ///   - name: The model's name.
    ///   - key: The key; by default that of `GEMINI_API_KEY` or `GOOGLE_API_KEY`.
    ///   - settings: How it is asked.
    ///   - transport: What carries the requests.
    public init(
        _ name: String = "gemini-3.5-flash", key: APIKey = .environment("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        settings: Settings = Settings(), transport: ModelTransport = ModelTransport()
    ) {
        self.name = name
        self.settings = settings
        self.key = key
        self.transport = transport
        scaler = ImageScaler(rule: settings.images)
    }

    /// What the model is told that it uses.
    public enum Environment: String, Sendable, Hashable, Codable {
        /// A whole desktop.
        case desktop = "ENVIRONMENT_DESKTOP"
        /// A browser, with functions to navigate.
        case browser = "ENVIRONMENT_BROWSER"
    }

    /// How a Gemini model is asked.
    public struct Settings: Sendable, Hashable {
        /// Where the API is, version included; nil for the provider's own.
        public var baseAddress: String?
        /// What the model uses.
        public var environment: Environment
        /// The provider's functions that the model is not offered; a call all the same goes back as an error.
        public var excludedFunctions: Set<String>
        /// Whether the provider looks for instructions that are hidden in screenshots.
        public var detectsInjection: Bool
        /// How large pictures may be.
        public var images: ImageRule
        /// How hard it thinks when the request does not say; nil for the provider's own default.
        public var effort: ModelRequest.Effort?
        /// Whether thoughts are asked for.
        public var showsReasoning: Bool
        /// Whether answers are streamed.
        public var streams: Bool

        /// Makes settings.
        public init(
            baseAddress: String? = nil, environment: Environment = .desktop,
            excludedFunctions: Set<String> = Settings.inexpressible, detectsInjection: Bool = false,
            images: ImageRule = .safe, effort: ModelRequest.Effort? = nil, showsReasoning: Bool = true,
            streams: Bool = true
        ) {
            self.baseAddress = baseAddress
            self.environment = environment
            self.excludedFunctions = excludedFunctions
            self.detectsInjection = detectsInjection
            self.images = images
            self.effort = effort
            self.showsReasoning = showsReasoning
            self.streams = streams
        }

        /// The functions that no action of ours stands for: keys held over several turns, and pages that the provider
        /// takes for granted.
        public static let inexpressible: Set<String> = ["key_down", "key_up", "open_web_browser", "search"]
    }

    /// Asks the model for the next turn.
    public func respond(
        to request: ModelRequest, progress: @escaping @Sendable (ModelProgress) -> Void
    ) async throws -> ModelResponse {
        let call = try await call(for: request)
        let answer: GeminiTurn
        if settings.streams {
            answer = try await transport.events(call, into: GeminiTurn()) { turn, event in
                try turn.take(event, call: call, progress: progress)
            }
        } else {
            var turn = GeminiTurn()
            _ = try turn.add(try await transport.json(call), call: call, progress: { _ in })
            answer = turn
        }
        var response = try GeminiAnswer(settings: settings, request: request, call: call).read(answer)
        response.usage.images = request.turns.reduce(0) { $0 + $1.images.count }
        return response
    }

    /// The request as it goes out.
    func call(for request: ModelRequest) async throws -> ProviderCall {
        let base = settings.baseAddress ?? "https://generativelanguage.googleapis.com/v1beta"
        let key = try await key.reveal()
        // The name is a part of the path here.
        let letters = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~/"))
        guard let model = name.addingPercentEncoding(withAllowedCharacters: letters) else {
            throw GodHandError(.modelUnknown, "'\(name.shortened(to: 80))' cannot be a model's name.")
        }
        let path = model.contains("/") ? model : "models/" + model
        let method = settings.streams ? "streamGenerateContent?alt=sse" : "generateContent"
        return ProviderCall(
            provider: "Gemini", url: "\(base.droppingLastSlash)/\(path):\(method)",
            headers: [("x-goog-api-key", key)], body: try body(for: request), secrets: [key])
    }

    /// The body of the request.
    func body(for request: ModelRequest) throws -> JSONValue {
        try GeminiRequest(settings: settings, request: request, scaler: scaler).body()
    }
}
