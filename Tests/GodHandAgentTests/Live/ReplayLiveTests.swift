import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import GodHandTrace
import Synchronization
import Testing

extension Live {
    /// A run of the encyclopedia is recorded once, written to disk, read back, and done again on fresh machines.
    @Suite(.liveWiki, .looking, .timeLimit(.minutes(15))) struct ReplayLiveTests {
        @Test func `a run goes the same way again, and a window that was not there is found at its step`() async throws
        {
            let directory = FileManager.default.temporaryDirectory.appending(path: "replay-\(SandboxID.unique())")
            defer { try? FileManager.default.removeItem(at: directory) }
            try await WikiRun.record(to: directory)
            var replay = try Replay(Trace(directory: directory).events)
            // A busy host takes its time; a screen that comes is not waited for longer.
            replay.patience = .seconds(60)
            for round in 1...3 {
                let report = try await replay.run(on: DockerBackend())
                #expect(report.isClean == true, "round \(round): \(report.difference?.summary ?? "")")
                #expect(report.notes.isEmpty, "\(report.notes)")
                #expect(report.comparedScreens == 8 && report.comparedVerdicts == 5)
            }
            replay.patience = .seconds(3)
            let report = try await WikiRun.withMachines { desktop in
                replay.progress = { step in
                    if step.index == 2 { try? await Self.showDialog(on: desktop) }
                }
                return try await replay.run(in: desktop)
            }
            let difference = try #require(report.difference, "the dialog was not noticed")
            #expect(difference.step == 3 && difference.kind == .screenBefore, "\(difference.summary)")
            let (recorded, found) = (try #require(difference.recorded), try #require(difference.found))
            let size = SandboxSpec.desktop.screen
            #expect(try PNG.decode(recorded).size == size && PNG.decode(found).size == size && recorded != found)
            #expect(difference.bounds.map { $0.width > 100 && $0.height > 50 } == true)
        }

        private static func showDialog(on desktop: Sandbox) async throws {
            let serial = try await desktop.display.state().serial
            _ = try await desktop.exec(["sh", "-c", "setsid -f zenity --info --text=Surprise >/dev/null 2>&1"])
            _ = try await desktop.display.waitUntilChanged(after: serial, within: .seconds(10))
        }
    }
}

/// A run that a plan makes in the encyclopedia.
enum WikiRun {
    static let plan = Walkthrough(
        goal: "Look up Alan Turing, and follow a link",
        steps: [
            PlannedStep(
                "Open the encyclopedia", .open("http://wiki/"),
                expecting: .all([.windowTitle(contains: "Wiki"), .textVisible("Search", in: top)])
                    .eventually(within: .seconds(60))),
            PlannedStep(
                "Put the cursor into the search box",
                .clickText("Search", in: top),
                expecting: .screenChanged()),
            PlannedStep(
                "Search", .type("Alan Turing\n"),
                expecting: .all([.windowTitle(contains: "Alan Turing"), .textVisible("mathematician")])
                    .eventually(within: .seconds(60))),
            PlannedStep(
                "Follow the link", .clickText("Bletchley Park"),
                expecting: .windowTitle(contains: "Bletchley Park").eventually(within: .seconds(60))),
        ],
        checks: [.addressContains("/wiki/Bletchley_Park")])

    /// Where the search box is.
    private static let top = Rect(x: 0, y: 0, width: 1280, height: 260)

    static func record(to directory: URL) async throws {
        let writer = try TraceWriter(directory: directory)
        let report = try await withMachines(recorder: writer) { desktop in
            try await plan.run(in: desktop, recorder: writer)
        }
        guard report.isAchieved else { throw GodHandError(.execFailed, "\(report.outcome)") }
    }

    static func withMachines<Result: Sendable>(
        recorder: (any RunRecorder)? = nil, _ body: (Sandbox) async throws -> Result
    ) async throws -> Result {
        let network = "record-\(SandboxID.unique())"
        return try await DockerBackend().withSandboxScope { scope in
            let wiki = try await scope.create(.wiki(on: network))
            try await recorder?.record(.lifecycle(LifecycleEvent(.created, sandbox: wiki.id, spec: wiki.spec)))
            var spec = SandboxSpec.desktop
            spec.network = .named(network)
            return try await body(try await scope.create(spec))
        }
    }
}
