import ArgumentParser
import DemoSupport
import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import GodHandTrace

/// Two machines on a network of their own: an encyclopedia, and a desktop on which its reader looks something up.
///
/// What happened lies afterwards in a directory of its own: the trace, a picture of each step, and a web page of it all.
@main
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look something up in an encyclopedia, on a desktop in a container, and show what happened.")

    @Flag(help: "Read the real Wikipedia, over the network.")
    var live = false

    @Option(help: "The directory in which each run gets its own.")
    var results = "Results"

    func run() async throws {
        let place = try ResultsDirectory.make(in: URL(filePath: results, directoryHint: .isDirectory))
        let progress = Progress(trace: try TraceWriter(directory: place))
        let planner = try Planner()
        defer { planner.stop() }
        // The built-in policy knows no real Wikipedia, whose pages need more than its rules: a plan does.
        let isPlanned = live && planner.isBuiltIn
        progress.say(isPlanned ? "No model is set, so this follows a plan that was made before" : planner.description)
        let report = try await DockerBackend().withSandboxScope { scope in
            let desktop = try await machines(in: scope, progress)
            if isPlanned { return try await Walkthrough.wikipedia.run(in: desktop, recorder: progress) }
            return try await Agent(model: planner.model).pursue(goal, in: desktop, recorder: progress)
        }
        progress.say("All machines are gone")

        let pictures = try save(report.steps, in: place)
        let page = try TraceReport.write(of: place)
        progress.say("Results are in \(place.relativePath)")
        progress.say("  the whole run:  \(page.relativePath)")
        if let last = pictures.last { progress.say("  its last picture:  \(last.relativePath)") }
        guard report.isAchieved else { throw ExitCode.failure }
    }

    /// In words that the built-in policy understands as well as any model.
    private var goal: Goal {
        let site = live ? "https://en.wikipedia.org" : "http://wiki"
        return Goal(
            "In the encyclopedia at \(site), open the article on Alan Turing, then follow the link to Bletchley Park",
            checks: [
                .windowTitle(contains: "Bletchley Park"), .textVisible("Bletchley Park"),
                .addressIs("\(site)/wiki/Bletchley_Park"), .processRuns("firefox-esr"),
            ])
    }

    /// The desktop; and the encyclopedia, unless it is the real one.
    private func machines(in scope: SandboxScope, _ progress: Progress) async throws -> Sandbox {
        var spec = SandboxSpec.desktop
        if live {
            spec.network = .full
            return try await progress.creating("The desktop") { [spec] in try await scope.create(spec) }
        }
        // A name that nobody else has, so that several of these can run at once.
        let network = "demo-\(SandboxID.unique())"
        spec.network = .named(network)
        _ = try await progress.creating("The encyclopedia") { try await scope.create(.wiki(on: network)) }
        return try await progress.creating("The desktop") { [spec] in try await scope.create(spec) }
    }

    /// The pictures of the steps under names that a person understands.
    private func save(_ steps: [Step], in place: URL) throws -> [URL] {
        try steps.map { step in
            let file = place.appending(path: "step-\(step.index).png")
            try step.after.screenshot.png.write(to: file)
            return file
        }
    }
}
