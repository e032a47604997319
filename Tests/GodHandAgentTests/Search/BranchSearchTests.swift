import GodHandCore
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandAgent

@Suite struct BranchSearchTests {
    @Test func `the winner goes on in place of the original, and all others are gone`() async throws {
        let bench = SearchBench(BranchSearch(width: 3, depth: 3), worth: ["a": 0.2, "b": 0.5, "ba": 0.6, "bac": 1])
        let report = try await bench.run { [engine = bench.backend.engine] report, base, _ in
            let winner = try #require(report.winner)
            #expect(engine.machines == [winner.sandbox.id] && winner.sandbox.id != base.id)
            #expect(winner.path.map(\.title) == ["b", "a", "c"] && winner.score.reachesGoal)
            #expect(winner.sandbox.origin == winner.path[1].sandbox)
        }
        #expect(report.tried == ["a", "b", "c", "ba", "bb", "bc", "baa", "bab", "bac"])
        #expect(report.fate("a") == .lost && report.fate("b") == .continued && report.fate("ba") == .continued)
        #expect(report.fate("bac") == .won && report.expense.forks == 9)
        #expect(bench.backend.engine.machines.isEmpty && bench.backend.engine.snapshots.isEmpty)
    }

    @Test func `each branch begins as its parent was, and none sees another`() async throws {
        var bench = SearchBench(BranchSearch(width: 2, depth: 2), worth: ["b": 0.5, "ba": 1])
        bench.ways = ["a", "b"]
        // What is broken off cannot say what it saw.
        bench.search.stopsEarly = false
        bench.body = { path, sandbox, _ in
            let before = path.count == 1 ? nil : String(path.dropLast())
            var found: String?
            do {
                found = String(decoding: try await sandbox.readFile("/tmp/path"), as: UTF8.self)
            } catch let error as GodHandError where error.code == .notFound {}
            #expect(found == before)
            try await sandbox.writeFile("/tmp/path", path)
            return nil
        }
        let report = try await bench.run { report, _, _ in
            let file = try await #require(report.winner).sandbox.readFile("/tmp/path")
            #expect(String(decoding: file, as: UTF8.self) == "ba")
        }
        #expect(report.branches.allSatisfy { $0.fate != .failed })
    }

    @Test func `what is tried next depends on the strategy`() async throws {
        let worth = ["a": 0.6, "b": 0.5, "aa": 0.1, "ab": 0.2, "ba": 0.9, "bab": 1]
        func tried(_ strategy: BranchSearch.Strategy) async throws -> [String] {
            var bench = SearchBench(BranchSearch(width: 2, depth: 3, strategy: strategy), worth: worth)
            bench.ways = ["a", "b"]
            return try await bench.run().tried
        }
        #expect(try await tried(.beam(1)) == ["a", "b", "aa", "ab", "aba", "abb"])
        #expect(try await tried(.beam(2)) == ["a", "b", "aa", "ab", "ba", "bb", "baa", "bab"])
        #expect(try await tried(.bestFirst()) == ["a", "b", "aa", "ab", "ba", "bb", "baa", "bab"])
        #expect(try await tried(.firstGood()) == ["a", "aa", "ab", "b", "ba", "baa", "bab"])
    }

    @Test func `going back to the last good place keeps no more machines than levels`() async throws {
        var bench = SearchBench(
            BranchSearch(depth: 3, strategy: .firstGood(), concurrency: 3), worth: ["a": 0.5, "ab": 0.5])
        let most = Mutex(0)
        bench.body = { [engine = bench.backend.engine] _, _, _ in
            most.withLock { $0 = max($0, engine.machines.count) }
            return nil
        }
        let report = try await bench.run()
        #expect(report.winner == nil && report.tried.contains("abc") && report.tried.last == "c")
        #expect(most.withLock(\.self) == 4, "the beginning, two good places, and the one that is tried")
    }

    @Test func `a loser is gone before the next level begins, and a parent once its forks are there`() async throws {
        var bench = SearchBench(BranchSearch(width: 3, depth: 2), worth: ["a": 0.1, "b": 0.9, "c": 0.2, "bc": 0.95])
        let held = Mutex<[String: Int]>([:])
        let gate = Gate()
        bench.body = { [engine = bench.backend.engine] path, _, _ in
            if path.count == 2 {
                if path == "bc" { gate.open() }
                try await gate.pass()
                held.withLock { $0[path] = engine.machines.count }
            }
            return nil
        }
        let report = try await bench.run()
        // The beginning, the best of the first level as the best so far, and three that are tried.
        #expect(held.withLock { $0["ba"] } == 5 && report.finding?.path.map(\.title) == ["b", "c"])
    }

    @Test func `only so many run at once, and no more are forked`() async throws {
        var bench = SearchBench(BranchSearch(width: 6, depth: 1, concurrency: 2))
        bench.ways = ["a", "b", "c", "d", "e", "f"]
        let crowd = Crowd()
        let most = Mutex(0)
        bench.body = { [engine = bench.backend.engine] _, _, _ in
            await crowd.pass {
                most.withLock { $0 = max($0, engine.machines.count) }
                await Task.yield()
            }
            return nil
        }
        let report = try await bench.run()
        #expect(report.branches.count == 6 && crowd.most <= 2)
        #expect(most.withLock(\.self) <= 4, "the beginning, the best so far, and two that are tried")
    }

    @Test func `of equals the one that was opened first wins`() async throws {
        let bench = SearchBench(BranchSearch(width: 3, depth: 1), worth: ["a": 0.3, "b": 0.7, "c": 0.7])
        let report = try await bench.run { [engine = bench.backend.engine] report, base, _ in
            let left = try #require(report.finding).sandbox.id
            #expect(engine.machines == [base.id, left])
        }
        #expect(report.fate("b") == .won && report.fate("c") == .lost)
        guard case .exhausted(let best?) = report.outcome else { throw GodHandError(.notFound, "\(report.outcome)") }
        #expect(best.path.map(\.title) == ["b"] && !best.score.reachesGoal)
    }

    @Test func `what came closest is handed over, also if others came after it`() async throws {
        let bench = SearchBench(BranchSearch(width: 2, depth: 2), worth: ["a": 0.8, "aa": 0.3, "ab": 0.4])
        let report = try await bench.run { [engine = bench.backend.engine] report, base, _ in
            let left = try #require(report.finding).sandbox.id
            #expect(engine.machines == [base.id, left])
        }
        #expect(report.finding?.path.map(\.title) == ["a"] && report.fate("a") == .won)
        #expect(report.fate("ab") == .lost)
    }

    @Test func `a branch that reaches the goal breaks the others off`() async throws {
        var bench = SearchBench(BranchSearch(width: 3, depth: 1), worth: ["b": 1])
        let never = Gate()
        bench.body = { path, _, _ in
            if path == "b" { try await never.waitForArrivals(2) } else { try await never.pass() }
            return nil
        }
        let report = try await bench.run()
        #expect(report.winner?.path.map(\.title) == ["b"])
        #expect(report.fate("a") == .cancelled && report.fate("c") == .cancelled)
        #expect(report.branches.first?.reason == "Branch 2 reached the goal before it was through.")
    }

    @Test func `all are heard if the search is not to stop early`() async throws {
        var bench = SearchBench(BranchSearch(width: 3, depth: 3))
        bench.search.stopsEarly = false
        bench.search.keepsBase = true
        bench.search.score = BranchScorer { point in
            BranchScore(point.path == ["c"] ? 0.9 : 0.5, reachesGoal: point.path != ["a"])
        }
        let report = try await bench.run { [engine = bench.backend.engine] report, base, _ in
            let left = try #require(report.finding).sandbox.id
            #expect(engine.machines == [base.id, left])
        }
        #expect(report.winner?.path.map(\.title) == ["c"] && report.branches.count == 3)
    }

    @Test func `a branch that fails is a failed branch`() async throws {
        var bench = SearchBench(BranchSearch(width: 3, depth: 1), worth: ["a": 1, "b": 1, "c": 0.5])
        bench.body = { path, _, _ in
            if path == "a" { throw GodHandError(.execFailed, "It broke.") }
            var report = RunReport(goal: path)
            report.outcome = path == "b" ? .abandoned("The form refused.") : .stopped("The limit of 2 steps.")
            return report
        }
        let report = try await bench.run()
        #expect(report.branches.map(\.fate) == [.failed, .failed, .won])
        #expect(report.branches.map(\.reason).prefix(2) == ["It broke. [exec.failed]", "The form refused."])
        #expect(report.winner == nil && report.finding?.report?.outcome == .stopped("The limit of 2 steps."))
    }

    @Test func `if all fail there is nothing to hand over, and the original is as it was`() async throws {
        var bench = SearchBench(BranchSearch(width: 2, depth: 3))
        bench.body = { _, _, _ in throw PlannedFailure() }
        let report = try await bench.run { [engine = bench.backend.engine] _, base, _ in
            #expect(engine.machines == [base.id])
        }
        guard case .exhausted(best: nil) = report.outcome else { throw GodHandError(.notFound, "\(report.outcome)") }
        #expect(report.branches.map(\.fate) == [.failed, .failed])
    }

    @Test func `a search that is none is refused`() async throws {
        for search in [BranchSearch(width: 0), BranchSearch(depth: 0), BranchSearch(concurrency: 0)] {
            let error = await #expect(throws: GodHandError.self) { try await SearchBench(search).run() }
            #expect(error?.code == .invalidRequest)
        }
    }
}
