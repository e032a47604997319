public import Foundation

/// What was seen at one moment.
public struct Observation: Sendable, Hashable {
    /// The screen.
    public var screenshot: Screenshot
    /// Whether the screen had come to rest.
    public var isSettled: Bool
    /// Where the screen differs from the observation before.
    public var changes: [Rect]
    /// The title of the window in front, if known.
    public var windowTitle: String?
    /// Where the cursor is, if known.
    public var cursor: Point?
    /// Where the screen was painted over before anybody saw it.
    public var hidden: [Rect]

    /// Makes an observation.
    public init(
        screenshot: Screenshot, isSettled: Bool = true, changes: [Rect] = [], windowTitle: String? = nil,
        cursor: Point? = nil, hidden: [Rect] = []
    ) {
        self.screenshot = screenshot
        self.isSettled = isSettled
        self.changes = changes
        self.windowTitle = windowTitle
        self.cursor = cursor
        self.hidden = hidden
    }
}

/// Whether something that should hold does hold, and what shows it.
public struct Verdict: Sendable, Hashable, Codable {
    /// Whether it holds.
    public var passed: Bool
    /// What was checked, in words: "the window title contains 'Alan Turing'".
    public var claim: String
    /// What was found: "the title is 'Alan Turing — Mozilla Firefox'".
    public var evidence: String
    /// The parts, where the verdict was combined from several.
    public var parts: [Verdict]
    /// What was checked, in the form of whoever checked it, so that it can be checked again; nil where that is not known.
    public var check: JSONValue?

    /// Makes a verdict.
    public init(passed: Bool, claim: String, evidence: String, parts: [Verdict] = [], check: JSONValue? = nil) {
        self.passed = passed
        self.claim = claim
        self.evidence = evidence
        self.parts = parts
        self.check = check
    }
}

/// How long the phases of a step took.
public struct StepTimings: Sendable, Hashable, Codable {
    /// Looking, the wait for a still screen included.
    public var perceive: Duration = .zero
    /// Deciding.
    public var plan: Duration = .zero
    /// Doing.
    public var act: Duration = .zero
    /// Checking.
    public var verify: Duration = .zero
    /// The part of the phases that was spent on the machine's own programs: until the screen came to rest, until a
    /// command ended, or because the action itself was to wait.
    public var application: Duration = .zero

    /// All zero.
    public init() {}

    /// The sum.
    public var total: Duration { perceive + plan + act + verify }
    /// What is left without deciding and without the machine's own programs: the cost of the loop itself.
    public var overhead: Duration { max(.zero, total - plan - application) }
}

/// One turn of the loop: what was seen, what was thought, what was done, and whether it worked.
public struct Step: Sendable, Hashable {
    /// Counted from one.
    public var index: Int
    /// A short sentence that says what the step is for.
    public var intent: String
    /// Why, in the words of whoever decided.
    public var reasoning: String?
    /// What was done.
    public var action: Action
    /// What was seen before.
    public var before: Observation
    /// What was seen after.
    public var after: Observation
    /// Whether it did what it should; nil if nothing was expected.
    public var verdict: Verdict?
    /// Where the time went.
    public var timings: StepTimings
    /// When it began.
    public var startedAt: Date
    /// What deciding cost; nil if that cost nothing, or was paid with an earlier step of the same turn.
    public var cost: StepCost?
    /// What a model cost that was asked whether it worked; nil if none was. In a run that was continued, the first step
    /// also holds what the steps before it cost.
    public var judgeCost: StepCost?

    /// Makes a step.
    public init(
        index: Int, intent: String, reasoning: String? = nil, action: Action, before: Observation, after: Observation,
        verdict: Verdict?, timings: StepTimings, startedAt: Date, cost: StepCost? = nil,
        judgeCost: StepCost? = nil
    ) {
        self.index = index
        self.intent = intent
        self.reasoning = reasoning
        self.action = action
        self.before = before
        self.after = after
        self.verdict = verdict
        self.timings = timings
        self.startedAt = startedAt
        self.cost = cost
        self.judgeCost = judgeCost
    }
}
