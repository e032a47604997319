/// A place on a display: pixels from the top left corner.
public struct Point: Sendable, Hashable, Codable {
    /// Pixels from the left edge.
    public var x: Int
    /// Pixels from the top edge.
    public var y: Int

    /// Makes a point.
    public init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}

/// Width and height in pixels.
public struct Size: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Pixels from left to right.
    public var width: Int
    /// Pixels from top to bottom.
    public var height: Int

    /// Makes a size.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The number of pixels; the largest integer if they are too many to be counted.
    public var area: Int {
        let (area, overflow) = width.multipliedReportingOverflow(by: height)
        return overflow ? .max : area
    }

    /// `1280x800`.
    public var description: String { "\(width)x\(height)" }

    /// Whether a pixel at this point exists.
    public func contains(_ point: Point) -> Bool {
        point.x >= 0 && point.y >= 0 && point.x < width && point.y < height
    }
}

/// A rectangle of pixels: left, top, width and height. An empty one has no width or no height.
///
/// Rectangles come from guests, files and models too, so no arithmetic here traps: a result that no integer can hold
/// becomes the nearest one that can.
public struct Rect: Sendable, Hashable, Codable {
    /// Pixels from the left edge to the rectangle.
    public var x: Int
    /// Pixels from the top edge to the rectangle.
    public var y: Int
    /// Pixels from left to right.
    public var width: Int
    /// Pixels from top to bottom.
    public var height: Int

    /// Makes a rectangle.
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// A rectangle that covers a whole area of this size.
    public init(_ size: Size) { self.init(x: 0, y: 0, width: size.width, height: size.height) }

    /// The first column right of it.
    public var maxX: Int { x.saturatingAdding(width) }
    /// The first row below it.
    public var maxY: Int { y.saturatingAdding(height) }
    /// Its width and height.
    public var size: Size { Size(width: width, height: height) }
    /// Whether it has no pixels.
    public var isEmpty: Bool { width <= 0 || height <= 0 }
    /// The pixel nearest to its middle.
    public var center: Point { Point(x: x.saturatingAdding(width / 2), y: y.saturatingAdding(height / 2)) }

    /// Whether the point lies inside.
    public func contains(_ point: Point) -> Bool {
        point.x >= x && point.y >= y && point.x < maxX && point.y < maxY
    }

    /// Whether all of the other rectangle lies inside. An empty one always does.
    public func contains(_ other: Rect) -> Bool {
        other.isEmpty || (other.x >= x && other.y >= y && other.maxX <= maxX && other.maxY <= maxY)
    }

    /// What both share; empty where they do not meet.
    public func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(
            x: left, y: top, width: max(0, min(maxX, other.maxX).saturatingSubtracting(left)),
            height: max(0, min(maxY, other.maxY).saturatingSubtracting(top)))
    }

    /// The smallest rectangle that holds both; an empty one adds nothing.
    public func union(_ other: Rect) -> Rect {
        if isEmpty { return other }
        if other.isEmpty { return self }
        let left = min(x, other.x)
        let top = min(y, other.y)
        return Rect(
            x: left, y: top, width: max(maxX, other.maxX).saturatingSubtracting(left),
            height: max(maxY, other.maxY).saturatingSubtracting(top))
    }
}

extension Int {
    /// The sum, or the nearest integer to it.
    fileprivate func saturatingAdding(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, or the nearest integer to it.
    fileprivate func saturatingSubtracting(_ other: Int) -> Int {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
