import ArgumentParser
import DemoSupport
import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import GodHandTrace

/// Two decisions on a live desktop, at each of which the first idea fails: every idea is tried in a fork of the machine
/// as it is then, unsaved text and all, and the best goes on.
@main
struct BranchingDemo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decide by trying: fork a running desktop, keep the branch that works, and show the tree.")

    @Flag(help: "Containers instead of virtual machines: forks keep the disk, and programs start anew in them.")
    var docker = false

    @Option(help: "The directory in which each run gets its own.")
    var results = "Results"

    func run() async throws {
        let place = try ResultsDirectory.make(in: URL(filePath: results, directoryHint: .isDirectory))
        let progress = TreeProgress(trace: try TraceWriter(directory: place))
        let report = try await search(in: backend, progress, place)
        progress.narrator.say("All machines are gone")

        let page = try TraceReport.write(of: place)
        progress.narrator.say(
            "\(report.expense.forks) forks, \(report.expense.steps) steps, \(report.branches.count) branches; won: "
                + (report.winner?.path.map(\.title).joined(separator: ", then ") ?? "none"))
        progress.narrator.say("Results are in \(place.relativePath)")
        progress.narrator.say("  the tree:  \(page.relativePath)")
        if report.winner != nil { progress.narrator.say("  the letter:  \(place.relativePath)/letter.pdf") }
        guard report.winner != nil else { throw ExitCode.failure }
    }

    private var backend: any SandboxBackend { docker ? DockerBackend() : QEMUBackend() }

    private func search(
        in backend: any SandboxBackend, _ progress: TreeProgress, _ place: URL
    ) async throws -> SearchReport {
        try await backend.withSandboxScope { scope in
            progress.narrator.say(docker ? "A desktop is made in a container" : "A virtual machine boots")
            let desktop = try await scope.create(docker ? .desktop : .vm)
            progress.narrator.say("The desktop is ready")
            try await Story.begin(in: desktop, recorder: StepsOnly(recorder: progress))
            let report = try await BranchSearch(width: 3, depth: 2).run(
                Story.goal, from: desktop, in: scope, recorder: progress
            ) { Story.ways(at: $0) }
            if let winner = report.winner {
                let letter = try await winner.sandbox.readFile(Story.page)
                try Data(letter).write(to: place.appending(path: "letter.pdf"))
            }
            return report
        }
    }
}
