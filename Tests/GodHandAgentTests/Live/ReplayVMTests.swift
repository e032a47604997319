import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import GodHandTrace
import Testing

/// A run in a virtual machine is recorded, and done again in a fresh one.
@Suite(.liveVM, .timeLimit(.minutes(10))) struct ReplayVMTests {
    @Test func `a run in a virtual machine goes the same way again`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "replay-vm-\(SandboxID.unique())")
        defer { try? FileManager.default.removeItem(at: directory) }
        let plan = Walkthrough(
            goal: "Open the menu and close it",
            steps: [
                // A machine without KVM shows the frame of a menu long before its words.
                PlannedStep(
                    "Open", .action(.input(.click(at: Point(x: 300, y: 300), button: .right))),
                    expecting: .textVisible("Text Editor").eventually(within: .seconds(60))),
                PlannedStep(
                    "Close", .press("Escape"),
                    expecting: .not(.textVisible("Text Editor")).eventually(within: .seconds(60))),
                PlannedStep("Ask", .exec(["uname", "-s"])),
            ])
        let backend = QEMUBackend()
        try await backend.withSandbox(.vm) { sandbox in
            let report = try await plan.run(in: sandbox, recorder: try TraceWriter(directory: directory))
            try #require(report.isAchieved, "\(report.outcome)")
        }
        var replay = try Replay(Trace(directory: directory).events)
        #expect(replay.header.backend == "qemu")
        // A machine without KVM takes its time.
        replay.patience = .seconds(60)
        let report = try await replay.run(on: backend)
        #expect(report.isClean, "\(report.difference?.summary ?? "")")
        #expect(report.comparedScreens == 6 && report.comparedVerdicts == 3, "\(report.steps)")
    }
}
