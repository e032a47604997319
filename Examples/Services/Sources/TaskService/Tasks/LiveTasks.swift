import Foundation
import GodHandAgent
import GodHandCore
import Synchronization

/// What is known of tasks only while they are worked on: what a person is asked, and what the model is thinking.
final class LiveTasks: Sendable {
    /// Something that a person is asked.
    struct Question: Sendable {
        var id: String
        var askedAt: Date
        /// What is asked, or why approval is needed.
        var text: String
        /// What would be done, if this is about an action.
        var action: String?
        /// The part of the screen that it is about, as a PNG file.
        var picture: Data?
    }
    /// What a person says to it.
    enum Answer: Sendable {
        case approved
        case refused
        case text(String)
    }
    /// What the model has said of a turn that is not complete.
    struct Thought: Sendable {
        var number = 0
        var text = ""
    }

    private struct Live {
        var questions: [Question] = []
        var waiters: [String: CheckedContinuation<Answer?, Never>] = [:]
        /// Answers to questions that nobody waits for yet.
        var answers: [String: Answer] = [:]
        var thought = Thought()
    }
    private struct State {
        var tasks: [GoalID: Live] = [:]
        var nextQuestion = 0
        var nextThought = 0
    }
    private let state = Mutex(State())
    private let feed: EventFeed

    init(feed: EventFeed) { self.feed = feed }

    /// The questions of a task that wait for an answer.
    func questions(of task: GoalID) -> [Question] { state.withLock { $0.tasks[task]?.questions ?? [] } }

    /// How many questions wait.
    var openQuestions: Int { state.withLock { $0.tasks.values.reduce(0) { $0 + $1.questions.count } } }

    /// What the models of all tasks are saying, for readers who know up to a number.
    func thoughts(after number: Int) -> [(task: GoalID, thought: Thought)] {
        state.withLock { state in
            state.tasks.compactMap { $1.thought.number > number ? ($0, $1.thought) : nil }
                .sorted { $0.1.number < $1.1.number }
        }
    }

    /// A piece of what a model says.
    func think(_ piece: ModelProgress, in task: GoalID) {
        let text =
            switch piece {
            case .text(let text), .reasoning(let text): text
            }
        state.withLock { state in
            state.nextThought += 1
            var live = state.tasks[task] ?? Live()
            // What is shown is the end of it.
            live.thought.text = String((live.thought.text + text).suffix(2000))
            live.thought.number = state.nextThought
            state.tasks[task] = live
        }
        feed.ring()
    }

    /// A turn is complete: what it said is in its step.
    func forgetThought(of task: GoalID) { state.withLock { $0.tasks[task]?.thought.text = "" } }

    /// The task has no machine any more.
    func end(_ task: GoalID) {
        let waiters = state.withLock { $0.tasks.removeValue(forKey: task)?.waiters ?? [:] }
        for waiter in waiters.values { waiter.resume(returning: nil) }
    }

    /// Puts a question to whoever watches, and waits for an answer.
    ///
    /// - Parameter opened: Told once it can be answered.
    /// - Returns: Nil if there is none.
    func ask(
        _ text: String, about action: Action? = nil, picture: Data? = nil, in task: GoalID,
        opened: @Sendable (Question) async throws -> Void
    ) async throws -> (question: Question, answer: Answer?) {
        let question = state.withLock { state -> Question in
            state.nextQuestion += 1
            let question = Question(
                id: "q\(state.nextQuestion)", askedAt: Date(), text: text.bounded, action: action?.summary.bounded,
                picture: picture)
            state.tasks[task, default: Live()].questions.append(question)
            return question
        }
        feed.ring()
        do { try await opened(question) } catch {
            take(question.id, of: task)?.resume(returning: nil)
            throw error
        }
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Answer?, Never>) in
                let (isWaiting, early) = state.withLock { state -> (Bool, Answer?) in
                    if let answer = state.tasks[task]?.answers.removeValue(forKey: question.id) {
                        return (false, answer)
                    }
                    guard !Task.isCancelled,
                        state.tasks[task]?.questions.contains(where: { $0.id == question.id }) == true
                    else { return (false, nil) }
                    state.tasks[task]?.waiters[question.id] = continuation
                    return (true, nil)
                }
                if !isWaiting { continuation.resume(returning: early) }
            }
        } onCancel: {
            take(question.id, of: task)?.resume(returning: nil)
        }
        _ = take(question.id, of: task)
        try Task.checkCancellation()
        return (question, answer)
    }

    /// Answers a question.
    ///
    /// - Returns: False if it does not wait, or not any more.
    func answer(_ id: String, of task: GoalID, with answer: Answer) -> Bool {
        defer { feed.ring() }
        let (isOpen, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Answer?, Never>?) in
            guard let place = state.tasks[task]?.questions.firstIndex(where: { $0.id == id }) else {
                return (false, nil)
            }
            state.tasks[task]?.questions.remove(at: place)
            let waiter = state.tasks[task]?.waiters.removeValue(forKey: id)
            // Who is told of a question may answer before it is written down, and so before anybody waits.
            if waiter == nil { state.tasks[task]?.answers[id] = answer }
            return (true, waiter)
        }
        waiter?.resume(returning: answer)
        return isOpen
    }

    @discardableResult
    private func take(_ id: String, of task: GoalID) -> CheckedContinuation<Answer?, Never>? {
        defer { feed.ring() }
        return state.withLock { state in
            state.tasks[task]?.questions.removeAll { $0.id == id }
            state.tasks[task]?.answers[id] = nil
            return state.tasks[task]?.waiters.removeValue(forKey: id)
        }
    }
}
