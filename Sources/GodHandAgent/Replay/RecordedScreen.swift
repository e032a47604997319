import Foundation
import GodHandCore

/// A screen of a trace.
struct RecordedScreen {
    let png: Data
    let frame: Frame
    let pointer: Point?
    /// What was painted over before anybody saw it.
    let hidden: [Rect]

    /// Nil for a picture that is missing or damaged.
    init?(_ observation: Observation) {
        guard let frame = try? PNG.decode(observation.screenshot.png) else { return nil }
        self.frame = frame
        png = observation.screenshot.png
        pointer = observation.cursor
        hidden = observation.hidden
    }

    /// Where it differs, and how much of it was looked at.
    func comparison(
        with sight: Sight, _ comparison: ScreenComparison
    ) -> (difference: PixelDifference?, comparedPixels: Int) {
        var comparison = comparison
        comparison.ignored += hidden
        return comparison.compare(
            frame, with: sight.frame, pointers: [pointer, sight.observation.cursor].compactMap(\.self))
    }
}

extension ReplayDifference {
    init(of sight: Sight, to screen: RecordedScreen, _ difference: PixelDifference) {
        kind = .screenAfter
        boxes = difference.boxes
        changedPixels = difference.changedPixels
        recorded = screen.png
        found = sight.observation.screenshot.png
        summary = Self.words(screen.frame.size, sight.frame.size, difference)
    }

    private static func words(_ recorded: Size, _ found: Size, _ difference: PixelDifference) -> String {
        guard recorded == found else { return "It has \(found) pixels instead of \(recorded)." }
        guard let first = difference.boxes.first else { return "" }
        let bounds = difference.boxes.dropFirst().reduce(first) { $0.union($1) }
        return "It differs in \(difference.changedPixels) pixels within \(Assertion.words(bounds))."
    }

    func named(_ kind: Kind, _ step: Int) -> ReplayDifference {
        var difference = self
        difference.kind = kind
        difference.step = step
        let when = kind == .screenBefore ? "before" : "after"
        difference.summary = "The screen \(when) step \(step) is not as recorded. \(summary)"
        return difference
    }
}
