import Foundation
import GodHandAgent
import GodHandCore

/// A letter is open in the editor, its last line typed and not saved. It is to be kept, and to become a page to send.
///
/// Both decisions have an idea that anybody would try first and that fails: the letter may not be overwritten, and the
/// printer is not chosen.
enum Story {
    static let goal = Goal("Keep the letter with its last line, and make a PDF of it", checks: checks)

    private static let letter = "/home/user/Documents/letter.txt"
    private static let copy = "/home/user/for-ada.txt"
    private static let lastLine = "yours, charles"
    /// What the print dialog proposes.
    static let page = "/home/user/output.pdf"

    /// In this order they are also the way: who has the first has come half-way.
    private static let checks: [Assertion] = [
        .fileContains(path: copy, text: lastLine), .fileContains(path: page, text: "%PDF"),
    ]

    /// What happens before the first decision.
    static func begin(in sandbox: Sandbox, recorder: any RunRecorder) async throws {
        try await sandbox.writeFile(letter, "Dear Ada,\n\nthe engine works.\n\n", mode: 0o444)
        let steps = [open(letter)] + typing
        let report = try await Walkthrough(goal: "Begin", steps: steps).run(in: sandbox, recorder: recorder)
        guard report.isAchieved else {
            throw GodHandError(.execFailed, "The letter could not be begun: \(report.outcome).")
        }
    }

    /// What can be tried at a point.
    static func ways(at point: BranchPoint) -> [Alternative] {
        point.depth == 0
            ? [
                way("Save it where it is", because: "It is the shortest way.", from: beginning, [saveInPlace]),
                way(
                    "Save it as another file", because: "A new file can be written in any case.", from: beginning,
                    saveAs),
                way(
                    "Print it without saving it", because: "The page is what counts.", from: beginning,
                    [openPrinting, printNow]),
            ]
            : [
                way(
                    "Print with what is chosen", because: "Mostly the right printer is chosen already.",
                    from: [open(copy)], [openPrinting, printNow]),
                way(
                    "Choose a printer first", because: "A file is a printer, too.", from: [open(copy)],
                    [openPrinting, choosePrinter, printing(within: patience)]),
            ]
    }

    /// Something to try.
    ///
    /// - Parameter lost: What to do first where the editor is gone: in a fork that keeps only the disk, programs start
    ///   anew, and what was typed and not saved has to be typed again.
    private static func way(
        _ title: String, because reasoning: String, from lost: [PlannedStep], _ steps: [PlannedStep]
    ) -> Alternative {
        Alternative(title, reasoning: reasoning) { sandbox, recorder in
            let isThere = try await Assertion.windowTitle(contains: "Mousepad").check(in: sandbox).passed
            return try await Walkthrough(goal: title, steps: (isThere ? [] : lost) + steps)
                .run(in: sandbox, recorder: recorder)
        }
    }

    // MARK: Steps

    private static let beginning = [open(letter)] + typing

    private static func open(_ file: String) -> PlannedStep {
        PlannedStep(
            "Open \(file.split(separator: "/").last ?? "")",
            .exec(["sh", "-c", #"exec setsid -f mousepad "$0" </dev/null >/dev/null 2>&1"#, file]),
            expecting: Assertion.windowTitle(contains: "Mousepad").eventually(within: patience))
    }

    private static let typing = [
        PlannedStep("Go to its end", .press("ctrl+End")),
        PlannedStep(
            "Type the last line, without saving it", .type(lastLine),
            expecting: Assertion.windowTitle(contains: "*").eventually(within: patience)),
    ]

    private static let saveInPlace = PlannedStep(
        "Save", .press("ctrl+s"),
        expecting: Assertion.fileContains(path: letter, text: lastLine).eventually(within: doubt))

    private static let saveAs = [
        PlannedStep(
            "Ask for another name", .press("ctrl+shift+s"),
            expecting: Assertion.windowTitle(contains: "Save As").eventually(within: patience)),
        PlannedStep("Mark the name that is proposed", .press("ctrl+a")),
        PlannedStep("Type another one", .type(copy)),
        PlannedStep(
            "Save", .press("Return"),
            expecting: Assertion.fileContains(path: copy, text: lastLine).eventually(within: patience)),
    ]

    private static let openPrinting = PlannedStep(
        "Ask to print", .press("ctrl+p"),
        expecting: Assertion.all([.windowTitle(contains: "Print"), .textVisible("Print to File")])
            .eventually(within: patience))
    private static let choosePrinter = PlannedStep(
        "Choose to print to a file", .clickText("Print to File"),
        expecting: Assertion.screenChanged().eventually(within: patience))
    private static let printNow = printing(within: doubt)
    private static func printing(within time: Duration) -> PlannedStep {
        PlannedStep("Print", .press("Return"), expecting: Assertion.fileExists(page).eventually(within: time))
    }

    /// A virtual machine without the help of the processor may be slow.
    private static let patience = Duration.seconds(90)
    /// How long to wait for what is not expected to come.
    private static let doubt = Duration.seconds(8)
}
