public import Foundation
public import GodHandCore

/// What came of a replay.
public struct ReplayReport: Sendable, Hashable, Codable {
    /// The goal of the recorded run.
    public var goal: String
    /// The machine on which it was replayed.
    public var sandbox: SandboxID
    /// What was done and compared, up to the first difference.
    public var steps: [ReplayedStep] = []
    /// The first thing that was not as recorded; nil if all was.
    public var difference: ReplayDifference?
    /// What could not be done or compared, in words. A replay with notes may still be clean, but says less.
    public var notes: [String] = []

    /// Whether nothing differed.
    public var isClean: Bool { difference == nil }
    /// How many screens were compared.
    public var comparedScreens: Int { steps.reduce(0) { $0 + $1.screens } }
    /// How many verdicts were compared.
    public var comparedVerdicts: Int { steps.reduce(0) { $0 + $1.verdicts } }

    init(goal: String, sandbox: SandboxID) {
        self.goal = goal
        self.sandbox = sandbox
    }
}

/// A recorded step or check of a goal that was done again.
public struct ReplayedStep: Sendable, Hashable, Codable {
    /// The number of the step; nil for a check of the goal.
    public var index: Int?
    /// What it was: the action, or what was claimed.
    public var summary: String
    /// How many of its screens were compared.
    public var screens = 0
    /// How many of its verdicts were compared.
    public var verdicts = 0
}

/// The first thing in a replay that was not as recorded.
public struct ReplayDifference: Sendable, Hashable, Codable {
    /// What differs.
    public var kind: Kind
    /// The step; nil for a check of the goal.
    public var step: Int?
    /// What is different, in words.
    public var summary: String
    /// Where the screens differ.
    public var boxes: [Rect] = []
    /// In how many pixels.
    public var changedPixels = 0
    /// The screen that was recorded, as a PNG file; nil if it is not about screens.
    public var recorded: Data?
    /// The screen that was found, as a PNG file.
    public var found: Data?

    /// What can differ.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// The screen before the action, so the action was not done.
        case screenBefore
        /// The screen after it.
        case screenAfter
        /// Whether the action could be done.
        case action
        /// Whether what was checked holds.
        case verdict
    }

    /// The box around all places where the screens differ; nil if it is not about screens.
    public var bounds: Rect? { boxes.first.map { boxes.dropFirst().reduce($0) { $0.union($1) } } }
}
