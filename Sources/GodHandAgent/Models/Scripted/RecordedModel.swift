public import GodHandCore
import Synchronization

/// A model that plays back a recorded conversation, and throws where what it is told differs from the recording.
///
/// So a change of a program can be checked against a run with a real model, without asking one again.
public final class RecordedModel: LanguageModel {
    /// The name of the model that was recorded.
    public let name: String

    /// What must be as it was recorded, of all that the model is told between two of its turns.
    public enum Strictness: Sendable, Hashable {
        /// Who said what kind of thing: which calls were answered, whether with an error, and how many pictures came. For
        /// runs on a machine that never looks quite the same.
        case shape
        /// Everything but the pictures and the words of the guest.
        case words
        /// Everything, each pixel.
        case exact
    }

    private let recorded: [ModelTurn]
    private let strictness: Strictness
    /// How many of the recorded turns were played.
    private let position = Mutex(0)

    /// Makes a model of what a trace tells.
    ///
    /// - Throws: `GodHandError` with `not-found` if there is no conversation in it, `data.damaged` if it cannot be read.
    public init(_ events: [RunEvent], strictness: Strictness = .words) throws {
        recorded = try events.conversation()
        var name: String?
        for case .modelTurn(let entry) in events { name = name ?? entry.model }
        guard let name else {
            throw GodHandError(.notFound, "No conversation with a model was recorded in this run.")
        }
        self.name = name
        self.strictness = strictness
    }

    /// Gives the answer that was recorded.
    ///
    /// - Throws: `GodHandError` with `model.recording` where the conversation differs or the recording ends.
    public func respond(
        to request: ModelRequest, progress: @escaping @Sendable (ModelProgress) -> Void
    ) async throws -> ModelResponse {
        try position.withLock { position in
            let start = position
            while position < recorded.count {
                if case .model(let response) = recorded[position] {
                    try compare(request.turns, with: recorded[start..<position], start: start)
                    position += 1
                    return response
                }
                position += 1
            }
            throw GodHandError(
                .modelRecording, "The recording has no turn of the model after the first \(start) turns.",
                hint: "Record the run again.")
        }
    }

    /// Compares what came since the last answer; what was before was compared before, and may be pruned.
    private func compare(_ turns: [ModelTurn], with expected: ArraySlice<ModelTurn>, start: Int) throws {
        guard turns.count == start + expected.count else {
            throw difference(start, "there are \(turns.count) turns instead of \(start + expected.count)")
        }
        for (index, turn) in expected.enumerated() {
            let given = turns[start + index]
            guard form(given) != form(turn) else { continue }
            let (now, was) = (form(given), form(turn))
            throw difference(start + index, "it is \(now.shortened(to: 300)) instead of \(was.shortened(to: 300))")
        }
    }

    private func difference(_ turn: Int, _ what: String) -> GodHandError {
        GodHandError(
            .modelRecording, "Turn \(turn + 1) is not as it was recorded: \(what).",
            hint: "If the change is meant, record the run again.")
    }

    /// What is compared, in words.
    private func form(_ turn: ModelTurn) -> String {
        switch turn {
        case .user(let content): "user \(form(content))"
        case .results(let results):
            "results "
                + results.map { "\($0.call)\($0.isError ? " error" : "") \(form($0.content))" }.joined(separator: ", ")
        case .model(let response): "model \(response.items)"
        }
    }

    private func form(_ content: [ModelContent]) -> String {
        content.compactMap { part -> String? in
            switch part {
            case .text(let text): strictness == .shape ? nil : "text “\(text)”"
            case .untrusted(let text): strictness == .exact ? "untrusted “\(text)”" : nil
            case .image(let image): strictness == .exact ? "picture \(SHA256.hexadecimal(image.png))" : "picture"
            }
        }.joined(separator: ", ")
    }
}

extension GodHandError.Code {
    /// A conversation differs from the recording that is played.
    public static let modelRecording: Self = "model.recording"
}
