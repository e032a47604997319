import Foundation
import GodHandCore
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandAgent

/// A host and a backend in memory, and what is left of them between two orchestrators.
struct OrchestratorBench {
    let directory: ShortDirectory
    let backend: SimulatedBackend
    let ledger: OwnerLedger
    var settings = OrchestratorSettings()

    init(_ backend: SimulatedBackend = SimulatedBackend()) throws {
        directory = try ShortDirectory()
        ledger = try OwnerLedger(in: directory.file("owners"))
        self.backend = backend
        settings.directory = URL(filePath: directory.file("goals"))
        settings.retries.pause = .zero
        settings.atEnd = .drain
        settings.measure = { HostReading(memory: 64 << 30, available: 60 << 30, processors: 64) }
    }

    func run<Result>(
        _ work: @escaping Orchestrator.Work, _ body: (Orchestrator) async throws -> sending Result
    ) async throws -> sending Result {
        let result = try await withOrchestrator(on: backend, settings, ledger: ledger, work: work, body: body)
        #expect(backend.engine.machines.isEmpty)
        return result
    }
}

extension Orchestrator {
    /// Ends it in the middle of a goal whose model waits at a gate, which is opened once the run is to hold.
    func storeAndEnd(_ id: GoalID, opening gate: Gate, within time: Duration = .seconds(60)) async throws {
        let control = try #require(running(id)).control
        async let ending: Void = shutdown(.checkpoint(within: time))
        try await control.wait { $0.isHalted }
        gate.open()
        await ending
    }
}

extension RunReport {
    static func ended(_ outcome: Outcome, steps: Int = 0) -> RunReport {
        var report = RunReport(goal: "g")
        report.outcome = outcome
        return report
    }
    static let achieved = ended(.achieved(nil))
}

/// Counts things under names.
final class Tally: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    @discardableResult func add(_ name: String) -> Int {
        counts.withLock {
            $0[name, default: 0] += 1
            return $0[name] ?? 0
        }
    }
    subscript(_ name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
    var all: [String: Int] { counts.withLock { $0 } }
}

@Suite(.timeLimit(.minutes(2))) struct OrchestratorTests {
    private static func broken(_ code: GodHandError.Code = .guestExited) -> GodHandError {
        GodHandError(code, "It broke.")
    }

    @Test func `all goals come to an end, each on a machine of its own`() async throws {
        let bench = try OrchestratorBench()
        let machines = Tally()
        let ids = try await bench.run { attempt in
            machines.add(attempt.sandbox.id.rawValue)
            return .ended(.achieved(attempt.request.text))
        } _: { orchestrator in
            var ids: [GoalID] = []
            for number in 1...20 { ids.append(try await orchestrator.submit(GoalRequest("goal \(number)"))) }
            for (number, id) in ids.enumerated() {
                let end = try await orchestrator.end(of: id)
                #expect(end.outcome == .achieved("goal \(number + 1)") && end.attempts.map(\.end) == [.finished])
            }
            return ids
        }
        #expect(machines.all.count == 20 && machines.all.values.allSatisfy { $0 == 1 })
        // The next one still knows.
        try await bench.run { _ in
            .achieved
        } _: { orchestrator in
            #expect(await orchestrator.list().map(\.id) == ids)
            let found = try await orchestrator.end(of: ids[0]).outcome
            #expect(found == .achieved("goal 1"))
            #expect(await orchestrator.forget(ids[0]))
        }
    }

    @Test func `no more are worked on than fit`() async throws {
        var bench = try OrchestratorBench()
        let used = Mutex(0)
        // Three machines of two gibibytes fit besides what is kept free.
        bench.settings.share.reserve = 1 << 30
        bench.settings.measure = {
            HostReading(memory: 8 << 30, available: 8 << 30 - used.withLock { $0 }, processors: 64)
        }
        let most = Mutex((now: 0, peak: 0))
        try await bench.run { _ in
            most.withLock {
                $0.now += 1
                $0.peak = max($0.peak, $0.now)
            }
            used.withLock { $0 += 2 << 30 }
            await Task.yield()
            used.withLock { $0 -= 2 << 30 }
            most.withLock { $0.now -= 1 }
            return .achieved
        } _: { orchestrator in
            for _ in 0..<12 { try await orchestrator.submit(GoalRequest("g")) }
            var large = GoalRequest("large")
            large.spec.memory = 8 << 30
            let error = await #expect(throws: GodHandError.self) { try await orchestrator.submit(large) }
            #expect(error?.code == .limitExceeded)
        }
        #expect((1...3).contains(most.withLock { $0.peak }))
    }

    @Test func `a broken machine is replaced by a fresh one, as often as was asked for`() async throws {
        let bench = try OrchestratorBench()
        let machines = Tally()
        try await bench.run { attempt in
            machines.add(attempt.sandbox.id.rawValue)
            if attempt.number < 3 { throw Self.broken() }
            return .achieved
        } _: { orchestrator in
            let three = try await orchestrator.end(of: try await orchestrator.submit(GoalRequest("three")))
            let failed = GoalAttempt.End.failed(code: .guestExited, message: "It broke.")
            #expect(three.outcome == .achieved(nil) && three.attempts.map(\.end) == [failed, failed, .finished])
            var request = GoalRequest("two")
            request.attempts = 2
            let two = try await orchestrator.end(of: try await orchestrator.submit(request))
            #expect(two.outcome == .failed(code: .guestExited, message: "It broke.") && two.attempts.count == 2)
        }
        #expect(machines.all.count == 5)
    }

    @Test func `what another attempt cannot mend is not tried again`() async throws {
        let bench = try OrchestratorBench()
        try await bench.run { attempt in
            switch attempt.request.text {
            case "wrong": throw Self.broken(.invalidRequest)
            case "failed": return .ended(.failed(code: .modelDenied, message: "m"))
            case "gave up": return .ended(.abandoned("w"))
            default: return .ended(.stopped("The limit."))
            }
        } _: { orchestrator in
            for text in ["wrong", "failed", "gave up", "stopped"] {
                let end = try await orchestrator.end(of: try await orchestrator.submit(GoalRequest(text)))
                #expect(end.attempts.count == 1, "\(text)")
            }
            var request = GoalRequest("no image")
            request.spec.image = "acme/none"
            let end = try await orchestrator.end(of: try await orchestrator.submit(request))
            if case .failed(code: .imageMissing, message: _) = end.outcome {} else { Issue.record("\(end)") }
        }
    }

    @Test func `a goal is cancelled before it begins and while it runs`() async throws {
        var bench = try OrchestratorBench()
        bench.settings.concurrency = 1
        try await bench.run { _ in
            try await Gate().pass()
            return .achieved
        } _: { orchestrator in
            let events = orchestrator.events()
            let running = try await orchestrator.submit(GoalRequest("runs"))
            let waiting = try await orchestrator.submit(GoalRequest("waits"))
            for try await event in events { if case .started = event.change { break } }
            for id in [running, waiting] {
                let first = try await orchestrator.cancel(id)
                let end = try await orchestrator.end(of: id)
                let second = try await orchestrator.cancel(id)
                #expect(first && !second && end.outcome == .stopped("It was cancelled."))
                #expect(end.attempts.count == (id == running ? 1 : 0))
            }
        }
    }

    @Test func `the same request under the same name is the same goal`() async throws {
        let bench = try OrchestratorBench()
        let runs = Tally()
        try await bench.run { _ in
            runs.add("run")
            return .achieved
        } _: { orchestrator in
            let id = try #require(GoalID(rawValue: "monday-1"))
            try await orchestrator.submit(GoalRequest("g"), as: id)
            try await orchestrator.submit(GoalRequest("g"), as: id)
            let error = await #expect(throws: GodHandError.self) {
                try await orchestrator.submit(GoalRequest("other"), as: id)
            }
            #expect(error?.code == .nameTaken)
            _ = try await orchestrator.end(of: id)
            try await orchestrator.submit(GoalRequest("g"), as: id)
        }
        #expect(runs["run"] == 1)
        #expect(GoalID(rawValue: "../x") == nil && GoalID(rawValue: "") == nil)
    }

    @Test func `events tell the whole story to each reader, and to one who comes back`() async throws {
        let bench = try OrchestratorBench()
        let (all, own) = try await bench.run { attempt in
            if attempt.number == 1, attempt.request.text == "twice" { throw Self.broken() }
            return .achieved
        } _: { orchestrator -> ([OrchestratorEvent], [OrchestratorEvent]) in
            let id = try await orchestrator.submit(GoalRequest("twice"))
            try await orchestrator.submit(GoalRequest("once"))
            for goal in await orchestrator.list() { _ = try await orchestrator.end(of: goal.id) }
            await orchestrator.shutdown(.drain)
            var (all, own): ([OrchestratorEvent], [OrchestratorEvent]) = ([], [])
            for try await event in orchestrator.events(after: 0) { all.append(event) }
            for try await event in orchestrator.events(of: id, after: 1) { own.append(event) }
            let error = await #expect(throws: GodHandError.self) { try await orchestrator.submit(GoalRequest("late")) }
            #expect(error?.code == .scopeClosed)
            return (all, own)
        }
        #expect(all.map(\.number) == Array(1...8))
        let words = own.map { event in
            switch event.change {
            case .submitted: "submitted"
            case .started(let attempt, _): "started \(attempt)"
            case .requeued: "requeued"
            case .finished: "finished"
            default: "other"
            }
        }
        #expect(words == ["started 1", "requeued", "started 2", "finished"])
    }

    @Test func `what ended first is forgotten first`() async throws {
        var bench = try OrchestratorBench()
        bench.settings.keepsFinished = 1
        let gate = Gate()
        try await bench.run { attempt in
            if attempt.request.text == "long" { try await gate.pass() }
            return .achieved
        } _: { orchestrator in
            let long = try await orchestrator.submit(GoalRequest("long"))
            let short = try await orchestrator.submit(GoalRequest("short"))
            _ = try await orchestrator.end(of: short)
            try await gate.waitForArrivals()
            gate.open()
            _ = try await orchestrator.end(of: long)
            #expect(await orchestrator.list().map(\.id) == [long])
        }
    }

    @Test func `a slow reader is told how much it missed`() async throws {
        let log = EventLog(limit: 4)
        var reader = OrchestratorEvents(log: log, goal: nil, start: 0).makeAsyncIterator()
        let goal = GoalID.unique()
        for _ in 0..<20 { log.add(.submitted, to: goal) }
        log.close()
        let first = try #require(try await reader.next())
        #expect(first.missed == first.number - 1 && first.missed >= 12)
        var last = first
        while let event = try await reader.next() {
            #expect(event.number == last.number + 1 && event.missed == 0)
            last = event
        }
        #expect(last.number == 20)
    }

    @Test func `the limits of a goal count over all its attempts`() async throws {
        let bench = try OrchestratorBench()
        try await bench.run { attempt in
            let model = ScriptedModel { request, turn in
                if turn == 3, attempt.number == 1 { throw Self.broken() }
                return try await ScriptedModel([.act(click(turn, turn))]).respond(to: request, progress: { _ in })
            }
            return try await attempt.pursue(by: quickAgent(model))
        } _: { orchestrator in
            var request = GoalRequest("g")
            request.limits.steps = 5
            let end = try await orchestrator.end(of: try await orchestrator.submit(request))
            #expect(end.outcome == .stopped("The limit of 5 steps.") && end.spent.steps == 5)
            #expect(end.attempts.count == 2)
        }
    }

    @Test func `time that is used up ends a run, but not time in which it is held`() async throws {
        let bench = try OrchestratorBench()
        let clock = TestClock()
        let gate = Gate()
        let status = try await withOrchestrator(
            on: bench.backend, bench.settings, ledger: bench.ledger, time: OrchestratorTime(clock)
        ) { attempt in
            // Work that hears nothing but its cancellation.
            try await gate.pass()
            return .achieved
        } body: { orchestrator in
            var request = GoalRequest("g")
            request.limits.time = .seconds(60)
            let id = try await orchestrator.submit(request)
            try await gate.waitForArrivals()
            try await clock.waitForSleepers()
            clock.advance(by: .seconds(59))
            let control = try #require(await orchestrator.running(id)).control
            control.pause()
            while await orchestrator.running[id]?.runsSince != nil { await Task.yield() }
            clock.advance(by: .seconds(500))
            control.resume()
            // One for the time that is left, then one for the work's grace.
            try await clock.waitForSleepers()
            clock.advance(by: .seconds(1))
            while control.read(\.stopReason) == nil { await Task.yield() }
            try await clock.waitForSleepers()
            clock.advance(by: .seconds(10))
            return try await orchestrator.end(of: id)
        }
        #expect(status.outcome == .stopped("The limit of 60 s."))
    }
}
