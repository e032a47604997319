import Foundation
import GodHandCore
import Testing

@testable import TaskBench

struct TaskFileTests {
    static let score = #""score": [{"name": "done", "check": {"kind": "file", "path": "/f"}}]"#

    static func read(_ members: String, seed: UInt64 = 1) throws -> TaskFile {
        let text = #"{"category": "files", "goal": "Do ${n}", "setUp": [], "draw": {"n": {"from": 1, "to": 9}}, "#
        return try TaskFile.read(Data((text + members + "}").utf8), named: "example", seed: seed)
    }

    @Test func `values are put in where they are named`() throws {
        let goals = Set(try (1...300).map { try Self.read(Self.score, seed: $0).goal })
        #expect(goals == Set((1...9).map { "Do \($0)" }))
        #expect(try Self.read(Self.score, seed: 7).goal == Self.read(Self.score, seed: 7).goal)
    }

    @Test(arguments: [
        (#""scores": []"#, "'score' is missing"),
        (score + #", "colour": 1"#, "nobody knows 'colour'"),
        (#""score": [{"name": "x", "check": {"kind": "file", "path": "/f", "txet": "y"}}]"#, "member or value"),
        (#""score": [{"name": "x", "check": {"kind": "new"}}]"#, "The assertion 'new' is unknown"),
        (#""score": [{"name": "x", "wieght": 2, "answer": "y"}]"#, "nobody knows 'score.wieght'"),
        (#""score": [{"name": "x"}]"#, "needs a check or an answer"),
        (#""score": [{"name": "x", "alreadySo": true, "answer": "y"}]"#, "nothing in its score is to be done"),
        (score + #", "solution": [{"type": "a", "press": "b"}]"#, "just one thing to do"),
        (score + #", "solution": [{"click": [1]}]"#, "two numbers"),
        (score + #", "solution": [{"type": "${m}"}]"#, "'${m}' is not drawn"),
        (score + #", "solution": [{"type": "${n"}]"#, "without an end"),
        (score + #", "branches": [{"right": "c", "ways": [{"title": "a", "steps": []}]}]"#, "'c' is none of the ways"),
        (score + #", "solution": [], "branches": []"#, "both a solution and branches"),
        (#""score": 1"#, "'score' is of another kind"), (#""score": ["#, "it is no JSON"),
    ])
    func `what makes no sense is refused, and the file is named`(members: String, words: String) throws {
        let error = try #require(throws: GodHandError.self) { try Self.read(members) }
        #expect(error.code == .dataDamaged)
        #expect(error.message.contains("example.json") && error.message.contains(words), "\(error)")
    }

    @Test(arguments: [
        #"{"run": []}"#, #"{"file": "/f"}"#, #"{"file": "/f", "text": "a", "lines": []}"#, #"{"text": "a"}"#,
        #"{"file": "/f", "text": "a", "mode": "rw"}"#, #"{"run": ["a"], "start": ["b"]}"#, "{}",
    ])
    func `a step that would set nothing up is refused`(step: String) {
        let text = #"{"category": "files", "goal": "Do", "setUp": ["# + step + "], " + Self.score + "}"
        #expect(throws: GodHandError.self) { try TaskFile.read(Data(text.utf8), named: "example", seed: 1) }
    }

    @Test(arguments: [
        #"{}"#, #"{"one": []}"#, #"{"from": 2, "to": 1}"#, #"{"from": 1}"#, #"{"one": ["a"], "shuffled": ["b"]}"#,
        #"{"one": [[1]]}"#, #"{"one": ["a"], "of": 2}"#,
    ])
    func `a rule that draws nothing is refused`(rule: String) {
        let text = #"{"category": "files", "goal": "Do", "setUp": [], "draw": {"n": "# + rule + "}, " + Self.score + "}"
        #expect(throws: GodHandError.self) { try TaskFile.read(Data(text.utf8), named: "example", seed: 1) }
    }

    @Test(arguments: [
        ("It is 23  June 1912.", "23 june 1912", true), ("1912", "12", false), ("12 lines", "12", true),
        ("note-12.txt", "note-12", true), ("", "12", false), ("112", "12", false), ("12 or 112", "12", true),
    ])
    func `an answer has words, not parts of words`(answer: String, wanted: String, has: Bool) {
        #expect(answer.hasWords(wanted) == has)
    }
}
