import Foundation
import GodHandAgent
import GodHandCore

/// The person of a task: whoever watches it over the service.
struct Watcher: Person {
    let task: GoalID
    let live: LiveTasks
    let store: TaskStore

    func answer(_ question: PersonQuestion) async throws -> PersonAnswer? {
        switch question {
        case .question(let text):
            switch try await ask(text) {
            case .text(let words): .text(words)
            case .approved: .approved
            case .refused: .refused
            case nil: nil
            }
        case .approval(let action, let reason):
            switch try await ask(reason, about: action) {
            case .approved: .approved
            case .refused, .text: .refused
            case nil: nil
            }
        }
    }

    /// Asks whether an action may happen, with the part of the screen that it is about.
    var approvals: Approvals {
        Approvals { request in
            let picture = try request.picture.map { try PNG.encode($0) }
            let answer = try await ask(request.reason, about: request.action, picture: picture)
            if case .approved = answer { return true }
            return false
        }
    }

    private func ask(
        _ text: String, about action: Action? = nil, picture: Data? = nil
    ) async throws -> LiveTasks.Answer? {
        let (store, task) = (store, task)
        let (question, answer) = try await live.ask(text, about: action, picture: picture, in: task) { question in
            var data: [String: JSONValue] = ["question": .string(question.id), "text": .string(question.text)]
            if let action = question.action { data["action"] = .string(action) }
            try await store.add(TaskEvent(.question, data), to: task)
        }
        let words: JSONValue =
            switch answer {
            case .approved: "approved"
            case .refused: "refused"
            case .text(let text): .string(text.bounded)
            case nil: .null
            }
        try await store.add(TaskEvent(.answer, ["question": .string(question.id), "answer": words]), to: task)
        return answer
    }
}
