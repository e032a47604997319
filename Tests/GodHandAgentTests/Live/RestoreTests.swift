import GodHandCore
import Testing

@testable import GodHandAgent
@testable import GodHandSandbox

extension Live {
    /// A run that is stuck goes back to the disk of its last good step, on a real engine.
    @Suite(.liveWiki, .timeLimit(.minutes(3))) struct RestoreTests {
        /// Which disks were stored, and made a machine of, in their order.
        private static func disks(_ recorder: EventWatcher, _ kind: LifecycleEvent.Kind) -> [SandboxID] {
            recorder.events.compactMap { event in
                guard case .lifecycle(let event) = event, event.kind == kind, let origin = event.origin else {
                    return nil
                }
                return SandboxID(rawValue: origin)
            }
        }

        @Test func `what came after the last good step is undone, and what came before it is kept`() async throws {
            let backend = DockerBackend()
            let recorder = EventWatcher()
            let model = ScriptedModel([
                // Two good steps, so that the disk is stored after the second.
                .act(.exec(["sh", "-c", "echo one > /home/user/kept"])),
                .act(.exec(["sh", "-c", "echo two >> /home/user/kept"])),
                .act(.open("mousepad")), .act(.waitFor(.window("Mousepad"), atMost: .seconds(20))),
                // Two that do harm and fail.
                .act(.exec(["sh", "-c", "rm /home/user/kept; false"])),
                .act(.exec(["sh", "-c", "touch /home/user/harm; false"])),
                .act(.done("as it was")),
            ])
            let report = try await backend.withSandboxScope { scope in
                let sandbox = try await scope.create(.desktop)
                var settings = AgentSettings()
                settings.abilities.insert(.exec)
                settings.recovery.giveUpAfter = 2
                settings.recovery.restorePoints = RestorePoints(in: scope, every: 2)
                let goal = Goal(
                    "Leave two words in the file",
                    checks: [
                        .fileContains(path: "/home/user/kept", text: "two"), .not(.fileExists("/home/user/harm")),
                        .not(.processRuns("mousepad")),
                    ])
                let agent = Agent(model: model, settings: settings)
                let report = try await agent.pursue(goal, in: sandbox, recorder: recorder)
                // The machine on which nothing worked is left as it was.
                let harmed = try await Assertion.fileExists("/home/user/harm").check(in: sandbox)
                #expect(harmed.passed && report.restoredAs != sandbox.id, "\(harmed)")
                return report
            }
            #expect(report.outcome == .achieved("as it was"), "\(report)")
            #expect(report.restoredAs != nil)
            #expect(report.steps.map { $0.verdict?.passed } == [true, true, nil, nil, false, false, true])
            let news = try #require(model.requests.last).news
            #expect(news.contains("its files are as they were after step 2"), "\(news)")
            // It was looked at afresh: the new machine's screen is what the model was shown.
            #expect(news.contains("[picture]") && !news.contains("Mousepad"), "\(news)")

            let stored = Self.disks(recorder, .snapshotted)
            #expect(stored.count == 2 && Self.disks(recorder, .restored) == stored.suffix(1))
            for disk in stored {
                let isLeft = try await backend.engine().hasImage(DockerName.snapshot(disk))
                #expect(!isLeft, "\(disk)")
            }
        }
    }
}
