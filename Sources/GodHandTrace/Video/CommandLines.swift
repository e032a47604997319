import GodHandCore

/// A command and what it wrote.
enum CommandLines {
    private static let mostLines = 9
    /// The most characters of an output on a page. The trace has more.
    private static let mostShown = 8_000

    /// All of it, folded; nothing for a command that wrote nothing.
    static func markup(of command: CommandRun) -> Markup {
        let outputs = [command.output, command.errorOutput].filter { !$0.isEmpty }
        if outputs.isEmpty { return "" }
        let texts = outputs.map { text -> Markup in
            let shown = String(text.prefix(mostShown))
            let rest: Markup = shown.count < text.count ? "<p>The rest is in the trace.</p>" : ""
            return #"<pre class="mono" tabindex="0" aria-label="Output">\#(shown)</pre>\#(rest)"#
        }
        return """
            <details class="wrote"><summary>What \(String((command.arguments.first ?? "it").prefix(40))) wrote; it \
            \(end(of: command))</summary>\(texts)</details>
            """
    }

    /// A few lines for a picture: the command behind a dollar sign, the beginning of what it wrote, and how much is left
    /// out; nothing for a command that wrote nothing.
    static func of(_ command: CommandRun) -> [String] {
        let written = lines(of: command.output) + lines(of: command.errorOutput)
        if written.isEmpty { return [] }
        var lines = ["$ \(Action.exec(command.arguments).summary.dropFirst("Run ".count))"]
        lines += written.prefix(mostLines)
        let left = written.count - mostLines
        if left > 0 { lines.append("… and \(left) more \(left == 1 ? "line" : "lines")") }
        return lines
    }

    /// How it ended: `ended with 3 after 7 ms`.
    static func end(of command: CommandRun) -> String {
        let end =
            switch command.status {
            case .exited(let code): "ended with \(code)"
            case .signalled(let number): "was ended by signal \(number)"
            }
        return command.took.map { "\(end) after \(ReportWords.duration($0))" } ?? end
    }

    /// Without the empty ones at the end. Only as much is looked at as could be shown.
    private static func lines(of text: String) -> [String] {
        var lines = text.prefix(20_000).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
        return lines
    }
}
