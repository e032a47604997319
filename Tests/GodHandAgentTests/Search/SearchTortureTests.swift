import GodHandCore
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandAgent

@Suite struct SearchTortureTests {
    private static let worth = ["a": 0.2, "b": 0.5, "c": 0.4, "ba": 0.6, "bb": 0.3, "ca": 0.1, "bab": 1]

    /// A search that goes three levels deep and wins.
    private static func bench(
        _ strategy: BranchSearch.Strategy, _ faults: FaultPoints = FaultPoints(), _ preservation: Preservation? = nil
    ) -> SearchBench {
        var bench = SearchBench(BranchSearch(depth: 3, strategy: strategy), worth: worth)
        bench.backend = SimulatedBackend(faults: faults)
        bench.search.preservation = preservation
        bench.body = { path, sandbox, _ in
            if path == "bb" { throw GodHandError(.execFailed, "It broke.") }
            try await sandbox.writeFile("/tmp/path", path)
            return nil
        }
        return bench
    }

    /// Runs it and demands that nothing is left, whatever it throws.
    private static func run(_ bench: SearchBench, recorder: (any RunRecorder)? = nil) async throws -> SearchReport {
        let report: SearchReport
        do { report = try await bench.run(recorder: recorder) } catch let left as SearchBench.Left {
            throw GodHandError(.notFound, "Left were \(left.machines) after \(left.after).")
        } catch {
            #expect(bench.backend.engine.machines.isEmpty && bench.backend.engine.snapshots.isEmpty)
            throw error
        }
        #expect(bench.backend.engine.machines.isEmpty && bench.backend.engine.snapshots.isEmpty)
        return report
    }

    @Test(arguments: [
        (BranchSearch.Strategy.beam(2), Preservation.filesystem), (.beam(2), .memory), (.bestFirst(), .memory),
        (.firstGood(), .memory),
    ])
    func `whatever fails, nothing is left`(_ strategy: BranchSearch.Strategy, kept: Preservation) async throws {
        let whole = FaultPoints()
        #expect(try await Self.run(Self.bench(strategy, whole, kept)).winner != nil)
        // A machine or a disk that cannot be removed is the scope's to report, and another test's.
        let points = whole.reached.filter { !["destroy", "snapshot.delete"].contains($0.name) }
        #expect(points.count > 30)
        for point in points {
            let faults = FaultPoints {
                $0.name == point.name && $0.occurrence == point.occurrence ? .fail(PlannedFailure()) : nil
            }
            let recorder = EventWatcher()
            do {
                _ = try await Self.run(Self.bench(strategy, faults, kept), recorder: recorder)
            } catch is PlannedFailure {
                let opened = recorder.events.contains { if case .branch = $0 { true } else { false } }
                #expect(!opened, "only what comes before the first branch ends a search, not \(point)")
            }
        }
    }

    @Test func `whenever it is cancelled, it throws that and nothing is left`() async throws {
        let whole = FaultPoints()
        _ = try await Self.run(Self.bench(.beam(2), whole))
        for point in whole.reached where point.name != "snapshot.delete" {
            let started = Gate()
            let task = Mutex<Task<SearchReport, any Error>?>(nil)
            let faults = FaultPoints {
                $0.name == point.name && $0.occurrence == point.occurrence
                    ? .first { task.withLock { $0?.cancel() } } : nil
            }
            let run = Task {
                try await started.pass()
                return try await Self.run(Self.bench(.beam(2), faults))
            }
            task.withLock { $0 = run }
            started.open()
            // What is destroyed at the very end does not hear of it any more.
            do { _ = try await run.value } catch is CancellationError {}
        }
    }

    @Test func `it can be cancelled at any event, and the trace has an end`() async throws {
        let whole = EventWatcher()
        _ = try await Self.run(Self.bench(.beam(2)), recorder: whole)
        for point in 1..<whole.events.count {
            let task = Mutex<Task<SearchReport, any Error>?>(nil)
            let started = Gate()
            let recorder = EventWatcher { _, number in
                if number == point { task.withLock { $0?.cancel() } }
            }
            let run = Task {
                try await started.pass()
                return try await Self.run(Self.bench(.beam(2)), recorder: recorder)
            }
            task.withLock { $0 = run }
            started.open()
            do { _ = try await run.value } catch is CancellationError {
                #expect(recorder.events.last == .finished(.stopped("It was cancelled.")))
            }
        }
    }

    @Test func `a recorder that fails at any event ends the search with its error`() async throws {
        let whole = EventWatcher()
        _ = try await Self.run(Self.bench(.beam(2)), recorder: whole)
        for point in 1..<whole.events.count - 1 {
            let recorder = EventWatcher { _, number in
                if number == point { throw GodHandError(.diskFull, "full") }
            }
            let error = await #expect(throws: GodHandError.self, "at event \(point)") {
                try await Self.run(Self.bench(.beam(2)), recorder: recorder)
            }
            #expect(error?.code == .diskFull)
        }
    }

    @Test func `a recorder is told of one thing at a time`() async throws {
        let crowd = Crowd()
        let recorder = EventWatcher { _, _ in await crowd.pass { await Task.yield() } }
        _ = try await Self.run(Self.bench(.beam(3)), recorder: recorder)
        #expect(crowd.most == 1 && recorder.events.count > 20)
    }

    @Test func `a place that cannot be forked, or from which nothing is proposed, leads nowhere`() async throws {
        let faults = FaultPoints { $0.name == "snapshot" && $0.occurrence == 2 ? .fail(PlannedFailure()) : nil }
        var bench = Self.bench(.bestFirst(), faults, .filesystem)
        bench.worth["ca"] = 1
        let report = try await Self.run(bench)
        #expect(report.tried == ["a", "b", "c", "ca", "cb", "cc"] && report.winner?.path.map(\.title) == ["c", "a"])

        let last = FaultPoints { $0.name == "fork" && $0.occurrence == 2 ? .fail(PlannedFailure()) : nil }
        let stuck = try await Self.run(Self.bench(.beam(1), last))
        #expect(stuck.finding?.path.map(\.title) == ["b"] && stuck.fate("b") == .won)
        #expect(stuck.branches[1].reason.contains("this came closest. It could not be forked."))

        let silent = try await withLedger { ledger in
            try await SimulatedBackend().withSandboxScope(ledger: ledger) { scope in
                let base = try await scope.create(.desktop)
                let search = BranchSearch(score: BranchScorer { _ in BranchScore(0.5) })
                return try await search.run("g", from: base, in: scope) { point in
                    if point.depth > 0 { throw PlannedFailure() }
                    return [Alternative("x") { _ in }]
                }
            }
        }
        #expect(silent.branches.map(\.fate) == [.won])
        #expect(silent.branches[0].reason.contains("this came closest. Nothing was proposed from here."))

        let first = FaultPoints { $0.name == "fork" ? .fail(PlannedFailure()) : nil }
        await #expect(throws: PlannedFailure.self) { try await Self.run(Self.bench(.bestFirst(), first)) }
    }
}
