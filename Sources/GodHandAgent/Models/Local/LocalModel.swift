import Foundation
import GodHandCore

/// A model behind any server that speaks OpenAI's chat completions: llama.cpp, Ollama, vLLM, LM Studio.
///
/// ```swift
/// let model = try LocalModel.fromEnvironment()           // GODHAND_MODEL_URL, GODHAND_MODEL_NAME, GODHAND_MODEL_KEY
/// let tars = LocalModel("ui-tars-1.5-7b", at: "http://127.0.0.1:8000", settings: .uiTARS15)
/// ```
///
/// Small models answer best in a form that they were trained on or that the server holds them to: ``Format`` says which.
public struct LocalModel: LanguageModel {
    /// The model's name, as the server knows it.
    public let name: String
    /// `local`.
    public let provider: String? = "local"
    /// How it is asked.
    public let settings: Settings
    private let address: String
    private let key: APIKey
    private let transport: ModelTransport
    private let scaler: ImageScaler

    /// Makes a model.
    ///
    /// - Parameters:
    ///   - name: The model's name, as the server knows it.
    ///   - address: Where the server is, with or without `/v1`: `http://127.0.0.1:11434`.
    ///   - key: The key, if the server wants one.
    ///   - settings: How it is asked.
    ///   - transport: What carries the requests.
    public init(
        _ name: String, at address: String, key: APIKey = .none, settings: Settings = Settings(),
        transport: ModelTransport = ModelTransport()
    ) {
        self.name = name
        self.address = address
        self.settings = settings
        self.key = key
        self.transport = transport
        scaler = ImageScaler(rule: settings.images)
    }

    /// The model that the environment names: the server in `GODHAND_MODEL_URL`, the model in `GODHAND_MODEL_NAME` and
    /// the key, if there is one, in `GODHAND_MODEL_KEY`.
    ///
    /// - Parameters:
    ///   - settings: How it is asked; nil for what the model's name suggests.
    ///   - transport: What carries the requests.
    /// - Throws: `GodHandError` with `model.request-invalid` if the server's address is not set.
    public static func fromEnvironment(
        settings: Settings? = nil, transport: ModelTransport = ModelTransport()
    ) throws -> LocalModel {
        let environment = ProcessInfo.processInfo.environment
        guard let address = environment["GODHAND_MODEL_URL"], !address.isEmpty else {
            throw GodHandError(
                .modelRequestInvalid, "There is no model server: GODHAND_MODEL_URL is not set.",
                hint: "Set it to the server's address, such as http://127.0.0.1:8080.")
        }
        let name = environment["GODHAND_MODEL_NAME"] ?? "default"
        let hasKey = environment["GODHAND_MODEL_KEY"]?.isEmpty == false
        return LocalModel(
            name, at: address, key: hasKey ? .environment("GODHAND_MODEL_KEY") : .none,
            settings: settings ?? .suggested(for: name), transport: transport)
    }

    /// Asks the model for the next turn.
    public func respond(
        to request: ModelRequest, progress: @escaping @Sendable (ModelProgress) -> Void
    ) async throws -> ModelResponse {
        let call = try await call(for: request)
        let answer: ChatAnswer
        if settings.streams {
            let isForm = settings.format == .schema
            answer = try await transport.events(call, into: ChatAnswer()) { answer, event in
                try answer.take(event, call: call) { piece in
                    // Pieces of a form are no text for anybody.
                    if case .text = piece, isForm { return }
                    progress(piece)
                }
            }
        } else {
            answer = try ChatAnswer(whole: try await transport.json(call), call: call)
        }
        var response = LocalAnswer(settings: settings, request: request).read(answer)
        response.usage.images = request.turns.reduce(0) { $0 + $1.images.count }
        return response
    }

    /// The request as it goes out.
    func call(for request: ModelRequest) async throws -> ProviderCall {
        let key = try await key.reveal()
        var headers: [(name: String, value: String)] = key.isEmpty ? [] : [("authorization", "Bearer \(key)")]
        if settings.streams { headers.append(("accept", "text/event-stream")) }
        return ProviderCall(
            provider: "The model server", url: Self.endpoint(address), headers: headers, body: try body(for: request),
            secrets: key.isEmpty ? [] : [key])
    }

    /// The body of the request.
    func body(for request: ModelRequest) throws -> JSONValue {
        try LocalRequest(model: name, settings: settings, request: request, scaler: scaler).body()
    }

    /// The address of the completions: people give the server, its API, or the whole.
    static func endpoint(_ address: String) -> String {
        let base = address.droppingLastSlash
        if base.hasSuffix("/chat/completions") { return base }
        let last = base.split(separator: "/").last.map(String.init) ?? ""
        let hasVersion = last.count >= 2 && last.first == "v" && last.dropFirst().allSatisfy(\.isNumber)
        return base + (hasVersion ? "" : "/v1") + "/chat/completions"
    }
}
