import GodHandCore

/// Whether the place of an action still looks as it did when the model decided.
///
/// It sees pixels only: what changes a page without changing its looks goes unseen.
enum Freshness {
    /// Half the side of the square that is compared around a point. A button with its caption fits in.
    private static let reach = 20
    /// How many of the pixels may differ: a caret, a highlight.
    private static let allowed = 0.25

    /// The part of the screen that an action is about, if it is about one.
    static func target(of action: Action, marks: [ScreenMark]) -> Rect? {
        switch action {
        case .input(.click(let point?, _, _, _)), .input(.scroll(let point?, _, _, _)): around(point)
        case .input(.drag(let path, _, _)): path.first.map(around)
        case .element(.mark(let number), _): marks.first { $0.number == number }?.box
        default: nil
        }
    }

    /// - Returns: What is different; nil if the place is as it was.
    static func surprise(at target: Rect, seen: Frame, now: Frame) -> String? {
        guard seen.size == now.size else { return "the screen has another size" }
        let place = target.intersection(Rect(seen.size))
        guard !place.isEmpty, let old = try? seen.cropped(to: place), let new = try? now.cropped(to: place) else {
            return nil
        }
        let difference = old.difference(to: new, tolerance: 8)
        guard difference.fraction > allowed else { return nil }
        return "the screen is not as it was around (\(place.center.x), \(place.center.y))"
    }

    /// Whether much of the whole screen is different.
    static func isAnother(_ seen: Frame, _ now: Frame) -> Bool {
        seen.difference(to: now, tolerance: 8).fraction > 0.05
    }

    private static func around(_ point: Point) -> Rect {
        // Points come from models: the sums must not overflow.
        let x = min(max(point.x, 0), Frame.maximumSide)
        let y = min(max(point.y, 0), Frame.maximumSide)
        return Rect(x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach)
    }
}
