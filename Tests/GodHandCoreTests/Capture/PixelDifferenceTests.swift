import TestSupport
import Testing

@testable import GodHandCore

@Suite struct PixelDifferenceTests {
    /// Checks everything that a difference promises against a plain loop over the pixels.
    private func check(_ first: Frame, _ second: Frame, tolerance: UInt8 = 0, ignoring ignored: [Rect] = []) throws {
        let found = first.difference(to: second, tolerance: tolerance, ignoring: ignored)
        var changed: [Point] = []
        var compared = 0
        for y in 0..<first.size.height {
            for x in 0..<first.size.width where !ignored.contains(where: { $0.contains(Point(x: x, y: y)) }) {
                compared += 1
                let offset = (y * first.size.width + x) * 4
                let distances = (offset..<offset + 3).map { abs(Int(first.pixels[$0]) - Int(second.pixels[$0])) }
                if distances.contains(where: { $0 > Int(tolerance) }) { changed.append(Point(x: x, y: y)) }
            }
        }
        #expect(found.changedPixels == changed.count)
        #expect(found.comparedPixels == compared)
        #expect(found.boxes.count <= PixelDifference.maximumBoxes)
        #expect(changed.allSatisfy { point in found.boxes.contains { $0.contains(point) } })
        for (index, box) in found.boxes.enumerated() {
            #expect(found.boxes[(index + 1)...].allSatisfy { $0.intersection(box).isEmpty })
            let inside = changed.filter { box.contains($0) }
            #expect(inside.contains { $0.x == box.x } && inside.contains { $0.x == box.maxX - 1 })
            #expect(inside.contains { $0.y == box.y } && inside.contains { $0.y == box.maxY - 1 })
        }
    }

    @Test(arguments: [Size(width: 1, height: 1), Size(width: 3, height: 7), Size(width: 127, height: 81)])
    func `boxes cover exactly what changed`(size: Size) throws {
        var random = SeededGenerator(seed: 6)
        let base = try Frame.noise(size, using: &random)
        try check(base, base)
        for round in 0..<25 {
            var changed = base
            for _ in 0...round % 5 {
                changed = changed.filling(Rect.random(in: size, using: &random), red: UInt8(round), green: 0, blue: 0)
            }
            let ignored = (0..<round % 4).map { _ in Rect.random(in: size, using: &random) }
            try check(base, changed, tolerance: round % 3 == 0 ? 100 : 0, ignoring: ignored)
        }
        try check(base, Frame.noise(size, using: &random), tolerance: 200)
    }

    @Test func `places far apart get boxes of their own`() throws {
        let base = try Frame.filled(Size(width: 400, height: 300), red: 9, green: 9, blue: 9)
        let places = [
            Rect(x: 0, y: 0, width: 1, height: 1), Rect(x: 200, y: 3, width: 50, height: 20),
            Rect(x: 399, y: 299, width: 1, height: 1),
        ]
        let changed = places.reduce(base) { $0.filling($1, red: 0, green: 0, blue: 0) }
        #expect(base.difference(to: changed).boxes == places)
    }

    @Test func `many small changes are told as few boxes`() throws {
        let size = Size(width: 1279, height: 801)
        var pixels = try Frame.filled(size, red: 0, green: 0, blue: 0).pixels
        for y in stride(from: 8, to: size.height, by: 40) {
            for x in stride(from: 8, to: size.width, by: 40) { pixels[(y * size.width + x) * 4] = 1 }
        }
        let base = try Frame.filled(size, red: 0, green: 0, blue: 0)
        try check(base, Frame(size: size, pixels: pixels))
        let found = try base.difference(to: Frame(size: size, pixels: pixels))
        #expect(found.changedPixels == 32 * 20)
        #expect(!found.boxes.isEmpty)
    }

    @Test func `a tolerance hides what is within it`() throws {
        let base = try Frame.filled(Size(width: 20, height: 20), red: 100, green: 100, blue: 100)
        let near = try Frame.filled(Size(width: 20, height: 20), red: 103, green: 97, blue: 100)
        #expect(base.difference(to: near, tolerance: 3).isEmpty)
        #expect(near.difference(to: base, tolerance: 3).isEmpty)
        #expect(base.difference(to: near, tolerance: 2).changedPixels == 400)
        #expect(base.difference(to: near, tolerance: 2).fraction == 1)
    }

    @Test func `ignoring everything leaves nothing to differ`() throws {
        let base = try Frame.filled(Size(width: 20, height: 20), red: 1, green: 1, blue: 1)
        let other = try Frame.filled(Size(width: 20, height: 20), red: 2, green: 1, blue: 1)
        let found = base.difference(to: other, ignoring: [Rect(x: .min / 2, y: -5, width: .max, height: 100)])
        #expect(found.isEmpty && found.comparedPixels == 0 && found.fraction == 0)
    }

    @Test func `pictures of different sizes differ everywhere`() throws {
        let small = try Frame.filled(Size(width: 4, height: 4), red: 1, green: 1, blue: 1)
        let large = try Frame.filled(Size(width: 5, height: 4), red: 1, green: 1, blue: 1)
        #expect(small.difference(to: large).boxes == [Rect(large.size)])
        #expect(small.difference(to: large).fraction == 1)
    }
}
