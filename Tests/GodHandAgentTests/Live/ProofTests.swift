import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import LookingPolicy
import Synchronization
import Testing

extension Live {
    /// The whole, end to end: goals on a real desktop, with a model behind the wire that really looks.
    @Suite(.liveWiki, .looking, .timeLimit(.minutes(30))) struct ProofTests {
        @Test func `nine of ten goals are reached`() async throws {
            try await expect(9, disturbed: false)
        }

        @Test func `eight of ten goals are reached when something goes wrong on the way`() async throws {
            try await expect(8, disturbed: true)
        }

        @Test func `a model that always says done is not believed`() async throws {
            let server = try LookingServer(responder: AlwaysDone())
            defer { server.stop() }
            let model = LocalModel("looking", at: server.address.absoluteString)
            let findings = try await Self.pursue(Array(ProofGoal.all.prefix(1)), disturbed: false, with: model)
            for finding in findings { #expect(!finding.report.isAchieved, "\(finding.summary)") }
        }

        @Test func `a goal is reached by a model that is shown only what changes`() async throws {
            let counter = PartCounter()
            let server = try LookingServer(responder: counter)
            defer { server.stop() }
            let model = LocalModel("looking", at: server.address.absoluteString)
            let finding = try await DockerBackend().withSandboxScope { scope in
                let wiki = try await scope.create(.wiki(on: "proof-\(SandboxID.unique())"))
                return try await ProofRun.pursue(
                    ProofGoal.all[6], disturbed: false, with: model, in: scope, beside: wiki,
                    history: HistoryPolicy(changesOnly: true))
            }
            #expect(finding.isReached, "\(finding.summary)")
            #expect(counter.parts.withLock(\.self) > 0, "\(finding.summary)")
        }

        private func expect(_ count: Int, disturbed: Bool) async throws {
            let server = try LookingServer()
            defer { server.stop() }
            let model = LocalModel("looking", at: server.address.absoluteString)
            let findings = try await Self.pursue(ProofGoal.all, disturbed: disturbed, with: model)
            let failures = zip(ProofGoal.all, findings).filter { !$1.isReached }
            let story = failures.map { "\($0.name): \($1.summary)" }.joined(separator: "\n\n")
            #expect(findings.count - failures.count >= count, "\(story)")
            for (goal, finding) in zip(ProofGoal.all, findings) {
                #expect(!finding.isLie, "\(goal.name): \(finding.summary)")
                #expect((finding.trouble != nil) == disturbed, "\(goal.name): \(finding.summary)")
                let trouble = finding.trouble.map { ", \(goal.trouble): \($0)" } ?? ""
                print("proof \(goal.name): \(finding.report.outcome), \(finding.report.steps.count) steps\(trouble)")
            }
        }

        private static func pursue(
            _ goals: [ProofGoal], disturbed: Bool, with model: any LanguageModel
        ) async throws -> [ProofRun.Finding] {
            try await DockerBackend().withSandboxScope { scope in
                let wiki = try await scope.create(.wiki(on: "proof-\(SandboxID.unique())"))
                var findings: [ProofRun.Finding] = []
                for goal in goals {
                    findings.append(
                        try await ProofRun.pursue(goal, disturbed: disturbed, with: model, in: scope, beside: wiki))
                }
                return findings
            }
        }
    }
}

/// A model that looks at nothing and is sure of itself.
private struct AlwaysDone: ChatResponder {
    func message(for request: JSONValue) throws -> String {
        #"{"thought": "Obviously.", "action": "done", "text": "23 June 1912"}"#
    }
}

/// Looks, and counts the parts of screens that it is shown.
private final class PartCounter: ChatResponder {
    let parts = Mutex(0)
    private let model = LookingModel()

    func message(for request: JSONValue) throws -> String {
        let contents = (request["messages"]?.array ?? []).flatMap { $0["content"]?.array ?? [] }
        let count = contents.count { $0["text"]?.string?.hasPrefix("Only a part of the screen is shown here") == true }
        parts.withLock { $0 += count }
        return try model.message(for: request)
    }
}

extension Trait where Self == ConditionTrait {
    /// Needs a reader of text in pictures on this host.
    static var looking: Self {
        .enabled("There is no tesseract on this host: install tesseract-ocr.") {
            LiveEngine.isRequired || ScreenReader.isAvailable
        }
    }
}
