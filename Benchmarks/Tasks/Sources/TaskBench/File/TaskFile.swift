import GodHandAgent
import GodHandCore

/// A task as it stands in its file, once its values are drawn. `Tasks/README.md` says how to write one.
struct TaskFile: Sendable, Codable {
    var category: String
    var goal: String
    /// Whether an encyclopedia stands beside the desktop.
    var wiki: Bool?
    /// Whether the desktop has office programs.
    var office: Bool?
    /// What is drawn from the seed; other places name it as `${name}`.
    var draw: [String: DrawRule]?
    var setUp: [SetUpStep]
    var score: [ScoreRule]
    /// The known solution, where one way leads to the goal.
    var solution: [SolutionStep]?
    /// The known solution, where only trying tells which way leads to the goal.
    var branches: [Decision]?

    /// Something that is done before the agent sees the machine; just one of its kinds.
    struct SetUpStep: Sendable, Codable {
        /// Writes a file with `text`, `lines`, or the `part` of this name in `Tasks/Parts`.
        var file: String?
        var text: String?
        var lines: [String]?
        var part: String?
        /// Permission bits in octal.
        var mode: String?
        /// Runs a command that must succeed.
        var run: [String]?
        /// Starts a program and does not wait for it.
        var start: [String]?
        /// Who `run` and `start` are; nil for the user of the desktop.
        var user: String?
        /// Waits until this is so.
        var until: Assertion?
        /// Whether it is done again in a fork that keeps only the disk.
        var again: Bool?
    }

    /// A part of the score.
    struct ScoreRule: Sendable, Codable {
        var name: String
        var weight: Double?
        /// Whether it is so at the beginning already.
        var alreadySo: Bool?
        /// What must be so ...
        var check: Assertion?
        /// ... or what the answer must contain as words.
        var answer: String?
    }

    /// A step of a solution; just one of its kinds.
    struct SolutionStep: Sendable, Codable {
        /// What it is for; nil for what it does.
        var why: String?
        var open: String?
        var type: String?
        var press: String?
        var click: [Int]?
        var clickText: String?
        var exec: [String]?
        var answer: String?
        /// What must come true before the next step.
        var until: Assertion?
    }

    /// A place where only one way is right, and nothing tells which.
    struct Decision: Sendable, Codable {
        /// The title of the right one, which the seed decides. Only tests look at it.
        var right: String
        var ways: [Way]

        struct Way: Sendable, Codable {
            var title: String
            var steps: [SolutionStep]
        }
    }
}
