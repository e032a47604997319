import GodHandAgent
import GodHandCore

extension Walkthrough {
    /// In the real encyclopedia, for which the built-in policy's rules do not suffice.
    static let wikipedia = reading("https://en.wikipedia.org", named: "Wikipedia", patience: .seconds(30))

    private static func reading(_ site: String, named name: String, patience: Duration) -> Walkthrough {
        Walkthrough(
            goal: "Look up Alan Turing, and follow a link to the place where he broke codes",
            steps: [
                PlannedStep(
                    "Open the encyclopedia", reasoning: "Its main page has a search box.", .open("\(site)/"),
                    expecting: Assertion.all([.windowTitle(contains: name), .textVisible("Search \(name)", in: top)])
                        .eventually(within: patience)),
                PlannedStep(
                    "Put the cursor into the search box", .clickText("Search \(name)", in: top),
                    expecting: Assertion.screenChanged(in: top).eventually(within: patience)),
                PlannedStep(
                    "Search for Alan Turing", reasoning: "A name that is the title of an article leads straight to it.",
                    .type("Alan Turing\n"),
                    expecting: Assertion.all([.windowTitle(contains: "Alan Turing"), .textVisible("mathematician")])
                        .eventually(within: patience)),
                PlannedStep(
                    "Follow the link to Bletchley Park", .clickText("Bletchley Park"),
                    expecting: Assertion.windowTitle(contains: "Bletchley Park").eventually(within: patience)),
            ],
            checks: [
                .textVisible("Bletchley Park"), .addressIs("\(site)/wiki/Bletchley_Park"),
                .commandSucceeds(["curl", "-fsS", "-o", "/dev/null", "\(site)/wiki/Bletchley_Park"]),
                .processRuns("firefox-esr"),
            ])
    }

    /// Where the search box is.
    private static let top = Rect(x: 0, y: 0, width: 1280, height: 260)
}
