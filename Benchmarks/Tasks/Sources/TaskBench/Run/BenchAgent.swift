public import GodHandAgent
public import GodHandCore

/// Whoever attempts tasks.
public struct BenchAgent: Sendable {
    /// What results call it.
    public let name: String
    private let body: @Sendable (any BenchTask, Sandbox, SandboxScope, any RunRecorder) async throws -> TaskEnd

    /// Makes an agent.
    ///
    /// - Parameters:
    ///   - name: What results call it.
    ///   - body: Attempts a task on a desktop that was set up, tells the recorder of it, and hands back the machine to be
    ///     scored.
    public init(
        _ name: String,
        _ body: @escaping @Sendable (any BenchTask, Sandbox, SandboxScope, any RunRecorder) async throws -> TaskEnd
    ) {
        self.name = name
        self.body = body
    }

    func attempt(
        _ task: any BenchTask, on desktop: Sandbox, in scope: SandboxScope, recorder: any RunRecorder
    ) async throws -> TaskEnd {
        try await body(task, desktop, scope, recorder)
    }

    /// Does nothing and says nothing: what it scores is what a task gives away.
    public static let nothing = BenchAgent("nothing") { task, desktop, _, recorder in
        try await recorder.record(.started(RunHeader(goal: task.goal, in: desktop, planner: "nothing")))
        let end = TaskEnd(desktop: desktop, outcome: "It did nothing.")
        try await recorder.record(.finished(.abandoned(end.outcome)))
        return end
    }

    /// Follows the known solution of each task, which proves that it can be done.
    public static let solution = BenchAgent("solution") { task, desktop, scope, recorder in
        guard let solution = task.solution else {
            throw GodHandError(.notFound, "No solution of '\(task.name)' is known.")
        }
        return try await solution.run(on: desktop, in: scope, recorder: recorder)
    }

    /// Pursues the goal with a model. The checks of a task are not told to it: they are the examination.
    public static func model(_ agent: Agent, named name: String) -> BenchAgent {
        BenchAgent(name) { task, desktop, _, recorder in
            TaskEnd(try await agent.pursue(Goal(task.goal), in: desktop, recorder: recorder), on: desktop)
        }
    }
}
