import Foundation
import GodHandCore
import TaskBench
import Testing

struct ComparisonTests {
    static func result(_ agent: String, _ scores: [(String, UInt64, Double?)]) -> BenchResult {
        var result = BenchResult(agent: agent, began: Date(timeIntervalSince1970: 0))
        result.attempts = scores.map { task, seed, score in
            var attempt = BenchResult.Attempt(task: task, category: "kind", seed: seed, outcome: "ended")
            attempt.score = score.map { TaskScore([.init("part", credit: $0)]) }
            attempt.price = 0.5
            return attempt
        }
        return result
    }

    @Test func `attempts are paired by task and seed`() throws {
        let first = Self.result("a", [("x", 1, 0), ("x", 2, 0), ("y", 1, 0.5), ("z", 1, 1)])
        let second = Self.result("b", [("y", 1, 1), ("x", 2, 1), ("x", 1, 0.5), ("x", 3, 1)])
        let comparison = try Comparison(first, second)
        #expect(comparison.pairs.map(\.difference) == [0.5, 1, 0.5])
        #expect(comparison.unpaired == 2)
        // The mean of 0.75 for x and 0.5 for y, however often each was tried.
        #expect(comparison.effect == 0.625)
        #expect(comparison.test.probability == 0.25)
        #expect(comparison.summary.contains("b scores higher by 62.5 points"))
    }

    @Test func `what has nothing in common cannot be compared`() {
        #expect(throws: GodHandError.self) {
            try Comparison(Self.result("a", [("x", 1, 0)]), Self.result("b", [("x", 2, 0)]))
        }
        #expect(throws: GodHandError.self) {
            try Comparison(Self.result("a", [("x", 1, 0), ("x", 1, 1)]), Self.result("b", [("x", 1, 0)]))
        }
    }

    @Test func `what broke is nothing done, and counted`() {
        let summary = Summary(Self.result("a", [("x", 1, nil), ("x", 2, 1), ("y", 1, 1), ("y", 2, 1)]).attempts)
        #expect(summary.broken == 1 && summary.successes == 3 && summary.score == 0.75)
        #expect(summary.price == 2)
    }

    @Test func `a result file is read as it was written`() throws {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "result-\(UInt64.random(in: 0 ... .max)).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let result = Self.result("a", [("x", .max, 0.25), ("y", 1, nil)])
        try result.write(to: file)
        #expect(try BenchResult.read(file) == result)
        try Data(#"{"format": "another"}"#.utf8).write(to: file)
        #expect(throws: GodHandError.self) { try BenchResult.read(file) }
    }
}
