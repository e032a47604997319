import GodHandAgent
import GodHandCore

/// Stands in for a model where machines are simulated: it goes by a few words of the goal.
///
/// Each task takes three clicks. With the word "ask" it asks a person something first, with "command" it runs one, with
/// "slowly" it waits a minute between the clicks, with "forever" it never ends, and with "fail" it gives up.
struct RehearsalModel: LanguageModel {
    let name = "rehearsal"

    func respond(
        to request: ModelRequest, progress: @escaping @Sendable (ModelProgress) -> Void
    ) async throws -> ModelResponse {
        let turn = request.turns.count { if case .model = $0 { true } else { false } } + 1
        let goal = Self.goal(of: request)
        let action = Self.action(turn, goal)
        let words = "This is turn \(turn) of a rehearsal."
        progress(.reasoning(words))
        return ModelResponse(
            items: [.reasoning(words), .action(ActionCall(id: "call-\(turn)", action: action))], stop: .actions)
    }

    private static func action(_ turn: Int, _ goal: String) -> Action {
        let click = Action.input(.click(at: Point(x: 40 * (turn % 16 + 1), y: 60)))
        if turn == 1, goal.contains("ask") { return .ask("Which of the two?") }
        if turn == 1, goal.contains("command") { return .exec(["true"]) }
        if goal.contains("forever") { return turn.isMultiple(of: 2) ? .wait(.seconds(1)) : click }
        if goal.contains("slowly"), turn.isMultiple(of: 2) { return .wait(.seconds(60)) }
        if turn <= (goal.contains("slowly") ? 6 : 3) { return click }
        return goal.contains("fail") ? .fail("It was to fail.") : .done("It was rehearsed.")
    }

    private static func goal(of request: ModelRequest) -> String {
        for case .user(let parts) in request.turns {
            for case .text(let text) in parts where text.hasPrefix("The goal: ") { return text }
        }
        return ""
    }
}
