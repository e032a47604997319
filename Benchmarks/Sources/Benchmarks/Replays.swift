import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import GodHandTrace

/// How many of ten replays of a run in the encyclopedia go as it went.
func measureReplays(_ backend: DockerBackend) async throws {
    note("replays: a run in the encyclopedia, ten times again")
    let directory = FileManager.default.temporaryDirectory.appending(path: "replays-\(SandboxID.unique())")
    defer { try? FileManager.default.removeItem(at: directory) }
    try await record(to: directory, backend)
    let replay = try Replay(Trace(directory: directory).events)
    var clean = 0
    for _ in 0..<10 {
        let result = try await replay.run(on: backend)
        if let difference = result.difference { note("  \(difference.summary)") } else { clean += 1 }
    }
    report("replay_ok_percent", Double(clean) * 10, "percent")
}

private func record(to directory: URL, _ backend: DockerBackend) async throws {
    let top = Rect(x: 0, y: 0, width: 1280, height: 260)
    func page(_ title: String, _ text: String, in place: Rect? = nil) -> Assertion {
        .all([.windowTitle(contains: title), .textVisible(text, in: place)]).eventually(within: .seconds(60))
    }
    let plan = Walkthrough(
        goal: "Look up Alan Turing, and follow a link",
        steps: [
            PlannedStep("Open the encyclopedia", .open("http://wiki/"), expecting: page("Wiki", "Search", in: top)),
            PlannedStep("Go to the search box", .clickText("Search", in: top), expecting: .screenChanged()),
            PlannedStep("Search", .type("Alan Turing\n"), expecting: page("Alan Turing", "mathematician")),
            PlannedStep(
                "Follow the link", .clickText("Bletchley Park"), expecting: page("Bletchley Park", "Bletchley Park")),
        ],
        checks: [.addressContains("/wiki/Bletchley_Park")])
    let writer = try TraceWriter(directory: directory)
    let network = "replays-\(SandboxID.unique())"
    let run = try await backend.withSandboxScope { scope in
        let wiki = try await scope.create(.wiki(on: network))
        try await writer.record(.lifecycle(LifecycleEvent(.created, sandbox: wiki.id, spec: wiki.spec)))
        var spec = SandboxSpec.desktop
        spec.network = .named(network)
        return try await plan.run(in: try await scope.create(spec), recorder: writer)
    }
    guard run.isAchieved else { throw GodHandError(.execFailed, "The run to be replayed failed: \(run.outcome)") }
}
