import GodHandAgent
import GodHandCore

/// A sentence of a web page is to become a note, by an editor that the machine does not have yet.
enum Errand {
    /// What is to be kept.
    static let sentence = "The library opens at half past nine"
    /// Where it is kept.
    static let note = "/home/user/Documents/note.txt"
    private static let page = "/home/user/Documents/hours.html"
    private static let editor = "l3afpad"

    /// Puts the page on the machine, where the browser finds it.
    static func prepare(_ sandbox: Sandbox) async throws {
        let style = "font: 28px sans-serif; margin: 120px"
        try await sandbox.writeFile(
            page, "<title>Opening hours</title><body style='\(style)'><p>\(sentence)<p>On Sundays it is closed.")
    }

    /// All of it, by mouse and keyboard but for the installation.
    static var walkthrough: Walkthrough {
        Walkthrough(
            goal: "Install an editor, copy a sentence from the browser into it, and save it",
            steps: [
                PlannedStep(
                    "Install the editor", reasoning: "It is one of Debian's packages, and the whole machine is ours.",
                    .exec(["sudo", "-n", "apt-get", "install", "-y", editor])),
                PlannedStep(
                    "Open the page", .open("file://\(page)"),
                    expecting: Assertion.all([.windowTitle(contains: "Opening hours"), .textVisible(sentence)])
                        .eventually(within: patience)),
                PlannedStep(
                    "Drag over the sentence", .selectText(sentence),
                    expecting: Assertion.screenChanged().eventually(within: patience)),
                PlannedStep(
                    "Copy it", .press("ctrl+c"),
                    expecting: Assertion.clipboardContains(sentence).eventually(within: patience)),
                PlannedStep(
                    "Start the new editor", .open(editor),
                    expecting: Assertion.windowTitle(contains: "untitled").eventually(within: patience)),
                PlannedStep(
                    "Paste the sentence", .press("ctrl+v"),
                    expecting: Assertion.all([.windowTitle(contains: "*"), .textVisible(sentence)])
                        .eventually(within: patience)),
                PlannedStep(
                    "Ask to save it", .press("ctrl+s"),
                    expecting: Assertion.all([.windowTitle(contains: "save"), .textVisible("Other Locations")])
                        .eventually(within: patience)),
                PlannedStep("Mark the name that is proposed", .press("ctrl+a")),
                PlannedStep(
                    "Type the name of the note", .type(note),
                    expecting: Assertion.textVisible(note).eventually(within: patience)),
                PlannedStep(
                    "Save it", .clickText("Save As", in: buttons),
                    expecting: Assertion.fileContains(path: note, text: sentence).eventually(within: patience)),
            ],
            checks: [
                .fileContains(path: note, text: sentence), .commandSucceeds(["dpkg", "--verify", editor]),
                .processRuns(editor), .processRuns("firefox-esr"),
            ])
    }

    /// Where the dialog has its buttons; its title says the same as one of them.
    private static let buttons = Rect(x: 640, y: 700, width: 640, height: 64)
    /// A virtual machine without the help of the processor is slow.
    private static let patience = Duration.seconds(180)
}
