import ArgumentParser
import DemoSupport
import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import GodHandTrace

/// A whole system in a virtual machine: a program is installed in it, and used together with the browser.
@main
struct FullSystem: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Install a program in a virtual machine, copy from the browser into it, and save the file.")

    @Option(help: "The directory in which each run gets its own.")
    var results = "Results"

    func run() async throws {
        let place = try ResultsDirectory.make(in: URL(filePath: results, directoryHint: .isDirectory))
        let progress = StepProgress(trace: try TraceWriter(directory: place))
        let narrator = progress.narrator
        narrator.say("A virtual machine is made")
        let (report, note) = try await QEMUBackend().withSandbox(.vm) { sandbox in
            narrator.say("Its desktop is ready")
            try await Errand.prepare(sandbox)
            let report = try await Errand.walkthrough.run(in: sandbox, recorder: progress)
            return (report, report.isAchieved ? try await sandbox.readFile(Errand.note) : [])
        }
        narrator.say("The machine is gone")

        let page = try TraceReport.write(of: place)
        narrator.say("Results are in \(place.relativePath)")
        narrator.say("  the whole run:  \(page.relativePath)")
        guard report.isAchieved else { throw ExitCode.failure }
        let file = place.appending(path: "note.txt")
        try Data(note).write(to: file)
        narrator.say("  the note:  \(file.relativePath)")
    }
}

/// Says what happens while it happens, and hands it on to the trace.
struct StepProgress: RunRecorder {
    let trace: TraceWriter
    let narrator = Narrator()

    func record(_ event: RunEvent) async throws {
        try await trace.record(event)
        switch event {
        case .started(let header): narrator.say(header.goal)
        case .step(let step):
            narrator.say("\(sign(step.verdict)) \(step.index). \(step.intent): \(step.action.summary)")
        case .check(let verdict): narrator.say("\(sign(verdict)) \(verdict.claim)")
        case .finished(.achieved): narrator.say("The goal is reached")
        case .finished(.abandoned(let reason)), .finished(.stopped(let reason)),
            .finished(.failed(code: _, message: let reason)):
            narrator.say(reason)
        default: break
        }
    }

    private func sign(_ verdict: Verdict?) -> String { verdict.map { $0.passed ? "✓" : "✗" } ?? "·" }
}
