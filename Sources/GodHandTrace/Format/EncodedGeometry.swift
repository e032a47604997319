import GodHandCore

/// `[x, y]`. Maps to `Point`.
struct EncodedPoint: Codable {
    let point: Point

    init(_ point: Point) { self.point = point }

    init(from decoder: any Decoder) throws {
        let numbers = try [Int](from: decoder)
        guard numbers.count == 2, numbers.allSatisfy(EncodedRect.range.contains) else {
            throw UnreadableValue("a point")
        }
        point = Point(x: numbers[0], y: numbers[1])
    }

    func encode(to encoder: any Encoder) throws { try [point.x, point.y].encode(to: encoder) }
}

/// `[x, y, width, height]`. Maps to `Rect`.
struct EncodedRect: Codable {
    /// Numbers from files are bounded, so that sums of a few of them cannot overflow.
    static let range = -1_000_000...1_000_000
    let rect: Rect

    init(_ rect: Rect) { self.rect = rect }

    init(from decoder: any Decoder) throws {
        let numbers = try [Int](from: decoder)
        guard numbers.count == 4, numbers.allSatisfy(Self.range.contains) else { throw UnreadableValue("a rectangle") }
        rect = Rect(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }

    func encode(to encoder: any Encoder) throws { try [rect.x, rect.y, rect.width, rect.height].encode(to: encoder) }
}

/// `[width, height]`. Maps to `Size`.
struct EncodedSize: Codable {
    let size: Size

    init(_ size: Size) { self.size = size }

    init(from decoder: any Decoder) throws {
        let numbers = try [Int](from: decoder)
        guard numbers.count == 2, numbers.allSatisfy((0...1_000_000).contains) else { throw UnreadableValue("a size") }
        size = Size(width: numbers[0], height: numbers[1])
    }

    func encode(to encoder: any Encoder) throws { try [size.width, size.height].encode(to: encoder) }
}
