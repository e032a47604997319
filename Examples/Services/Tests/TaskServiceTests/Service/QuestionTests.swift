import GodHandAgent
import GodHandCore
import Testing

@testable import TaskService

@Suite("Questions", .timeLimit(.minutes(1))) struct QuestionTests {
    @Test func `an answer that comes before anybody waits for it counts, once`() async throws {
        let live = LiveTasks(feed: EventFeed())
        let task = GoalID.unique()
        let (_, answer) = try await live.ask("Which?", in: task) { question in
            #expect(live.answer(question.id, of: task, with: .text("The left one.")))
            #expect(!live.answer(question.id, of: task, with: .text("No, the other.")))
        }
        guard case .text("The left one.") = answer else {
            Issue.record("\(String(describing: answer))")
            return
        }
        #expect(live.questions(of: task).isEmpty)
    }
}
