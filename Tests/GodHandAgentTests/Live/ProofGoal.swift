import GodHandAgent
import GodHandCore

/// A goal that a policy which looks can reach, with what must be so afterwards, and what goes wrong on the way.
struct ProofGoal: Sendable, CustomStringConvertible {
    var name: String
    /// What the agent is told.
    var words: String
    /// What must hold afterwards.
    var checks: [Assertion]
    /// What the answer must contain.
    var answer: String?
    /// What goes wrong when the goal is pursued under difficulties.
    var trouble: Trouble

    var description: String { name }

    /// Something that goes wrong once, in the middle of a run.
    enum Trouble: Sendable {
        /// A dialog appears that nobody asked for.
        case dialog
        /// The window is somewhere else than it was when the agent looked.
        case movedWindow
        /// The server of the pages stands still for some seconds.
        case slowPage
        /// A click lands beside what it was meant for.
        case missedClick
    }

    private static let site = "In the encyclopedia at http://wiki, "

    private static func page(_ title: String) -> Assertion {
        .windowTitle(contains: title).eventually(within: .seconds(3))
    }

    static let all: [ProofGoal] = [
        ProofGoal(
            name: "a date of birth", words: site + "find when Alan Turing was born",
            checks: [page("Alan Turing"), .textVisible("23 June 1912")], answer: "23 June 1912", trouble: .missedClick),
        ProofGoal(
            name: "an article by search", words: site + "open the article on Ada Lovelace",
            checks: [page("Ada Lovelace"), .addressContains("/wiki/Ada_Lovelace")], trouble: .dialog),
        ProofGoal(
            name: "a link", words: site + "open the article on Alan Turing, then follow the link to Bletchley Park",
            checks: [page("Bletchley Park"), .addressContains("/wiki/Bletchley_Park")], trouble: .slowPage),
        ProofGoal(
            name: "a link at the end",
            words: site + "open the article on Alan Turing, then follow the link to Turing test",
            checks: [page("Turing test"), .addressContains("/wiki/Turing_test")], trouble: .movedWindow),
        ProofGoal(
            name: "a category", words: site + "open the category Languages",
            checks: [page("Category:Languages"), .textVisible("Esperanto")], trouble: .dialog),
        ProofGoal(
            name: "a measure", words: site + "find how high Mount Kilimanjaro is",
            checks: [page("Mount Kilimanjaro"), .textVisible("5895 metres")], answer: "5895 metres",
            trouble: .slowPage),
        ProofGoal(
            name: "a line in a file",
            words: "Open the text editor, write \"The quick brown fox\" and save it as /home/user/fox.txt",
            checks: [.fileContains(path: "/home/user/fox.txt", text: "The quick brown fox")], trouble: .dialog),
        ProofGoal(
            name: "a folder", words: "Open the file manager and create a folder named Reports",
            checks: [.commandSucceeds(["test", "-d", "/home/user/Reports"])], trouble: .dialog),
        ProofGoal(
            name: "a folder in a folder",
            words: "Open the file manager, open the folder Documents and create a folder named Letters in it",
            checks: [.commandSucceeds(["test", "-d", "/home/user/Documents/Letters"])], trouble: .missedClick),
        ProofGoal(
            name: "a word from a page into a file",
            words: site + "open the article on Bletchley Park, copy the word Buckinghamshire into the text editor "
                + "and save it as /home/user/place.txt",
            checks: [.fileContains(path: "/home/user/place.txt", text: "Buckinghamshire")], trouble: .movedWindow),
    ]
}
