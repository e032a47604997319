import Foundation
import GodHandCore
import GodHandTesting
import GodHandTrace
import Testing

@testable import GodHandAgent
@testable import GodHandSandbox

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Live {
    /// A process is killed in the middle of a run, and another one goes on with it.
    @Suite(.liveWiki, .timeLimit(.minutes(4))) struct ResumeLiveTests {
        static func write(_ word: String) -> ScriptedModel.Answer {
            .act(.exec(["sh", "-c", "echo \(word) >> /home/user/list"]))
        }

        static func settings(_ scope: SandboxScope) -> AgentSettings {
            var settings = AgentSettings()
            settings.abilities.insert(.exec)
            settings.recovery.restorePoints = RestorePoints(in: scope, every: 2, outliveProcess: true)
            return settings
        }

        @Test func `a killed run goes on in another process from its last stored machine`() async throws {
            let directory = FileManager.default.temporaryDirectory.appending(
                path: "godhand-resume-\(SandboxID.unique())", directoryHint: .isDirectory)
            defer { try? FileManager.default.removeItem(at: directory) }
            let path = directory.path()
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                let writer = try TraceWriter(directory: URL(filePath: path + "first"))
                try await DockerBackend().withSandboxScope(recorder: writer) { scope in
                    var settings = Self.settings(scope)
                    // The fourth action never comes: the process is killed when it is about to begin.
                    settings.policies = [
                        ActionRule { _, context in
                            if context.step == 4 { kill(getpid(), SIGKILL) }
                            return .allow
                        }
                    ]
                    let model = ScriptedModel(["one", "two", "three", "four"].map { Self.write($0) })
                    let sandbox = try await scope.create(.desktop)
                    _ = try await Agent(model: model, settings: settings).pursue(
                        "Write four words", in: sandbox, recorder: writer)
                }
            }
            let first = try Trace(directory: URL(filePath: path + "first"))
            let run = first.run
            #expect(run.outcome == nil && run.lastStep == 3 && !run.isBeingWritten)
            let point = try #require(run.restorePoint)
            #expect(point.step == 2)

            // The third word was written after the machine was stored: it is lost, and the model is told so.
            let model = ScriptedModel([Self.write("three"), Self.write("four"), .act(.done("all four"))])
            let writer = try TraceWriter(directory: URL(filePath: path + "second"))
            let backend = DockerBackend()
            let report = try await backend.withSandboxScope(recorder: writer) { scope in
                let goal = Goal(
                    "Write four words",
                    checks: [.fileContains(path: "/home/user/list", text: "one\ntwo\nthree\nfour\n")])
                return try await Agent(model: model, settings: Self.settings(scope)).resume(
                    run, toward: goal, in: scope, recorder: writer)
            }
            #expect(report.outcome == .achieved("all four"), "\(report.checks)")
            #expect(report.steps.map(\.index) == [4, 5, 6])
            let told = try #require(model.requests.first).news
            #expect(told.contains("as it was after step 2") || told.contains("how it was after step 2"), "\(told)")
            #expect(told.contains("What step 3 did is not on it"), "\(told)")

            try await writer.flush()
            let second = try Trace(directory: URL(filePath: path + "second"))
            let header = try #require(second.run.header)
            #expect(header.continues == run.continuation && header.continues?.run == run.header?.run)
            #expect(header.provenance?.imageDigest?.hasPrefix("sha256:") == true, "\(String(describing: header))")
            #expect(header.provenance?.engine?.hasPrefix("Docker/") == true)
            let kinds = second.events.compactMap { event -> LifecycleEvent.Kind? in
                if case .lifecycle(let event) = event { event.kind } else { nil }
            }
            #expect(kinds.first == .restored && kinds.last == .destroyed, "\(kinds)")
            // Nothing is left of it: neither what the first process stored, nor what the second did.
            for name in (first.events + second.events).compactMap(Self.storedName) {
                let isLeft = try await backend.engine().hasImage(DockerName.snapshot(SandboxID(rawValue: name)))
                #expect(!isLeft, "\(name)")
            }
        }

        private static func storedName(_ event: RunEvent) -> String? {
            guard case .lifecycle(let event) = event, event.kind == .snapshotted else { return nil }
            return event.origin
        }
    }
}
