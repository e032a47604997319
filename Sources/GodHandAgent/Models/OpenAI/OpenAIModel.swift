import Foundation
import GodHandCore

/// A model of OpenAI, asked by the Responses API with its computer tool.
///
/// ```swift
/// let agent = Agent(model: OpenAIModel("gpt-6.1-sol"))
/// ```
///
/// The conversation is not stored by the provider; reasoning goes back encrypted. What the provider's safety checks ask
/// comes with each action as ``ActionCall/safetyChecks`` and is acknowledged only by what a policy puts into
/// ``ActionResult/acknowledgedChecks``.
public struct OpenAIModel: LanguageModel {
    /// The model's name, as the provider knows it. Any is accepted.
    public let name: String
    /// `openai`.
    public let provider: String? = "openai"
    /// How it is asked.
    public let settings: Settings
    private let key: APIKey
    private let transport: ModelTransport
    private let scaler: ImageScaler

    /// Makes a model.
    ///
    /// - Parameters:
    ///   - name: The model's name.
    ///   - key: The key; by default that of `OPENAI_API_KEY`.
    ///   - settings: How it is asked.
    ///   - transport: What carries the requests.
    public init(
        _ name: String = "gpt-6.1-sol", key: APIKey = .environment("OPENAI_API_KEY"), settings: Settings = Settings(),
        transport: ModelTransport = ModelTransport()
    ) {
        self.name = name
        self.settings = settings
        self.key = key
        self.transport = transport
        scaler = ImageScaler(rule: settings.images)
    }

    /// How an OpenAI model is asked.
    public struct Settings: Sendable {
        /// Where the API is, `/v1` included; nil for `OPENAI_BASE_URL`, or else the provider's own.
        public var baseAddress: String?
        /// In which form the computer is declared; nil for what the model's name suggests.
        public var tool: ComputerTool?
        /// What the older form says that the computer is.
        public var environment: Environment
        /// How large pictures may be.
        public var images: ImageRule
        /// How hard it thinks when the request does not say; nil for the provider's own default.
        public var effort: ModelRequest.Effort?
        /// Whether summaries of the reasoning are asked for.
        public var showsReasoning: Bool
        /// Whether answers are streamed.
        public var streams: Bool

        /// Makes settings.
        public init(
            baseAddress: String? = nil, tool: ComputerTool? = nil, environment: Environment = .linux,
            images: ImageRule = .safe, effort: ModelRequest.Effort? = nil, showsReasoning: Bool = true,
            streams: Bool = true
        ) {
            self.baseAddress = baseAddress
            self.tool = tool
            self.environment = environment
            self.images = images
            self.effort = effort
            self.showsReasoning = showsReasoning
            self.streams = streams
        }
    }

    /// The forms in which the computer can be declared.
    public enum ComputerTool: String, Sendable, Hashable, Codable {
        /// The newest: no size is declared, and several actions may come in one call.
        case computer
        /// The form of the models named `computer-use-preview`.
        case preview = "computer_use_preview"

        /// What a model of this name takes.
        static func suggested(for name: String) -> ComputerTool {
            name.hasPrefix("computer-use-preview") ? .preview : .computer
        }
    }

    /// What the older form of the tool says that the computer is.
    public enum Environment: String, Sendable, Hashable, Codable {
        /// Any Linux.
        case linux
        /// Ubuntu.
        case ubuntu
        /// A browser and nothing else.
        case browser
        /// Windows.
        case windows
        /// macOS.
        case mac
    }

    /// Asks the model for the next turn.
    public func respond(
        to request: ModelRequest, progress: @escaping @Sendable (ModelProgress) -> Void
    ) async throws -> ModelResponse {
        let call = try await call(for: request)
        let images = request.turns.reduce(0) { $0 + $1.images.count }
        let answer: JSONValue
        if settings.streams {
            let turn = try await transport.events(call, into: OpenAIStream()) { turn, event in
                try turn.take(event, call: call, progress: progress)
            }
            answer = turn.response
        } else {
            answer = try await transport.json(call)
        }
        var response = try OpenAIAnswer(call: call, request: request, scaling: scaling(request)).read(answer)
        response.usage.images = images
        return response
    }

    /// The coordinates of the model for this request.
    func scaling(_ request: ModelRequest) -> ScreenScaling { ScreenScaling(request: request, rule: settings.images) }

    /// The request as it goes out.
    func call(for request: ModelRequest) async throws -> ProviderCall {
        let environment = ProcessInfo.processInfo.environment
        let base = settings.baseAddress ?? environment["OPENAI_BASE_URL"] ?? "https://api.openai.com/v1"
        let key = try await key.reveal()
        var headers = [(name: "authorization", value: "Bearer \(key)")]
        if let id = environment["OPENAI_ORG_ID"] { headers.append(("openai-organization", id)) }
        if let id = environment["OPENAI_PROJECT_ID"] { headers.append(("openai-project", id)) }
        if settings.streams { headers.append(("accept", "text/event-stream")) }
        return ProviderCall(
            provider: "OpenAI", url: base.droppingLastSlash + "/responses", headers: headers,
            body: try body(for: request), secrets: [key])
    }

    /// The body of the request.
    func body(for request: ModelRequest) throws -> JSONValue {
        try OpenAIRequest(model: name, settings: settings, request: request, scaler: scaler).body()
    }
}

extension String {
    /// Without slashes at the end.
    var droppingLastSlash: String {
        var text = self
        while text.last == "/" { text.removeLast() }
        return text
    }
}
