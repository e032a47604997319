// Looks ten articles up, several at once, each on a desktop of its own beside one encyclopedia. End it in the middle, even
// with kill -9, and start it again: it goes on where it was.
import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import GodHandTrace
import LookingPolicy

let articles = [
    "Alan Turing", "Bletchley Park", "Enigma machine", "Ada Lovelace", "Turing machine", "Charles Babbage",
    "Claude Shannon", "Grace Hopper", "John von Neumann", "Marie Curie",
]
do {
    let server = try LookingServer()  // A small policy that reads the screen; any other model does as well.
    defer { server.stop() }
    let agent = Agent(model: LocalModel("looking-policy", at: server.address.absoluteString))

    var settings = OrchestratorSettings()
    settings.directory = URL(filePath: "ten-goals", directoryHint: .isDirectory)
    settings.atEnd = .drain
    let backend = DockerBackend()
    try await backend.withSandboxScope { scope in
        _ = try await scope.create(.wiki(on: "ten-goals"))
        var spec = SandboxSpec.desktop
        spec.network = .named("ten-goals")
        spec.memory = 1 << 30
        settings.warm = [WarmPool(spec, count: 2)]
        try await withOrchestrator(on: backend, settings) { attempt in
            let title = attempt.request.details?.string ?? ""
            let trace = try attempt.directory.map { try TraceWriter(directory: $0) }
            return try await attempt.pursue(by: agent, checks: [.windowTitle(contains: title)], recorder: trace)
        } body: { orchestrator in
            for (number, article) in articles.enumerated() {
                let words = "In the encyclopedia at http://wiki, open the article on \(article)"
                var request = GoalRequest(words, on: spec)
                request.details = .string(article)
                // Under a name of ours, so that a second start does not hand it in again.
                if let id = GoalID(rawValue: "article-\(number)") { try await orchestrator.submit(request, as: id) }
            }
            for goal in await orchestrator.list() {
                let end = try await orchestrator.end(of: goal.id)
                guard let outcome = end.outcome else { continue }
                print("\(end.request.text): \(outcome), \(end.attempts.count) attempt(s), \(end.spent.steps) steps")
            }
        }
    }
} catch {
    print("error: \(error)")
    exit(1)
}
