/// Where two pictures differ, and by how much.
public struct PixelDifference: Sendable, Hashable {
    /// The number of pixels that differ.
    public var changedPixels: Int
    /// The number of pixels that were compared: all but the ignored ones.
    public var comparedPixels: Int
    /// Boxes that together hold every pixel that differs. They do not overlap, and each edge of a box touches such a
    /// pixel. At most ``maximumBoxes``, from top to bottom.
    public var boxes: [Rect]

    /// The most boxes in one difference; more places than that are told as fewer, larger boxes.
    public static let maximumBoxes = 64

    /// Makes a difference.
    public init(changedPixels: Int, comparedPixels: Int, boxes: [Rect]) {
        self.changedPixels = changedPixels
        self.comparedPixels = comparedPixels
        self.boxes = boxes
    }

    /// The part of the compared pixels that differ, from 0 to 1.
    public var fraction: Double { comparedPixels == 0 ? 0 : Double(changedPixels) / Double(comparedPixels) }
    /// Whether no pixel differs.
    public var isEmpty: Bool { changedPixels == 0 }
}

extension Frame {
    /// Compares this picture with another one.
    ///
    /// Pictures of different sizes differ in every pixel of `other`, in one box.
    ///
    /// - Parameters:
    ///   - other: The picture to compare with, usually the later one.
    ///   - tolerance: How far red, green and blue may each be apart in pixels that count as equal. A few steps hide the
    ///     noise of a lossy picture; 0 finds everything.
    ///   - ignored: Rectangles that are not compared, such as a clock or a blinking cursor.
    public func difference(to other: Frame, tolerance: UInt8 = 0, ignoring ignored: [Rect] = []) -> PixelDifference {
        guard size == other.size else {
            return PixelDifference(
                changedPixels: other.size.area, comparedPixels: other.size.area, boxes: [Rect(other.size)])
        }
        let bands = ComparedBand.bands(of: size, without: ignored)
        var grid = ChangeGrid(size: size)
        pixels.withUnsafeBytes { mine in
            other.pixels.withUnsafeBytes { theirs in
                // The same array, which is what a still screen often gives.
                if mine.baseAddress == theirs.baseAddress { return }
                grid.compare(mine, theirs, bands: bands, tolerance: tolerance)
            }
        }
        return PixelDifference(
            changedPixels: grid.changedPixels,
            comparedPixels: bands.reduce(0) { $0 + $1.rows.count * $1.columns.reduce(0) { $0 + $1.count } },
            boxes: grid.boxes(atMost: PixelDifference.maximumBoxes))
    }
}

/// Neighbouring rows in which the same columns are compared.
struct ComparedBand {
    var rows: Range<Int>
    /// From left to right, not touching.
    var columns: [Range<Int>]

    /// Cuts a picture into bands at the upper and lower edges of the rectangles that are left out.
    static func bands(of size: Size, without ignored: [Rect]) -> [ComparedBand] {
        let holes = ignored.map { $0.intersection(Rect(size)) }.filter { !$0.isEmpty }
        let edges = Set([0, size.height] + holes.flatMap { [$0.y, $0.maxY] }).sorted()
        return zip(edges, edges.dropFirst()).map { top, bottom in
            var columns: [Range<Int>] = []
            var x = 0
            for hole in holes.filter({ $0.y <= top && $0.maxY >= bottom }).sorted(by: { $0.x < $1.x }) {
                if hole.x > x { columns.append(x..<hole.x) }
                x = max(x, hole.maxX)
            }
            if x < size.width { columns.append(x..<size.width) }
            return ComparedBand(rows: top..<bottom, columns: columns)
        }
    }
}
