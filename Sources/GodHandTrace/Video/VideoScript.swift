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
        /// What commands wrote, line by line.
        case output([String])
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
    /// What was seen last, or will be first.
    private var ground: Screenshot?
    private var length: Double { scenes.reduce(0) { $0 + $1.length } }

    init(_ trace: Trace) {
        let run = RunSummary(trace)
        let moments = VideoMoments(trace, run.tree)
        ground =
            moments.all.lazy.compactMap { moment in
                if case .step(let step, _, _) = moment {
                    step.before.screenshot.png.isEmpty ? nil : step.before.screenshot
                } else {
                    nil
                }
            }.first
        var number = 0
        for moment in moments.all {
            switch moment {
            case .step(let step, let branch, let commands):
                number += 1
                add(step, "\(number)/\(moments.steps)", branch, commands)
            case .commands(let commands, let branch): add(commands, branch)
            case .decision(let decision, let branch):
                let title = "\(ReportWords.ruling(decision.ruling)): \(decision.action.summary)"
                let change = decision.replacement.map { "\($0.summary) instead" }
                add(title, [decision.reason, change], branch, decision.ruling == .approved ? .good : .odd)
            case .intervention(let intervention, let branch):
                add(ReportWords.stepIn(intervention.kind), [intervention.text], branch, .odd)
            case .fork(let ways, let branch): add(ways, branch)
            case .fate(let way): add(way)
            }
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

    // MARK: Scenes

    /// Words about what happened between steps, on the screen as it was then.
    private mutating func add(_ title: String, _ details: [String?], _ branch: String?, _ tone: Tone) {
        guard let ground else { return }
        let detail = ([branch] + details).compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " · ")
        let caption = Caption(title: title, detail: detail, tone: tone)
        scenes.append(Scene(picture: ground, length: Self.reading(title + detail), caption: caption))
    }

    private mutating func add(_ commands: [CommandRun], _ branch: String?) {
        guard let ground, let first = commands.first else { return }
        let title = "Run \(Action.exec(first.arguments).summary.dropFirst("Run ".count))"
        addOutput(of: commands, on: ground, Caption(title: title, detail: branch ?? ""))
    }

    /// What commands wrote, over a picture; nothing if that is nothing.
    private mutating func addOutput(of commands: [CommandRun], on picture: Screenshot, _ caption: Caption) {
        let lines = commands.flatMap(CommandLines.of)
        if lines.isEmpty { return }
        var caption = caption
        if let command = commands.last {
            caption.tone = command.status.isSuccess ? .good : .bad
            if caption.detail.isEmpty { caption.detail = CommandLines.end(of: command) }
        }
        scenes.append(
            Scene(
                picture: picture, length: Self.reading(lines.joined()), caption: caption, marks: .output(lines)))
    }

    /// What is going to be tried, line by line.
    private mutating func add(_ ways: [BranchTree.Node], _ branch: String?) {
        guard let ground else { return }
        let count = ways.count == 1 ? "One way is" : "\(ways.count) ways are"
        let lines = ways.map { "Branch \($0.id)  \($0.opening.title)" }
        let caption = Caption(
            title: "\(count) tried, each in a fork of the machine", detail: branch.map { "From \($0)" } ?? "")
        scenes.append(
            Scene(picture: ground, length: Self.reading(lines.joined()) + 1, caption: caption, marks: .output(lines)))
    }

    /// What a way led to, and why that was good or not: in whole sentences, which are often longer than a line.
    private mutating func add(_ way: BranchTree.Node) {
        let seen = way.screen.flatMap { $0.png.isEmpty ? nil : $0 }
        guard let picture = seen ?? ground else { return }
        let fate = ReportWords.fate(way.closing?.fate)
        let reasons = [way.closing?.reason, way.score?.reason].compactMap(\.self).filter { !$0.isEmpty }
        let isGood = way.closing?.fate == .won || way.closing?.fate == .continued
        let caption = Caption(
            title: "\(fate.title): branch \(way.id), \(way.opening.title)",
            detail: way.score.map { "It is worth \(ReportWords.score($0))" } ?? "What was tried came to nothing",
            tone: isGood ? .good : .bad)
        let lines = reasons.flatMap { Self.wrapped($0, columns: 84) }
        scenes.append(
            Scene(
                picture: picture, length: Self.reading(reasons.joined()) + 1, caption: caption,
                marks: lines.isEmpty ? .none : .output(lines)))
    }

    private static func wrapped(_ text: String, columns: Int) -> [String] {
        text.split(whereSeparator: \.isWhitespace).reduce(into: []) { lines, word in
            if let last = lines.last, last.count + word.count < columns {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
    }

    private mutating func add(_ step: Step, _ number: String, _ branch: String?, _ commands: [CommandRun]) {
        defer { ground = step.after.screenshot.png.isEmpty ? ground : step.after.screenshot }
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
        addOutput(of: commands, on: step.after.screenshot, caption)
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
