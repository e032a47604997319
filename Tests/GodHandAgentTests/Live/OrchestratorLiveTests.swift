import Foundation
import GodHandCore
import GodHandTrace
import Synchronization
import Testing

@testable import GodHandAgent
@testable import GodHandSandbox

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Live {
    /// Many goals on a real engine.
    @Suite(.liveWiki, .timeLimit(.minutes(6))) struct OrchestratorTests {
        private static func spec(on network: String? = nil) -> SandboxSpec {
            var spec = SandboxSpec.desktop
            spec.memory = 1 << 30
            spec.cpus = 1
            if let network { spec.network = .named(network) }
            return spec
        }

        /// What an attempt leaves in a file of the host, so that it is seen from another process.
        private static func mark(_ attempt: Attempt, in directory: URL) throws {
            let marks = directory.appending(path: "marks", directoryHint: .isDirectory)
            try FileManager.default.createDirectory(at: marks, withIntermediateDirectories: true)
            let name = "\(attempt.goal)-\(attempt.number)-\(attempt.sandbox.id)"
            try Data().write(to: marks.appending(path: name))
        }

        private static func marks(in directory: URL) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: directory.appending(path: "marks").path).sorted()
        }

        @Test func `ten goals at once on the encyclopedia`() async throws {
            let network = "test-\(SandboxID.unique())"
            let backend = DockerBackend()
            var settings = OrchestratorSettings()
            settings.share.overcommit = 10
            let peak = Mutex((now: 0, most: 0))
            let ends = try await backend.withSandboxScope { scope in
                _ = try await scope.create(.wiki(on: network))
                return try await withOrchestrator(on: backend, settings) { attempt in
                    peak.withLock {
                        $0.now += 1
                        $0.most = max($0.most, $0.now)
                    }
                    defer { peak.withLock { $0.now -= 1 } }
                    let number = attempt.request.priority
                    let page = ["Alan_Turing", "Bletchley_Park"][number % 2]
                    let title = page.replacing("_", with: " ")
                    // Ten browsers on a small host take long to start, so it may say more than once that it is done.
                    let model = ScriptedModel { request, turn in
                        let answer: ScriptedModel.Answer =
                            switch turn {
                            case 1: .act(.open("http://wiki/wiki/\(page)"))
                            case let turn where turn % 2 == 0:
                                .act(.waitFor(.window(title), atMost: .seconds(60)))
                            default: .act(.done(page))
                            }
                        return try await ScriptedModel([answer]).respond(to: request, progress: { _ in })
                    }
                    var settings = AgentSettings()
                    settings.recovery.falseDones = 5
                    settings.recovery.giveUpAfter = 20
                    return try await attempt.pursue(
                        by: Agent(model: model, settings: settings), checks: [.windowTitle(contains: title)])
                } body: { orchestrator in
                    var ids: [GoalID] = []
                    for number in 0..<10 {
                        var request = GoalRequest("Open an article", on: Self.spec(on: network))
                        request.priority = number
                        ids.append(try await orchestrator.submit(request))
                    }
                    var ends: [GoalStatus] = []
                    for id in ids { ends.append(try await orchestrator.end(of: id)) }
                    return ends
                }
            }
            for (number, end) in ends.enumerated() {
                #expect(end.outcome == .achieved(["Alan_Turing", "Bletchley_Park"][number % 2]), "\(end)")
            }
            #expect(peak.withLock { $0.most } > 4)
        }

        @Test func `a machine that is ready is used once, and the next takes its place`() async throws {
            let backend = DockerBackend()
            var settings = OrchestratorSettings()
            // Other tests of this process have machines, too.
            var spec = Self.spec()
            spec.labels = ["test": "pool"]
            settings.warm = [WarmPool(spec, count: 2) { _ = try await $0.exec(["touch", "/home/user/prepared"]) }]
            let owner = try OwnerLedger.process.owner
            func machines() async throws -> [OwnedMachine] {
                try await backend.machines(of: owner).filter { $0.labels["test"] == "pool" }
            }
            let used = Mutex<[SandboxID]>([])
            try await withOrchestrator(on: backend, settings) { attempt in
                used.withLock { $0.append(attempt.sandbox.id) }
                let files = try await attempt.sandbox.exec(["ls", "/home/user"]).output
                #expect(files.contains("prepared") && !files.contains("used"))
                _ = try await attempt.sandbox.exec(["touch", "/home/user/used"])
                _ = try await attempt.sandbox.display.frame()
                return .achieved
            } body: { orchestrator in
                for _ in 0..<4 {
                    while await orchestrator.load.warm < 2 { try await Task.sleep(for: .milliseconds(20)) }
                    // Nobody needs them, so they stand still.
                    let own = try await machines()
                    #expect(own.contains { $0.state == "paused" })
                    let id = try await orchestrator.submit(GoalRequest("g", on: spec))
                    let end = try await orchestrator.end(of: id)
                    #expect(end.outcome == .achieved(nil), "\(end)")
                }
            }
            let ids = used.withLock { $0 }
            #expect(ids.count == 4 && Set(ids).count == 4)
            let left = try await machines()
            #expect(left.isEmpty)
        }

        @Test func `a machine that was removed in the middle is replaced by a fresh one`() async throws {
            let backend = DockerBackend()
            var settings = OrchestratorSettings()
            settings.retries.pause = .zero
            let end = try await withOrchestrator(on: backend, settings) { attempt in
                if attempt.number == 1 {
                    let name = DockerName.container(attempt.sandbox.id)
                    _ = try await backend.engine().removeContainer(name, timeout: .seconds(15))
                }
                _ = try await attempt.sandbox.exec(["true"])
                return .achieved
            } body: { orchestrator in
                try await orchestrator.end(of: try await orchestrator.submit(GoalRequest("g", on: Self.spec())))
            }
            #expect(end.outcome == .achieved(nil) && end.attempts.count == 2, "\(end)")
        }

        @Test func `a run that was stored at a shutdown goes on with its files`() async throws {
            let directory = try ShortDirectory()
            let backend = DockerBackend()
            var settings = OrchestratorSettings()
            settings.directory = URL(filePath: directory.path)
            let isHeld = Mutex(false)
            let work: Orchestrator.Work = { attempt in
                let place = try #require(attempt.directory)
                let model = ScriptedModel { request, _ in
                    let said = request.turns.count { if case .model = $0 { true } else { false } }
                    if said == 1 { isHeld.withLock { $0 = true } }
                    let answer: ScriptedModel.Answer =
                        switch said {
                        case 0: .act(.exec(["sh", "-c", "echo one >> /home/user/kept"]))
                        // What is held is not done.
                        case 1: .act(.exec(["sh", "-c", "echo never >> /home/user/kept"]))
                        case 2: .act(.exec(["sh", "-c", "echo two >> /home/user/kept"]))
                        default: .act(.done("kept"))
                        }
                    if said == 1, attempt.number == 1 { try await attempt.control.wait { $0.isHalted } }
                    return try await ScriptedModel([answer]).respond(to: request, progress: { _ in })
                }
                var agentSettings = AgentSettings()
                agentSettings.abilities.insert(.exec)
                return try await attempt.pursue(
                    by: Agent(model: model, settings: agentSettings),
                    checks: [
                        .commandSucceeds(["sh", "-c", #"test "$(tr '\n' ' ' < /home/user/kept)" = "one two ""#])
                    ], recorder: TraceWriter(directory: place)
                ) { try TraceReader.events(in: $0) }
            }
            let id = try await withOrchestrator(on: backend, settings, work: work) { orchestrator in
                let id = try await orchestrator.submit(GoalRequest("g", on: Self.spec()))
                while !isHeld.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(20)) }
                await orchestrator.shutdown(.checkpoint(within: .seconds(60)))
                #expect(await orchestrator.status(of: id)?.checkpoint != nil)
                return id
            }
            let end = try await withOrchestrator(on: backend, settings, work: work) { try await $0.end(of: id) }
            #expect(end.outcome == .achieved("kept"), "\(end)")
            #expect(end.attempts.map(\.end) == [.checkpointed, .finished])
            // What was stored is gone.
            let kept = try #require(try GoalJournal(in: directory.path).goals[id])
            #expect(!kept.leavesSomething && kept.checkpoint == nil && kept.outcome == end.outcome)
        }

        @Test func `after kill -9 nothing is lost, and what runs twice says so`() async throws {
            let directory = try ShortDirectory()
            let place = URL(filePath: directory.path)
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory.path as String] in
                let place = URL(filePath: path)
                var settings = OrchestratorSettings()
                settings.directory = place
                settings.concurrency = 2
                settings.share.overcommit = 10
                let ledger = try OwnerLedger(in: "\(path)/owners")
                let began = Mutex(0)
                try await withOrchestrator(on: DockerBackend(), settings, ledger: ledger) { attempt in
                    try Self.mark(attempt, in: place)
                    _ = try await attempt.sandbox.exec(["true"])
                    // The third and the fourth are under way when the process dies.
                    if began.withLock({
                        $0 += 1; return $0
                    }) == 4 {
                        kill(getpid(), SIGKILL)
                    }
                    if began.withLock({ $0 }) > 2 { try await Task.sleep(for: .seconds(60)) }
                    return .achieved
                } body: { orchestrator in
                    for number in 1...6 {
                        let id = GoalID(rawValue: "goal-\(number)") ?? .unique()
                        try await orchestrator.submit(GoalRequest("goal \(number)", on: Self.spec()), as: id)
                    }
                    _ = try await orchestrator.end(of: GoalID(rawValue: "goal-6") ?? .unique())
                }
            }
            let before = try Self.marks(in: place)
            #expect(before.count == 4)
            let machines = try await DockerBackend().machines().filter { machine in
                before.contains { $0.hasSuffix(machine.id.rawValue) }
            }
            #expect(machines.count == 2)

            var settings = OrchestratorSettings()
            settings.directory = place
            let ledger = try OwnerLedger(in: "\(directory.path)/owners")
            let ends = try await withOrchestrator(on: DockerBackend(), settings, ledger: ledger) { attempt in
                try Self.mark(attempt, in: place)
                return .achieved
            } body: { orchestrator in
                var ends: [GoalStatus] = []
                for goal in await orchestrator.list() { ends.append(try await orchestrator.end(of: goal.id)) }
                return ends
            }
            #expect(Set(ends.map(\.id.rawValue)) == Set((1...6).map { "goal-\($0)" }))
            #expect(ends.allSatisfy { $0.outcome == .achieved(nil) })
            // What had ended was not done again; what was under way was, and the journal tells.
            #expect(ends.count { $0.attempts.map(\.end) == [.lost, .finished] } == 2)
            #expect(ends.count { $0.attempts.map(\.end) == [.finished] } == 4)
            let after = try Self.marks(in: place)
            #expect(after.count == 8)
            for end in ends {
                let own = after.filter { $0.hasPrefix("\(end.id)-") }
                #expect(own.count == end.attempts.count, "\(own)")
            }
            let left = Set(try await DockerBackend().machines().map(\.id))
            #expect(left.isDisjoint(with: machines.map(\.id)))
            try ledger.close()
        }
    }
}

extension TraceReader {
    /// All that a trace tells.
    static func events(in directory: URL) throws -> [RunEvent] {
        var reader = try TraceReader(directory: directory)
        var events: [RunEvent] = []
        while let record = try reader.next() { if let event = record.event { events.append(event) } }
        return events
    }
}
