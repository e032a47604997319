import Foundation

/// Finds text that speaks to an agent instead of to a reader.
///
/// It goes by phrases that are usual in such texts. It finds some of them and takes some harmless ones for them, so that
/// it is a reason to look, and never a reason to feel safe.
public struct InstructionDetector: Sendable {
    /// Phrases that speak to an agent, in any case.
    public var phrases: [String]
    /// How much is needed for a finding: a phrase of the list counts 2, a hint counts 1.
    public var threshold = 2

    /// The usual phrases.
    public init() {
        phrases = [
            "ignore all previous instructions", "ignore previous instructions", "ignore the previous instructions",
            "ignore your instructions", "disregard all previous", "disregard the above", "disregard your instructions",
            "forget your instructions", "forget everything above", "override your instructions",
            "new instructions for the assistant", "instructions for ai agents", "instructions for the ai",
            "attention ai agent", "attention ai assistant", "if you are an ai", "if you are a language model",
            "as an ai agent you must", "ai agents must", "ai assistants must", "the assistant must", "the agent must",
            "dear ai assistant", "system prompt", "system override", "developer mode enabled",
            "do not tell the user", "do not inform the user", "do not mention this to the user",
            "without telling the user", "without asking the user", "the user has authorized", "the user has approved",
            "this message is from your developer", "you are now in", "{{secret:",
        ]
    }

    private static let doing = [
        "send", "email", "e-mail", "upload", "paste", "post", "forward", "reveal", "type", "enter", "copy", "run",
        "execute", "transfer", "download", "open a terminal",
    ]
    private static let things = [
        "password", "credential", "secret", "api key", "token", "cookie", "private key", "ssh key", "credit card",
        "curl ", "wget ", "| sh", "| bash", "powershell", "rm -rf", "base64", "following command", "bitcoin",
    ]
    private static let addressees = [
        "ai agent", "assistant", "language model", "chatbot", "llm", "gpt", "claude", "agent:",
    ]

    /// Finds the lines that look like instructions.
    ///
    /// - Parameters:
    ///   - text: What was read on a screen; at most its first 20 000 characters are looked at.
    ///   - goal: What the user said: what the user asked for is no finding.
    /// - Returns: The suspicious places, each at most 200 characters long.
    public func findings(in text: String, goal: String) -> [String] {
        let wanted = FuzzyText.normalised(goal)
        let lines = text.prefix(20_000).split(whereSeparator: \.isNewline).map(String.init)
        // A sentence often goes over the end of a line.
        let windows = lines.indices.map { lines[$0..<min(lines.endIndex, $0 + 3)].joined(separator: " ") }
        var found: [String] = []
        var last = -3
        for (index, window) in windows.enumerated() where index >= last + 3 && score(window, wanted) >= threshold {
            found.append(window.shortened(to: 200))
            last = index
            if found.count == 10 { break }
        }
        return found
    }

    private func score(_ text: String, _ goal: [Character]) -> Int {
        let normal = FuzzyText.normalised(text)
        var score = 0
        for phrase in phrases {
            let key = FuzzyText.normalised(phrase)
            if FuzzyText.contains(key, in: normal), !FuzzyText.contains(key, in: goal) {
                score += 2
                break
            }
        }
        let words = text.lowercased()
        let said = String(goal)
        func hint(_ list: [String]) -> Bool {
            list.contains { words.contains($0) && !said.contains(String(FuzzyText.normalised($0))) }
        }
        if hint(Self.addressees) { score += 1 }
        if hint(Self.doing), hint(Self.things) { score += 1 }
        return score
    }
}
