public import Foundation
import GodHandAgent
import GodHandCore
import TaskBench

/// Ways of ours that are known to do tasks of OSWorld, by the tasks' ids.
public struct OSWorldSolutions: Sendable {
    /// A step of a way; just one of its kinds.
    public struct Step: Sendable, Hashable, Codable {
        /// Runs what a shell reads. It must succeed.
        public var run: String?
        /// Ends a program that a task's file has started, such as `google-chrome`, and waits until it has ended: it writes its
        /// settings then.
        public var end: String?
        /// Presses keys, such as `ctrl+l`.
        public var press: String?
        /// Types text.
        public var type: String?
    }

    /// The steps.
    public let steps: [String: [Step]]

    /// No ways.
    public init() { steps = [:] }

    /// Reads a file of ways.
    ///
    /// - Throws: `GodHandError` with `not-found`, or `request.invalid` if it is something else.
    public init(contentsOf file: URL) throws {
        guard let data = try? Data(contentsOf: file) else {
            throw GodHandError(.notFound, "There is no file '\(file.path)' that can be read.")
        }
        do {
            steps = try JSONDecoder().decode([String: [Step]].self, from: data)
        } catch {
            throw GodHandError(.invalidRequest, "'\(file.path)' is no file of solutions.", cause: error)
        }
    }

    /// Steps as a solution: a plan, so that it is recorded like any other run.
    static func solution(_ steps: [Step], goal: String) -> KnownSolution {
        KnownSolution { desktop, _, recorder in
            var planned: [PlannedStep] = []
            for step in steps {
                let kinds: [PlannedStep?] = [
                    try step.end.map { PlannedStep("End \($0)", .exec(try ending($0))) },
                    step.run.map { PlannedStep("Run", .exec(["/bin/sh", "-ec", $0])) },
                    step.press.map { PlannedStep("Press \($0)", .press(KeyChord($0))) },
                    step.type.map { PlannedStep("Type", .type($0)) },
                ]
                planned += kinds.compactMap(\.self)
            }
            let report = try await Walkthrough(goal: goal, steps: planned).run(in: desktop, recorder: recorder)
            return TaskEnd(desktop: desktop, answer: "", steps: report.steps.count, outcome: "\(report.outcome)")
        }
    }

    private static func ending(_ name: String) throws -> [String] {
        guard let program = GuestProgram(rawValue: name) else {
            throw GodHandError(.invalidRequest, "The program '\(name)', which a solution ends, is not known.")
        }
        return program.ending
    }
}
