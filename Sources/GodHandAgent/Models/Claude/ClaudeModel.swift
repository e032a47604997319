import Foundation
import GodHandCore

/// Claude, by the Messages API with its computer tool.
///
/// The key comes from `ANTHROPIC_API_KEY` and the address from `ANTHROPIC_BASE_URL` unless they are given. Any model
/// name is accepted; what is not in `Settings` is chosen by it.
public struct ClaudeModel: LanguageModel {
    /// The model's name, as the API takes it.
    public let name: String
    /// `anthropic`.
    public let provider: String? = "anthropic"
    /// How it is asked.
    public let settings: Settings
    private let key: APIKey
    private let baseURL: String
    private let transport: ModelTransport
    private let pictures: ImageScaler

    /// Makes a model.
    ///
    /// - Parameters:
    ///   - name: The model's name, as the API takes it.
    ///   - settings: How it is asked.
    ///   - key: The key; from the environment if nil.
    ///   - baseURL: Where the API is, without `/v1`; from the environment, or the provider's own address, if nil.
    ///   - transport: What carries the requests.
    public init(
        _ name: String = "claude-sonnet-5-5", settings: Settings = Settings(), key: APIKey? = nil,
        baseURL: String? = nil, transport: ModelTransport = ModelTransport()
    ) {
        self.name = name
        self.settings = settings
        self.key = key ?? .environment("ANTHROPIC_API_KEY")
        let given = baseURL ?? ProcessInfo.processInfo.environment["ANTHROPIC_BASE_URL"] ?? ""
        var address = given.isEmpty ? "https://api.anthropic.com" : given
        while address.hasSuffix("/") { address.removeLast() }
        self.baseURL = address
        self.transport = transport
        pictures = ImageScaler(rule: settings.pictures ?? .safe)
    }

    /// Asks for the next turn.
    public func respond(
        to request: ModelRequest, progress: @escaping @Sendable (ModelProgress) -> Void
    ) async throws -> ModelResponse {
        let writer = try ClaudeRequest(request, model: name, settings: settings, pictures: pictures)
        let secret = try await key.reveal()
        let call = ProviderCall(
            provider: "Claude", url: baseURL + "/v1/messages?beta=true", headers: headers(secret, writer.betas),
            body: writer.body, secrets: [secret])
        let turn: ClaudeTurn
        if settings.isStreaming {
            turn = try await transport.events(call, into: ClaudeTurn()) { turn, event in
                try turn.take(event, of: call, progress: progress)
            }
        } else {
            turn = try ClaudeTurn(message: try await transport.json(call), of: call)
            for item in turn.blocks { item.tell(progress) }
        }
        let reader = ClaudeActions(
            abilities: request.abilities, screen: request.screen, scaling: writer.scaling, computer: writer.computer)
        return try turn.response(by: reader, images: writer.imageCount)
    }

    private func headers(_ secret: String, _ betas: [String]) -> [(name: String, value: String)] {
        var headers = [("x-api-key", secret), ("anthropic-version", "2023-06-01")]
        if !betas.isEmpty { headers.append(("anthropic-beta", betas.joined(separator: ","))) }
        return headers
    }
}
