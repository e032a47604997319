public import GodHandCore

/// Keeps secret values out of what another recorder is told, and out of its errors.
///
/// Pictures keep their pixels: what a screen shows in plain letters, its picture shows too. See `ScreenMask` for parts of
/// the screen that nobody is to see. What else lies in a picture's file is left out.
public struct RedactingRecorder: RunRecorder {
    private let recorder: any RunRecorder
    private let redactor: Redactor

    /// Wraps a recorder.
    public init(_ recorder: any RunRecorder, _ redactor: Redactor) {
        self.recorder = recorder
        self.redactor = redactor
    }

    /// Hands the event on without values.
    ///
    /// - Throws: What the recorder throws, without values.
    public func record(_ event: RunEvent) async throws {
        do { try await recorder.record(redactor.redacted(event)) } catch { throw redactor.redacted(error) }
    }
}

/// Keeps secret values out of what a model is told, and out of its errors.
///
/// A guest may show a value where nobody expects it: in the title of a window, in what a command writes. The model's own
/// turns go back unchanged, as providers ask, and so do pictures. What only looks like a key is not kept out: the model
/// may be asked to do something with it.
public struct RedactingModel: LanguageModel {
    private let model: any LanguageModel
    private let redactor: Redactor

    /// Wraps a model.
    public init(_ model: any LanguageModel, _ redactor: Redactor) {
        self.model = model
        self.redactor = redactor
    }

    /// The model's own name.
    public var name: String { model.name }

    /// The model's own provider.
    public var provider: String? { model.provider }

    /// Asks the model without telling it values.
    ///
    /// - Throws: What the model throws, without values.
    public func respond(
        to request: ModelRequest, progress: @escaping @Sendable (ModelProgress) -> Void
    ) async throws -> ModelResponse {
        do { return try await model.respond(to: redactor.redacted(request), progress: progress) } catch {
            throw redactor.redacted(error)
        }
    }
}

extension Redactor {
    func redacted(_ request: ModelRequest) -> ModelRequest {
        let values = valuesOnly
        if values.isEmpty { return request }
        return values.redactedWhole(request)
    }

    private func redactedWhole(_ request: ModelRequest) -> ModelRequest {
        var request = request
        request.instructions = redacted(request.instructions)
        request.turns = request.turns.map { turn in
            switch turn {
            case .user(let content): .user(content.map { redacted($0) })
            case .model: turn
            case .results(let results):
                .results(
                    results.map { result in
                        var result = result
                        result.content = result.content.map { redacted($0) }
                        return result
                    })
            }
        }
        return request
    }

    private func redacted(_ content: ModelContent) -> ModelContent {
        switch content {
        case .text(let text): .text(redacted(text))
        case .untrusted(let text): .untrusted(redacted(text))
        case .image: content
        }
    }
}
