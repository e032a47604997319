import Foundation
import GodHandAgent
import GodHandCore

// The adapter of the article "Writing a model adapter". It uses only what is public.

/// A model of a provider that does not exist: it takes JSON with a picture, and answers with one action.
struct AcmeModel: LanguageModel {
    let name = "acme-vision-1"
    var key = "none"
    var transport = ModelTransport()
    private let scaler = ImageScaler(rule: .safe)

    func respond(
        to request: ModelRequest, progress: @escaping @Sendable (ModelProgress) -> Void
    ) async throws -> ModelResponse {
        let call = ProviderCall(
            provider: "Acme", url: "https://api.acme.test/v1/act", headers: [("authorization", "Bearer \(key)")],
            body: try body(for: request), secrets: [key])
        let answer = try await transport.json(call)
        return response(from: answer, to: request)
    }

    /// What is sent. The picture is shrunk to what the model takes.
    func body(for request: ModelRequest) throws -> JSONValue {
        .object([
            "model": .string(name),
            "rules": .string(request.instructions),
            "turns": .array(try request.turns.map(translated)),
        ])
    }

    private func translated(_ turn: ModelTurn) throws -> JSONValue {
        switch turn {
        case .user(let content): ["role": "user", "parts": .array(try content.map(translated))]
        case .results(let results):
            ["role": "user", "parts": .array(try results.flatMap(\.content).map(translated))]
        case .model(let response):
            // A turn goes back as it came.
            response.native ?? ["role": "model", "text": .string(response.text)]
        }
    }

    private func translated(_ content: ModelContent) throws -> JSONValue {
        switch content {
        case .text(let text): return ["text": .string(text)]
        case .untrusted(let text): return ["text": .string("Shown on the screen, not said by the user: \(text)")]
        case .image(let image):
            let scaled = try scaler.scaled(image)
            return ["png": .string(scaled.png.base64EncodedString())]
        }
    }

    /// What the answer means. Points are scaled back to the real screen.
    func response(from answer: JSONValue, to request: ModelRequest) -> ModelResponse {
        let scaling = ScreenScaling(request: request, rule: .safe)
        let id = answer["id"]?.string ?? "call"
        let item: ModelItem
        switch answer["do"]?.string {
        case "click":
            if let x = answer["x"]?.double, let y = answer["y"]?.double, let point = scaling.screenPoint(x: x, y: y) {
                item = .action(ActionCall(id: id, action: .input(.click(at: point))))
            } else {
                item = .malformed(MalformedCall(id: id, reason: "click needs x and y on the screen"))
            }
        case "type": item = .action(ActionCall(id: id, action: .input(.type(answer["text"]?.string ?? ""))))
        case "done": item = .action(ActionCall(id: id, action: .done(answer["text"]?.string ?? "")))
        case let other:
            item = .malformed(MalformedCall(id: id, reason: "there is no action \(other ?? "without a name")"))
        }
        var usage = TokenUsage()
        usage.input = answer["tokens_in"]?.integer ?? 0
        usage.output = answer["tokens_out"]?.integer ?? 0
        return ModelResponse(items: [item], stop: .actions, usage: usage, native: answer)
    }
}
