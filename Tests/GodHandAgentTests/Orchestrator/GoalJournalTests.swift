import Foundation
import GodHandCore
import GodHandTesting
import Testing

@testable import GodHandAgent

@Suite struct GoalJournalTests {
    private let directory: ShortDirectory

    init() throws { directory = try ShortDirectory() }

    private var path: String { "\(directory.path)/\(GoalJournal.name)" }

    private func goal(_ text: String, _ change: (inout GoalStatus) -> Void = { _ in }) throws -> GoalStatus {
        var goal = GoalStatus(id: .unique(), request: GoalRequest(text), submittedAt: Date(timeIntervalSince1970: 1))
        change(&goal)
        return goal
    }

    @Test func `what was written is read back`() throws {
        let first = try goal("one\n\"line\"")
        let second = try goal("two") {
            $0.state = .running
            $0.attempts = [GoalAttempt(number: 1, startedAt: Date(timeIntervalSince1970: 2), end: .lost)]
            $0.spent.steps = 3
            $0.outcome = .failed(code: "acme", message: "m")
        }
        do {
            let journal = try GoalJournal(in: directory.path)
            try journal.append("submitted", first, among: [:])
            try journal.append("submitted", try goal("two") { _ in }, among: [:])
            try journal.append("started", second, among: [:])
        }
        let goals = try GoalJournal(in: directory.path).goals
        #expect(goals[first.id] == first && goals[second.id] == second && goals.count == 3)
        // Opening it leaves one line for each.
        #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 3)
    }

    @Test func `it may break off at any byte: only the line that was being written is lost`() throws {
        let goals = try ["one", "two", "three"].map { try goal($0) }
        do {
            let journal = try GoalJournal(in: directory.path)
            for goal in goals { try journal.append("submitted", goal, among: [:]) }
        }
        let whole = try Data(contentsOf: URL(filePath: path))
        var ends: [Int] = []
        for (place, byte) in whole.enumerated() where byte == UInt8(ascii: "\n") { ends.append(place + 1) }
        for length in 0...whole.count {
            try whole.prefix(length).write(to: URL(filePath: path))
            let journal = try GoalJournal(in: directory.path)
            #expect(Set(journal.goals.keys) == Set(goals.prefix(ends.count { $0 <= length }).map(\.id)))
            #expect(journal.damaged == 0)
        }
    }

    @Test func `a damaged line costs nothing but itself, and the file is kept`() throws {
        let goals = try ["one", "two", "three"].map { try goal($0) }
        do {
            let journal = try GoalJournal(in: directory.path)
            for goal in goals { try journal.append("submitted", goal, among: [:]) }
        }
        var bytes = try Data(contentsOf: URL(filePath: path))
        let middle = try #require(bytes.range(of: Data(#""two""#.utf8)))
        bytes[middle.lowerBound + 1] = UInt8(ascii: "T")
        try bytes.write(to: URL(filePath: path))
        let journal = try GoalJournal(in: directory.path)
        #expect(Set(journal.goals.keys) == [goals[0].id, goals[2].id] && journal.damaged == 1)
        let copy = try #require(
            try FileManager.default.contentsOfDirectory(atPath: directory.path).first { $0.hasPrefix("damaged-") })
        #expect(try Data(contentsOf: URL(filePath: "\(directory.path)/\(copy)")) == bytes)
    }

    @Test func `only one has it, and the next can when that is gone`() throws {
        var first: GoalJournal? = try GoalJournal(in: directory.path)
        let error = #expect(throws: GodHandError.self) { try GoalJournal(in: directory.path) }
        #expect(error?.code == .nameTaken)
        withExtendedLifetime(first) {}
        first = nil
        _ = try GoalJournal(in: directory.path)
    }

    @Test func `a journal of a later version is left alone`() throws {
        let line = SealedLine.make(of: Array(#"{"version":2,"goal":{}"#.utf8))
        try Data(line).write(to: URL(filePath: path))
        let error = #expect(throws: GodHandError.self) { try GoalJournal(in: directory.path) }
        #expect(error?.code == .unsupported)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data(line))
    }

    @Test func `after a full disk nothing that was believed is missing`() throws {
        let goals = try (0..<8).map { try goal("goal \($0)") }
        for failing in ["write", "synchronise", "rename", "createFile", "synchroniseDirectory"] {
            for occurrence in 3...6 {
                let place = "\(directory.path)/\(failing)-\(occurrence)"
                let faults = FaultPoints { point in
                    let isMeant = point.name == failing && point.occurrence == occurrence
                    return isMeant ? .fail(GodHandError(.diskFull, "The disk is full.")) : nil
                }
                var believed: [GoalID: GoalStatus] = [:]
                do {
                    guard let journal = try? GoalJournal(in: place, files: FaultFileSystem(faults)) else { continue }
                    for goal in goals {
                        var all = believed
                        all[goal.id] = goal
                        if (try? journal.append("submitted", goal, among: all)) != nil { believed = all }
                    }
                }
                let found = try GoalJournal(in: place)
                #expect(Set(found.goals.keys).isSuperset(of: believed.keys), "\(failing) \(occurrence)")
                #expect(found.damaged <= 1)
            }
        }
    }

    @Test func `history is thrown away`() throws {
        let journal = try GoalJournal(in: directory.path)
        var goal = try goal("one")
        for step in 1...5_000 {
            goal.spent.steps = step
            try journal.append("step", goal, among: [goal.id: goal], isDurable: false)
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count
        #expect(lines < 2_100)
        withExtendedLifetime(journal) {}
    }
}
