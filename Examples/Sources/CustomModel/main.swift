// A model of one's own is one method: a conversation goes in, the next turn comes out. This one looks for white paper.
import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox

struct PaperModel: LanguageModel {
    let name = "paper"

    func respond(
        to request: ModelRequest, progress: @escaping @Sendable (ModelProgress) -> Void
    ) async throws -> ModelResponse {
        // A request holds the whole conversation, so a model need not remember anything.
        let done = request.turns.flatMap { turn in
            if case .model(let response) = turn { response.actions.map(\.action) } else { [Action]() }
        }
        let white = try share(ofWhiteIn: request)
        let (thought, action): (String, Action) =
            switch white > 0.05 {
            case true where done.contains(writing): ("It is written.", .done("It is written."))
            case true: ("There is paper, \(Int(white * 100)) % of the screen.", writing)
            case false where done.contains(opening): ("The paper has not come yet.", .wait(.seconds(1)))
            case false: ("There is no paper.", opening)
            }
        progress(.text(thought))
        let call = ActionCall(id: "call-\(request.turns.count)", action: action)
        return ModelResponse(items: [.text(thought), .action(call)], stop: .actions)
    }

    private let opening = Action.open("mousepad")
    private let writing = Action.input(.type("I have looked, and I have written."))

    /// Of the newest picture.
    private func share(ofWhiteIn request: ModelRequest) throws -> Double {
        let shown = request.turns.flatMap { turn -> [ModelContent] in
            switch turn {
            case .user(let content): content
            case .results(let results): results.flatMap(\.content)
            case .model: []
            }
        }
        let pictures = shown.compactMap { if case .image(let image) = $0 { image.png } else { nil } }
        guard let newest = pictures.last else { return 0 }
        let frame = try PNG.decode(newest)
        let paper = try Frame.filled(frame.size, red: 255, green: 255, blue: 255)
        return 1 - frame.difference(to: paper, tolerance: 8).fraction
    }
}

do {
    let report = try await DockerBackend().withSandbox(.desktop) { desktop in
        try await Agent(model: PaperModel()).pursue(
            Goal("Write that you have looked", checks: [.textVisible("I have looked")]), in: desktop)
    }
    for step in report.steps { print("\(step.index). \(step.reasoning ?? step.intent) \(step.action.summary)") }
    print(report.isAchieved ? "The goal is reached" : "\(report.outcome)")
} catch {
    print("error: \(error)")
    exit(1)
}
