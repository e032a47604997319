import Foundation

extension BenchResult {
    /// The figures in a few lines, for a terminal.
    public var summary: String {
        let all = Summary(attempts)
        var lines = [
            "\(agent): \(all.successes) of \(all.attempts) attempts did everything: "
                + "\(Figures.share(all.successRate)), with 95 % confidence \(Figures.bounds(all.successInterval))",
            "mean score \(Figures.share(all.score)), with 95 % confidence \(Figures.bounds(all.scoreInterval))",
            "\(all.steps) steps, \(all.tokens) tokens, price \(Figures.price(all.price)), "
                + "\(Figures.fixed(all.seconds, 1)) s for an attempt",
        ]
        if all.broken > 0 { lines.append("\(all.broken) attempts broke and count as nothing done") }
        return lines.joined(separator: "\n")
    }

    /// A web page of it all. It needs nothing but itself, and links to the traces beside it.
    public var page: String {
        let all = Summary(attempts)
        var page = Page("What “\(agent)” did with \(Set(attempts.map(\.task)).count) tasks")
        page.say(
            "\(began.formatted(.iso8601)), \(all.attempts) attempts, \(concurrency) at once. Intervals have a confidence "
                + "of 95 %: Wilson's for shares of attempts, and for scores one by drawing whole tasks anew (bootstrap), "
                + "since attempts at one task are alike.")
        page.table(
            "Altogether", ["", "Attempts", "Everything done", "Mean score", "Steps", "Tokens", "Price", "Time each"],
            [[.text(agent)] + Self.cells(all)])
        page.table(
            "By kind", ["Kind", "Attempts", "Everything done", "Mean score", "Steps", "Tokens", "Price", "Time each"],
            Self.grouped(attempts, \.category).map { [.text($0)] + Self.cells(Summary($1)) })
        page.table(
            "By task", ["Task", "Attempts", "Everything done", "Mean score", "Steps", "Tokens", "Price", "Time each"],
            Self.grouped(attempts, \.task).map { [.text($0)] + Self.cells(Summary($1)) })
        page.table(
            "Every attempt", ["Task", "Seed", "Score", "What was not done", "How it ended", "Steps", "Time"],
            attempts.map { attempt in
                [
                    attempt.trace.map { .link(attempt.task, to: "\($0)/report.html") } ?? .text(attempt.task),
                    .number("\(attempt.seed)"), .share(attempt.value), .text(attempt.shortfall),
                    .text(String(attempt.outcome.prefix(300))), .number("\(attempt.steps)"),
                    .number(Figures.fixed(attempt.seconds, 1) + " s"),
                ]
            })
        return page.html
    }

    private static func cells(_ summary: Summary) -> [Page.Cell] {
        [
            .number("\(summary.attempts)"), .share(summary.successRate, summary.successInterval),
            .share(summary.score, summary.scoreInterval), .number("\(summary.steps)"), .number("\(summary.tokens)"),
            .number(Figures.price(summary.price)), .number(Figures.fixed(summary.seconds, 1) + " s"),
        ]
    }

    private static func grouped(
        _ attempts: [Attempt], _ name: (Attempt) -> String
    ) -> [(String, [Attempt])] {
        Dictionary(grouping: attempts, by: name).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension BenchResult.Attempt {
    /// What was not done, with what shows it.
    var shortfall: String {
        guard let score else { return "it broke" }
        return score.parts.filter { $0.credit < 1 }.map { "\($0.name) (\($0.evidence))" }.joined(separator: "; ")
    }

    /// How it went, on one line.
    public var line: String {
        let missing = isSuccess ? "" : ": " + (score == nil ? outcome : shortfall)
        let words = "\(task), seed \(seed): \(Figures.share(value)) in \(Figures.fixed(seconds, 1)) s\(missing)"
        return words.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
