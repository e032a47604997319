import Foundation
import GodHandCore

/// How a report says things.
enum ReportWords {
    /// `340 ms`, `4.21 s`, `2 min 5 s`.
    static func duration(_ duration: Duration) -> String {
        let seconds = max(0, Seconds.value(duration))
        if seconds < 0.9995 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 59.995 {
            let hundredths = Int((seconds * 100).rounded())
            let fraction = hundredths % 100
            return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
        }
        let whole = Int(seconds.rounded())
        return "\(whole / 60) min \(whole % 60) s"
    }

    /// `2026-01-31 12:34:56 UTC`.
    static func moment(_ date: Date) -> String {
        let text = Timestamp.format(date, digits: 3)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC"
    }

    /// The style for something with a verdict.
    static func tone(_ verdict: Verdict?) -> String {
        guard let verdict else { return "" }
        return verdict.passed ? "good" : "bad"
    }

    /// Style, drawing and words for an outcome; nil for a run without one.
    static func outcome(_ outcome: Outcome?) -> (tone: String, icon: Icon, title: String, text: String) {
        switch outcome {
        case .achieved(let answer): ("good", .pass, "Achieved", answer ?? "")
        case .abandoned(let reason): ("bad", .fail, "Abandoned", reason)
        case .stopped(let limit): ("odd", .pause, "Stopped", limit)
        case .failed(let code, let message): ("bad", .fail, "Failed", "\(message) [\(code)]")
        case nil: ("odd", .question, "Unfinished", "The trace has no end: its writer died, or is still at work.")
        }
    }

    /// Style, drawing and word for what became of a branch; nil while it is open.
    static func fate(_ fate: BranchClosing.Fate?) -> (tone: String, icon: Icon, title: String) {
        switch fate {
        case .won: ("good", .pass, "Won")
        case .continued: ("", .flag, "Went on")
        case .lost: ("", .pause, "Lost")
        case .failed: ("bad", .fail, "Failed")
        case .cancelled: ("", .pause, "Broken off")
        case nil: ("odd", .question, "Open")
        }
    }

    /// `72 %`.
    static func score(_ score: BranchScore) -> String { "\(Int((score.value * 100).rounded())) %" }

    /// What happened to a machine, as a sentence.
    static func lifecycle(_ event: LifecycleEvent) -> String {
        var text = "Sandbox \(event.sandbox) was \(event.kind.rawValue)"
        if let origin = event.origin { text += " from \(origin)" }
        if let took = event.took { text += " in \(duration(took))" }
        return text
    }

    /// The drawing for an action.
    static func icon(_ action: Action) -> Icon {
        switch action {
        case .input(.key), .input(.hold), .input(.type): .keys
        case .input: .pointer
        case .exec: .terminal
        case .open: .globe
        case .element(_, .type): .keys
        case .element: .pointer
        case .look, .zoom, .cursorPosition: .eye
        case .wait, .waitFor: .clock
        case .done, .fail: .flag
        case .ask: .question
        }
    }

    /// To which group an action belongs, for those who filter.
    static func kind(_ action: Action) -> String {
        switch icon(action) {
        case .pointer: "pointer"
        case .keys: "keys"
        case .terminal, .globe: "command"
        case .question: "people"
        default: "look"
        }
    }

    /// `4312 tokens (3000 from the cache), 1 picture, $0.0123`.
    static func cost(_ cost: StepCost) -> String {
        var parts = ["\(count(cost.tokens)) tokens"]
        if cost.cachedInput > 0 { parts[0] += " (\(count(cost.cachedInput)) from the cache)" }
        if cost.images > 0 { parts.append(cost.images == 1 ? "1 picture" : "\(cost.images) pictures") }
        if let price = cost.price, price > 0 { parts.append(money(price)) }
        return parts.joined(separator: ", ")
    }

    /// `$1.23`, or more digits where that would be nothing.
    static func money(_ dollars: Double) -> String {
        guard dollars.isFinite, abs(dollars) < 1e9 else { return "$?" }
        let digits = dollars < 0.1 ? 4 : 2
        let scale = digits == 4 ? 10_000 : 100
        let whole = Int((dollars * Double(scale)).rounded())
        return "$\(whole / scale).\(String(abs(whole % scale) + scale).dropFirst())"
    }

    /// `1 234 567`, with narrow spaces that do not break.
    static func count(_ number: Int) -> String {
        var text = String(number)
        var place = text.count - 3
        while place > 0 {
            text.insert("\u{202F}", at: text.index(text.startIndex, offsetBy: place))
            place -= 3
        }
        return text
    }

    /// What was decided about an action.
    static func decision(_ decision: ActionDecision) -> Markup {
        "\(ruling(decision.ruling)): <bdi>\(decision.action.summary)</bdi>. <bdi>\(decision.reason)</bdi>"
    }

    /// The word for a decision.
    static func ruling(_ ruling: ActionDecision.Ruling) -> String {
        switch ruling {
        case .denied: "Denied"
        case .approved: "Approved"
        case .refused: "Not approved"
        case .rewritten: "Changed"
        }
    }

    /// Somebody or something that stepped in.
    static func intervention(_ intervention: Intervention) -> Markup {
        let words = stepIn(intervention.kind)
        return intervention.text.isEmpty ? "\(words)" : "\(words): <bdi>\(intervention.text)</bdi>"
    }

    /// The words for how somebody or something stepped in.
    static func stepIn(_ kind: Intervention.Kind) -> String {
        switch kind {
        case .paused: "Paused"
        case .resumed: "Goes on"
        case .hint: "A person told the model"
        case .takenOver: "A person took over"
        case .handedBack: "The person handed back"
        case .asked: "The model asked"
        case .answered: "The answer"
        case .replanned: "The model was told to make another plan"
        case .falseDone: "The model said that it was done, but it was not"
        case .continued: "Another process goes on with it"
        }
    }

    /// An action in words, with key caps and commands set apart.
    static func action(_ action: Action) -> Markup {
        switch action {
        case .input(.key(let chord, let count)):
            let caps = chord.keys.map { key -> Markup in "<kbd>\(key)</kbd> " }
            return "Press \(caps)\(count == 1 ? "" : "\(count) times")"
        case .exec(let arguments):
            return "Run <code>\(String(Action.exec(arguments).summary.dropFirst("Run ".count)))</code>"
        default: return "<bdi>\(action.summary)</bdi>"
        }
    }
}
