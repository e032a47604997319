import Foundation
import GodHandAgent
import GodHandCore

/// A small policy that looks: it reads the screen and decides by rules what to do next.
///
/// It knows how desktops and encyclopedias work in general, and nothing of what a goal's way looks like. What it
/// remembers is what it said before: the conversation is its only memory.
public struct LookingPolicy: Sendable {
    let goal: ParsedGoal
    let past: [PastMove]
    let seen: Seen
    /// The title of the window in front, where the program says it.
    let title: String?

    /// Makes a policy for one decision.
    public init(goal: String, past: [PastMove], seen: Seen, title: String?) {
        self.goal = ParsedGoal(goal)
        self.past = past
        self.seen = seen
        self.title = title
    }

    /// How many parts the goal has.
    public var partCount: Int { goal.parts.count }

    /// The most moves for one part before the policy gives up.
    private static let patience = 16

    /// What to do next.
    public func decide() -> Decision {
        var index = past.last?.part ?? 0
        if goal.parts.isEmpty || goal.puzzle != nil {
            return Decision(
                move: .fail("I do not know how to do this: \(goal.puzzle ?? "nothing was asked for")"), part: index,
                label: "give up", reason: "The goal makes no sense to me.")
        }
        let current = index < goal.parts.count ? goal.parts[index] : nil
        if let current, case .makeFolder = current, isDone(current, index) {
            index += 1
        } else if let interruption = interruption(during: current, index) {
            return interruption
        }
        while index < goal.parts.count, isDone(goal.parts[index], index) { index += 1 }
        guard index < goal.parts.count else {
            return Decision(
                move: .done(answer ?? "All parts of the goal are done."), part: max(0, index - 1), label: "done",
                reason: "What was asked for is on the screen.")
        }
        if moves(for: index).count >= Self.patience {
            return Decision(
                move: .fail("Part \(index + 1) of the goal does not work."), part: index, label: "give up",
                reason: "I have tried often enough.")
        }
        return next(for: goal.parts[index], index)
    }

    /// The moves that were made for a part.
    func moves(for part: Int) -> [PastMove] { past.filter { $0.part == part } }

    /// How often an idea was tried for a part.
    func count(_ label: String, _ part: Int) -> Int { moves(for: part).count { $0.label == label } }

    /// The last idea for a part, if the last move of all was for it; what closed a dialog does not count.
    func last(_ part: Int) -> String? { moves(for: part).last { $0.label != "close dialog" }?.label }

    /// The value that the goal asks for, if a part asks for one and it can be read.
    private var answer: String? {
        goal.parts.lazy.compactMap { part in
            if case .answer(let question, _) = part { Answers.find(question, in: seen.text) } else { nil }
        }.first
    }

    /// Whether the screen shows that a part is done, where the screen can show it.
    private func isDone(_ part: GoalPart, _ index: Int) -> Bool {
        switch part {
        case .open(let program): isInFront(program)
        case .page(let title): isPage(title)
        case .follow(let text): count("follow", index) > 0 && isPage(text)
        case .back: count("back", index) > 0
        case .answer(let question, let page): isPage(page) && Answers.find(question, in: seen.text) != nil
        case .write(let text): count("write", index) > 0 && seen.text.contains(text)
        case .save(let name): count("name", index) > 0 && !isSaving && (title.map { isTitled($0, name) } ?? true)
        case .makeFolder(let name):
            count("name", index) > 0 && !isNaming
                && (seen.text.find(name) != nil || seen.text.contains("already exists"))
        case .enterFolder(let name): isInFront(.files) && (title?.plain.hasPrefix(name.plain) ?? false)
        case .copy: last(index) == "copy"
        case .paste: last(index) == "paste"
        }
    }

    private func isTitled(_ title: String, _ path: String) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return title.plain.contains(name.plain) && !title.hasPrefix("*")
    }

    /// Whether the window in front is the program's.
    func isInFront(_ program: GoalPart.Program) -> Bool {
        if let title { return program.owns(title) }
        return seen.text.lines.contains { program.owns($0.text) && $0.box.y < 300 }
    }

    /// Whether the browser shows the page of this title: its window says so, or else a heading.
    func isPage(_ page: String) -> Bool {
        if let title { return GoalPart.Program.browser.owns(title) && title.plain.hasPrefix(page.plain) }
        guard let heading = seen.line(saying: page) else { return false }
        return heading.height >= 14 && heading.y < 400
    }

    /// Whether a dialog asks under what name to save.
    var isSaving: Bool {
        if let title { return title.lowercased().contains("save") }
        return seen.text.find("Save As") != nil && seen.text.find("Cancel") != nil
    }

    /// Whether a dialog asks for a folder's name.
    var isNaming: Bool {
        if let title { return title.plain.contains("folder") && !GoalPart.Program.files.owns(title) }
        return seen.text.find("Enter the name") != nil
    }
}
