import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import GodHandTrace
import Testing

/// A run of a real desktop, done again by the tool.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["GODHAND_REQUIRE_ENGINE"] != nil, "Needs an engine: run make test."))
struct ReplayToolTests {
    @Test func `a run is done again, and where it goes another way is shown in two pictures`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "replay-tool-\(SandboxID.unique())")
        defer { try? FileManager.default.removeItem(at: directory) }
        let (trace, other) = (directory.appending(path: "trace"), directory.appending(path: "other"))
        try await Self.record(to: trace)
        let (status, output) = try Tool.run("replay", trace.path)
        #expect(status == 0 && output.contains("Clean: 4 screens and 2 verdicts"), "\(output)")

        // The same screens, but the menu is to open elsewhere.
        try await Trace(directory: trace).copy(to: other) { event in
            guard case .step(var step) = event, step.index == 1 else { return event }
            step.action = .input(.click(at: Point(x: 700, y: 300), button: .right))
            return .step(step)
        }
        let pictures = directory.appending(path: "pictures")
        let again = try Tool.run("replay", other.path, "--patience", "1", "--pictures", pictures.path)
        #expect(
            again.status == 1 && again.output.contains("The screen after step 1 is not as recorded"), "\(again.output)")
        for name in ["recorded.png", "found.png"] {
            let png = try Data(contentsOf: pictures.appending(path: name))
            #expect(try PNG.decode(png).size == SandboxSpec.desktop.screen)
        }
        let diff = try Tool.run("diff", trace.path, other.path)
        #expect(diff.status == 1 && diff.output.contains("Step 1 differs: the action"), "\(diff.output)")
    }

    private static func record(to directory: URL) async throws {
        let plan = Walkthrough(
            goal: "Open the menu and close it",
            steps: [
                PlannedStep(
                    "Open", .action(.input(.click(at: Point(x: 300, y: 300), button: .right))),
                    expecting: .screenChanged()),
                PlannedStep("Close", .press("Escape"), expecting: .screenChanged()),
            ])
        try await DockerBackend().withSandbox(.desktop) { sandbox in
            let report = try await plan.run(in: sandbox, recorder: try TraceWriter(directory: directory))
            #expect(report.isAchieved, "\(report.outcome)")
        }
    }
}
