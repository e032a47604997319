// An agent looks something up, with mouse and keyboard, in a small encyclopedia that runs beside its desktop.
import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import LookingPolicy

do {
    // Needs no key: a small policy reads the screen and follows rules. Try ClaudeModel() or OpenAIModel() instead.
    let server = try LookingServer()
    defer { server.stop() }
    let agent = Agent(model: LocalModel("looking-policy", at: server.address.absoluteString))

    // Not the model's word counts, but what can be seen in the end.
    let goal = Goal(
        "In the encyclopedia at http://wiki, find when Alan Turing was born",
        checks: [.windowTitle(contains: "Alan Turing"), .textVisible("23 June 1912")])

    try await DockerBackend().withSandboxScope { scope in
        _ = try await scope.create(.wiki(on: "first-agent"))
        var spec = SandboxSpec.desktop
        spec.network = .named("first-agent")  // Reaches the encyclopedia, and nothing else.
        let desktop = try await scope.create(spec)

        let report = try await agent.pursue(goal, in: desktop)
        for step in report.steps { print("\(step.index). \(step.action.summary)") }
        if case .achieved(let answer?) = report.outcome {
            print("The answer: \(answer)")
        } else {
            print("Not reached: \(report.outcome)")
        }
    }
} catch {
    print("error: \(error)")
    exit(1)
}
