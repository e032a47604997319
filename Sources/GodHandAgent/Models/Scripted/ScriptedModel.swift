public import GodHandCore
import Synchronization

/// A model whose answers are written beforehand: for tests of programs that use agents.
///
/// ```swift
/// let model = ScriptedModel([.act(.input(.click(at: Point(x: 10, y: 10)))), .act(.done("42"))])
/// let report = try await Agent(model: model).pursue("Find the answer", in: sandbox)
/// #expect(model.requests.count == 2)
/// ```
public final class ScriptedModel: LanguageModel {
    /// An answer.
    public struct Answer: Sendable {
        fileprivate var make: @Sendable (ModelRequest, Int) throws -> ModelResponse

        /// This response.
        public static func response(_ response: ModelResponse) -> Answer { Answer { _, _ in response } }

        /// Actions that are asked for in one turn.
        public static func act(_ actions: Action..., saying text: String? = nil) -> Answer {
            Answer { _, turn in
                let calls = actions.enumerated().map { index, action in
                    ModelItem.action(ActionCall(id: "call-\(turn)-\(index + 1)", action: action))
                }
                return ModelResponse(items: (text.map { [.text($0)] } ?? []) + calls, stop: .actions)
            }
        }

        /// One action, and what should be visible afterwards.
        public static func act(_ action: Action, expecting expectation: String) -> Answer {
            Answer { _, turn in
                ModelResponse(
                    items: [.action(ActionCall(id: "call-\(turn)-1", action: action, expectation: expectation))],
                    stop: .actions)
            }
        }

        /// Text, and nothing to do.
        public static func say(_ text: String) -> Answer {
            .response(ModelResponse(items: [.text(text)], stop: .end))
        }

        /// An error.
        public static func fail(_ error: any Error) -> Answer { Answer { _, _ in throw error } }
    }

    /// `scripted`, unless it was made with another name.
    public let name: String
    private let script: @Sendable (ModelRequest, Int) async throws -> ModelResponse
    private let log = Mutex<[ModelRequest]>([])

    /// Makes a model of a list of answers. When they are used up it throws `limit`.
    public convenience init(_ answers: [Answer], name: String = "scripted") {
        self.init(name: name) { request, turn in
            guard turn <= answers.count else {
                throw GodHandError(
                    .limitExceeded, "The script has only \(answers.count) answers.",
                    hint: "Add an answer, or end the run with done or fail.")
            }
            return try answers[turn - 1].make(request, turn)
        }
    }

    /// Makes a model of a closure.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - script: Answers a request, given its number from one.
    public init(
        name: String = "scripted", _ script: @escaping @Sendable (ModelRequest, Int) async throws -> ModelResponse
    ) {
        self.name = name
        self.script = script
    }

    /// What it was asked so far.
    public var requests: [ModelRequest] { log.withLock { $0 } }

    /// Gives the next answer.
    public func respond(
        to request: ModelRequest, progress: @escaping @Sendable (ModelProgress) -> Void
    ) async throws -> ModelResponse {
        let turn = log.withLock { log -> Int in
            log.append(request)
            return log.count
        }
        let response = try await script(request, turn)
        if !response.reasoning.isEmpty { progress(.reasoning(response.reasoning)) }
        if !response.text.isEmpty { progress(.text(response.text)) }
        return response
    }
}
