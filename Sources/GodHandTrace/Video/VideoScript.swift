import GodHandCore

/// What a video shows, one scene after the other.
struct VideoScript {
    /// One picture that stays for a while.
    struct Scene {
        let picture: Screenshot
        /// Seconds.
        var length: Double
        let caption: Caption
        var marks: Marks = .none

        var milliseconds: Int { max(40, Int(length * 1000)) }
    }

    /// What is drawn on a picture.
    enum Marks {
        case none
        /// Where the hand will be laid, at the end of the scene.
        case hand(Action)
        /// What has changed.
        case changes([Rect])
        /// The picture is only the ground for these words.
        case title
    }

    /// What is written below a picture.
    struct Caption {
        var number = ""
        var title: String
        var detail: String
        var tone: Tone = .plain
    }

    enum Tone { case plain, good, bad, odd }

    private(set) var scenes: [Scene] = []
    private var length: Double { scenes.reduce(0) { $0 + $1.length } }

    init(_ trace: Trace) {
        let run = RunSummary(trace)
        let steps = Self.steps(of: trace, run)
        for (place, (step, branch)) in steps.enumerated() {
            add(step, "\(place + 1)/\(steps.count)", branch)
        }
        guard let first = scenes.first, let last = scenes.last else { return }
        let words = run.header.map { "\($0.planner) · \($0.backend) · \($0.spec.image)" } ?? ""
        let opening = Caption(title: run.header?.goal ?? "A run without a beginning", detail: words)
        scenes.insert(
            Scene(picture: first.picture, length: Self.reading(opening.title), caption: opening, marks: .title), at: 0)
        let look = ReportWords.outcome(run.outcome)
        let end = Caption(title: look.title, detail: look.text, tone: Self.tone(look.tone))
        scenes.append(Scene(picture: last.picture, length: Self.reading(look.text) + 1, caption: end))
    }

    /// Makes all scenes shorter, so that they last no longer than this together.
    mutating func fit(into longest: Duration) {
        let factor = max(0.1, Seconds.value(longest)) / max(length, 0.1)
        guard factor < 1 else { return }
        for index in scenes.indices { scenes[index].length *= factor }
    }

    /// The steps that led to the end: of a search without its other branches, if one of them won.
    private static func steps(of trace: Trace, _ run: RunSummary) -> [(step: Step, branch: String?)] {
        let winners = run.tree.winners
        return trace.events.compactMap { event in
            switch event {
            case .step(let step): return (step, nil)
            case .within(let branch, let inner):
                guard case .step(let step) = inner.innermost, winners.isEmpty || winners.contains(branch) else {
                    return nil
                }
                return (step, run.tree.nodes[branch].map { "Branch \(branch), \($0.opening.title)" })
            default: return nil
            }
        }
    }

    private mutating func add(_ step: Step, _ number: String, _ branch: String?) {
        // Who gives no intent has the action for it, which need not be said twice.
        let action = step.action.summary == step.intent ? step.reasoning ?? "" : step.action.summary
        let detail = branch.map { action.isEmpty ? $0 : "\($0): \(action)" } ?? action
        let caption = Caption(number: number, title: step.intent, detail: detail)
        let hand = Marks.hand(step.action)
        if !step.before.screenshot.png.isEmpty, scenes.isEmpty || hand.hasPlace || !step.after.isSame(step.before) {
            scenes.append(
                Scene(
                    picture: step.before.screenshot, length: Self.reading(step.intent + detail), caption: caption,
                    marks: hand))
        }
        guard !step.after.screenshot.png.isEmpty else { return }
        var result = caption
        if let verdict = step.verdict {
            result.tone = verdict.passed ? .good : .bad
            result.detail = verdict.passed ? verdict.claim : verdict.evidence
        }
        scenes.append(
            Scene(
                picture: step.after.screenshot, length: step.verdict == nil ? 1.2 : Self.reading(result.detail),
                caption: result, marks: .changes(step.after.changes)))
    }

    /// How many seconds a person needs for a text.
    private static func reading(_ text: String) -> Double { min(max(0.8 + Double(text.count) * 0.04, 1.4), 4) }

    private static func tone(_ tone: String) -> Tone {
        switch tone {
        case "good": .good
        case "bad": .bad
        default: .odd
        }
    }
}

extension VideoScript.Marks {
    /// Whether the action has a place on the screen.
    var hasPlace: Bool { if case .hand(let action) = self { HandPath(action) != nil } else { false } }
}

extension Observation {
    fileprivate func isSame(_ other: Observation) -> Bool { screenshot.png == other.screenshot.png }
}

/// Where a hand is laid on the screen by an action.
struct HandPath {
    /// One for a click, all for a drag; never empty.
    let points: [Point]
    let isPressed: Bool

    init?(_ action: Action) {
        guard case .input(let input) = action else { return nil }
        switch input {
        case .move(let point): (points, isPressed) = ([point], false)
        case .click(let point?, _, _, _): (points, isPressed) = ([point], true)
        case .scroll(let point?, _, _, _): (points, isPressed) = ([point], false)
        case .drag(let path, _, _) where !path.isEmpty: (points, isPressed) = (path, true)
        default: return nil
        }
    }
}
