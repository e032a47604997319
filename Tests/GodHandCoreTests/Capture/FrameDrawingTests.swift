import TestSupport
import Testing

@testable import GodHandCore

@Suite struct FrameDrawingTests {
    private let sizes = [Size(width: 1, height: 1), Size(width: 3, height: 7), Size(width: 40, height: 30)]

    @Test func `a part that is cut out and pasted back changes nothing`() throws {
        var random = SeededGenerator(seed: 3)
        for size in sizes {
            let frame = try Frame.noise(size, using: &random)
            for _ in 0..<20 {
                let box = Rect.random(in: size, using: &random)
                let part = try frame.cropped(to: box)
                #expect(part.size == box.size)
                #expect(part[Point(x: 0, y: 0)]?.red == frame[Point(x: box.x, y: box.y)]?.red)
                #expect(frame.pasting(part, at: Point(x: box.x, y: box.y)) == frame)
            }
        }
    }

    @Test func `a crop is clipped, and an empty one is an error`() throws {
        let frame = try Frame.filled(Size(width: 8, height: 6), red: 1, green: 2, blue: 3)
        #expect(try frame.cropped(to: Rect(x: -5, y: 4, width: 100, height: 100)).size == Size(width: 8, height: 2))
        for box in [Rect(x: 8, y: 0, width: 1, height: 1), Rect(x: 0, y: 0, width: 0, height: 5)] {
            let error = #expect(throws: GodHandError.self) { try frame.cropped(to: box) }
            #expect(error?.code == .invalidRequest)
        }
    }

    @Test func `pasting over an edge keeps what is inside`() throws {
        var random = SeededGenerator(seed: 4)
        let size = Size(width: 12, height: 9)
        let base = try Frame.noise(size, using: &random)
        let stamp = try Frame.noise(Size(width: 7, height: 5), using: &random)
        for y in -6...10 {
            for x in -8...13 {
                let result = base.pasting(stamp, at: Point(x: x, y: y))
                for row in 0..<size.height {
                    for column in 0..<size.width {
                        let point = Point(x: column, y: row)
                        let expected = stamp[Point(x: column - x, y: row - y)] ?? base[point]
                        #expect(try #require(result[point]) == #require(expected))
                    }
                }
            }
        }
        for extreme in [Int.min, Int.max] {
            #expect(base.pasting(stamp, at: Point(x: extreme, y: 0)) == base)
            #expect(base.pasting(stamp, at: Point(x: 0, y: extreme)) == base)
        }
    }

    @Test func `an outline has the colour on its edges only`() throws {
        let frame = try Frame.filled(Size(width: 20, height: 20), red: 0, green: 0, blue: 0)
        let box = Rect(x: 4, y: 5, width: 10, height: 8)
        let inner = Rect(x: 6, y: 7, width: 6, height: 4)
        let result = frame.outlining(box, red: 255, green: 1, blue: 2)
        for y in 0..<20 {
            for x in 0..<20 {
                let point = Point(x: x, y: y)
                let isEdge = box.contains(point) && !inner.contains(point)
                #expect(try #require(result[point]) == (isEdge ? (255, 1, 2) : (0, 0, 0)))
            }
        }
        #expect(frame.outlining(Rect(x: -9, y: -9, width: 50, height: 50), red: 9, green: 9, blue: 9) == frame)
        let thick = frame.outlining(box, red: 7, green: 7, blue: 7, thickness: .max)
        #expect(thick == frame.filling(box, red: 7, green: 7, blue: 7))
        for x in [Int.min, Int.max] {
            let far = Rect(x: x, y: x, width: .max, height: .max)
            #expect(frame.outlining(far, red: 9, green: 9, blue: 9).size == frame.size)
        }
    }
}
