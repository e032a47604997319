// Does a recorded run again on a fresh machine, and says whether it went the same way. Usage: ReplayTrace [TRACE]
import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import GodHandTrace

/// A run to begin with, if none is given: two lines in the editor.
func record(in directory: URL) async throws {
    let plan = Walkthrough(
        goal: "Write two lines",
        steps: [
            PlannedStep(
                "Open the editor", .open("mousepad"),
                expecting: Assertion.windowTitle(contains: "Untitled").eventually(within: .seconds(20))),
            PlannedStep("Write the first line", .type("Whatever was done once\n")),
            PlannedStep("Write the second line", .type("can be done again\n")),
        ],
        checks: [.textVisible("can be done again")])
    try await DockerBackend().withSandbox(.desktop) { desktop in
        let report = try await plan.run(in: desktop, recorder: try TraceWriter(directory: directory))
        print("Recorded: \(report.steps.count) steps, \(report.outcome)")
    }
}

do {
    let given = CommandLine.arguments.dropFirst().first
    let place = given ?? FileManager.default.temporaryDirectory.appending(path: "trace-\(UUID())").path
    let directory = URL(filePath: place, directoryHint: .isDirectory)
    if given == nil { try await record(in: directory) }

    // A trace is a file from anywhere: what is made by it has no network and sees nothing of this host, unless the replay
    // is permitted that.
    var replay = try Replay(Trace(directory: directory).events)
    replay.progress = { step in print("✓ \(step.summary)") }
    let report = try await replay.run(on: DockerBackend())
    if let difference = report.difference {
        print("✗ \(difference.summary)")
        exit(1)
    }
    print("It went the same way: \(report.comparedScreens) screens, \(report.comparedVerdicts) verdicts")
} catch {
    print("error: \(error)")
    exit(1)
}
