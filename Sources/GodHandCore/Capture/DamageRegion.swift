/// A set of pixels, kept as boxes that do not overlap: what a display gathers between two looks.
///
/// As long as ``maximumBoxes`` suffice, it holds exactly the pixels that were added. Beyond that, boxes are joined and
/// it holds more than was added, never less.
public struct DamageRegion: Sendable, Hashable {
    /// The most boxes that a region keeps.
    public static let maximumBoxes = 64

    /// The boxes, not overlapping, in no particular order. They may touch.
    public private(set) var boxes: [Rect] = []

    /// Makes an empty region.
    public init() {}

    /// Makes a region of boxes that may overlap.
    public init(_ boxes: some Sequence<Rect>) { add(boxes) }

    /// Whether it holds no pixel.
    public var isEmpty: Bool { boxes.isEmpty }
    /// The smallest rectangle around all of it.
    public var bounds: Rect { boxes.reduce(Rect(x: 0, y: 0, width: 0, height: 0)) { $0.union($1) } }

    /// Whether the pixel is in it.
    public func contains(_ point: Point) -> Bool { boxes.contains { $0.contains(point) } }

    /// Whether any pixel of the rectangle is in it.
    public func intersects(_ rect: Rect) -> Bool { boxes.contains { !$0.intersection(rect).isEmpty } }

    /// What of it lies inside a rectangle.
    public func clipped(to rect: Rect) -> DamageRegion {
        var result = DamageRegion()
        result.boxes = boxes.map { $0.intersection(rect) }.filter { !$0.isEmpty }
        return result
    }

    /// Adds all of a sequence of rectangles.
    public mutating func add(_ rects: some Sequence<Rect>) {
        for rect in rects { add(rect) }
    }

    /// Adds the pixels of a rectangle. An empty one adds nothing, and neither does what lies more than 2^30 pixels from
    /// the corner of the display.
    public mutating func add(_ rect: Rect) {
        // Within these bounds no arithmetic on boxes can overflow, whatever a guest claims to have changed.
        var rect = rect.intersection(Rect(x: -1 << 30, y: -1 << 30, width: 1 << 31, height: 1 << 31))
        if rect.isEmpty || boxes.contains(where: { $0.contains(rect) }) { return }
        boxes.removeAll { rect.contains($0) }
        // Two boxes that make up a rectangle become one, so that a moving cursor or growing text leaves few boxes.
        while let index = boxes.firstIndex(where: { $0.makesRectangle(with: rect) }) {
            rect = rect.union(boxes.remove(at: index))
            boxes.removeAll { rect.contains($0) }
        }
        var pieces = [rect]
        for box in boxes where !box.intersection(rect).isEmpty {
            pieces = pieces.flatMap { $0.subtracting(box) }
        }
        boxes += pieces
        while boxes.count > Self.maximumBoxes { joinLast() }
    }

    /// Forgets everything.
    public mutating func removeAll() { boxes.removeAll(keepingCapacity: true) }

    /// Joins the last box with the one for which that adds the fewest pixels.
    private mutating func joinLast() {
        guard var box = boxes.popLast() else { return }
        func cost(_ other: Rect) -> Int { box.union(other).size.area &- other.size.area }
        guard let best = boxes.indices.min(by: { cost(boxes[$0]) < cost(boxes[$1]) }) else { return }
        box = box.union(boxes.remove(at: best))
        while let index = boxes.firstIndex(where: { !$0.intersection(box).isEmpty }) {
            box = box.union(boxes.remove(at: index))
        }
        boxes.append(box)
    }
}

extension Rect {
    /// Whether both together are a rectangle: as wide and in the same columns, or as high and in the same rows, and
    /// without a gap.
    fileprivate func makesRectangle(with other: Rect) -> Bool {
        if x == other.x && width == other.width { return y <= other.maxY && other.y <= maxY }
        if y == other.y && height == other.height { return x <= other.maxX && other.x <= maxX }
        return false
    }

    /// What is left without the pixels of another rectangle: up to four boxes that do not overlap.
    fileprivate func subtracting(_ other: Rect) -> [Rect] {
        let hole = intersection(other)
        if hole.isEmpty { return [self] }
        return [
            Rect(x: x, y: y, width: width, height: hole.y - y),
            Rect(x: x, y: hole.maxY, width: width, height: maxY - hole.maxY),
            Rect(x: x, y: hole.y, width: hole.x - x, height: hole.height),
            Rect(x: hole.maxX, y: hole.y, width: maxX - hole.maxX, height: hole.height),
        ].filter { !$0.isEmpty }
    }
}
