import ArgumentParser
import Foundation
import GodHandAgent
import GodHandCore
import GodHandTrace

/// Compares two traces step by step.
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Find the first step in which two runs differ.",
        discussion: "Ends with 0 if they do not differ, with 1 if they do.")

    @Argument(help: "The directory of one trace.", completion: .directory) var first: String
    @Argument(help: "The directory of the other.", completion: .directory) var second: String
    @Option(help: "A place of the screen that is not compared: x,y,width,height. May be given several times.")
    var ignore: [RectArgument] = []
    @Flag(help: "Compare actions and verdicts only.") var withoutScreens = false
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        let (left, right) = (try read(first), try read(second))
        let difference = try difference(left, right)
        if json {
            try printJSON(difference ?? Difference(what: "nothing"))
        } else if let difference {
            print(difference.step.map { "Step \($0) differs: \(difference.what)" } ?? "They differ: \(difference.what)")
            printTwoColumns(difference.left ?? "", difference.right ?? "")
        } else {
            print("No difference in \(left.steps.count) steps and \(left.checks.count) checks.")
        }
        if difference != nil { throw ExitCode.failure }
    }

    private func read(_ path: String) throws -> Trace {
        try Trace(directory: URL(filePath: path, directoryHint: .isDirectory))
    }

    struct Difference: Encodable {
        var step: Int?
        var what: String
        var left: String?
        var right: String?
        var boxes: [Rect] = []
    }

    private func difference(_ left: Trace, _ right: Trace) throws -> Difference? {
        var comparison = left.header.map { ScreenComparison(of: $0.spec) } ?? ScreenComparison()
        comparison.ignored += ignore.map(\.rect)
        for (one, other) in zip(left.steps, right.steps) {
            if let found = try difference(one, other, comparison) { return found }
        }
        if left.steps.count != right.steps.count {
            return Difference(
                step: min(left.steps.count, right.steps.count) + 1, what: "only one run has it",
                left: "\(left.steps.count) steps", right: "\(right.steps.count) steps")
        }
        for (one, other) in zip(left.checks, right.checks) where one.passed != other.passed {
            return Difference(what: "a check of the goal", left: words(one), right: words(other))
        }
        let ends = [left, right].map { $0.outcome.map { OutcomeWords($0).word } ?? "no end" }
        return ends[0] == ends[1]
            ? nil : Difference(what: "how they ended", left: ends[0], right: ends[1])
    }

    private func difference(_ one: Step, _ other: Step, _ comparison: ScreenComparison) throws -> Difference? {
        if one.action != other.action {
            return Difference(
                step: one.index, what: "the action", left: one.action.summary, right: other.action.summary)
        }
        if one.verdict?.passed != other.verdict?.passed {
            return Difference(
                step: one.index, what: "the verdict", left: words(one.verdict), right: words(other.verdict))
        }
        let (before, after) = (one.after.screenshot, other.after.screenshot)
        guard !withoutScreens, !before.png.isEmpty, !after.png.isEmpty, before.png != after.png else { return nil }
        let pointers = [one.after.cursor, other.after.cursor].compactMap(\.self)
        guard
            let pixels = comparison.difference(
                of: try PNG.decode(before.png), to: try PNG.decode(after.png), pointers: pointers)
        else { return nil }
        return Difference(
            step: one.index, what: "the screen after it, in \(pixels.changedPixels) pixels",
            left: one.after.windowTitle ?? "no title", right: other.after.windowTitle ?? "no title", boxes: pixels.boxes
        )
    }

    private func words(_ verdict: Verdict?) -> String {
        verdict.map { "\($0.passed ? "✓" : "✗") \($0.claim): \($0.evidence)" } ?? "none"
    }

    /// Side by side, each wrapped to half of a usual terminal.
    private func printTwoColumns(_ left: String, _ right: String) {
        let width = 46
        func lines(_ text: String) -> [String] {
            let characters = Array(text.printable)
            return stride(from: 0, to: max(1, characters.count), by: width).map {
                String(characters[$0..<min(characters.count, $0 + width)])
            }
        }
        let (one, other) = (lines(left), lines(right))
        for row in 0..<max(one.count, other.count) {
            let cell = row < one.count ? one[row] : ""
            let space = String(repeating: " ", count: max(0, width - cell.count))
            print("  \(cell)\(space) │ \(row < other.count ? other[row] : "")")
        }
    }
}
