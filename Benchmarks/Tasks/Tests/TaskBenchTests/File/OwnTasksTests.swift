import Foundation
import Testing

@testable import TaskBench

/// The task files of this package, without machines.
struct OwnTasksTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Tasks")
        .standardized
    static let names = (try? TaskFolder(folder).names) ?? []

    @Test func `there are twenty-one`() { #expect(Self.names.count == 21) }

    @Test(arguments: names)
    func `every file can be read, whatever the seed, and has a solution`(name: String) throws {
        let folder = try TaskFolder(Self.folder)
        var goals: Set<String> = []
        for seed in 0..<8 as Range<UInt64> {
            let task = try folder.task(name, seed: seed)
            #expect(task.solution != nil && !task.goal.contains("${"))
            goals.insert("\(task.goal) \(task.file.score)")
        }
        #expect(goals.count > 1, "what is to be done is the same with every seed")
    }

    /// Whoever always takes the same way, or one by chance, is right as often as there are ways.
    @Test(arguments: ["one-try-safe", "last-copy", "two-doors"])
    func `without branching only luck helps`(name: String) throws {
        let folder = try TaskFolder(Self.folder)
        let seeds = 0..<300 as Range<UInt64>
        let tasks = try seeds.map { try folder.task(name, seed: $0) }
        let decisions = try #require(tasks.first?.file.branches)
        for place in decisions.indices {
            let titles = decisions[place].ways.map(\.title)
            for title in titles {
                let lucky = tasks.count { $0.file.branches?[place].right == title }
                let interval = Interval.wilson(successes: lucky, of: tasks.count)
                let share = 1 / Double(titles.count)
                #expect((interval.low - 0.04...interval.high + 0.04).contains(share), "\(title): \(interval)")
            }
        }
        // Nothing that the agent is told gives it away.
        let goals = Dictionary(grouping: tasks, by: \.goal).values
        for alike in goals where alike.count > 30 {
            #expect(Set(alike.compactMap { $0.file.branches?.first?.right }).count == decisions[0].ways.count)
        }
    }
}
