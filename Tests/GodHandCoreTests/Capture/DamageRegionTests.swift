import TestSupport
import Testing

@testable import GodHandCore

@Suite struct DamageRegionTests {
    private func overlaps(_ region: DamageRegion) -> Bool {
        region.boxes.enumerated().contains { index, box in
            region.boxes[(index + 1)...].contains { !$0.intersection(box).isEmpty }
        }
    }

    @Test func `it holds exactly what was added while the boxes suffice`() {
        var random = SeededGenerator(seed: 7)
        let size = Size(width: 60, height: 40)
        for _ in 0..<60 {
            let rects = (0..<Int.random(in: 1...5, using: &random)).map { _ in Rect.random(in: size, using: &random) }
            let region = DamageRegion(rects)
            #expect(!overlaps(region))
            for y in 0..<size.height {
                for x in 0..<size.width {
                    let point = Point(x: x, y: y)
                    #expect(region.contains(point) == rects.contains { $0.contains(point) })
                }
            }
            #expect(region.bounds == rects.reduce(rects[0]) { $0.union($1) })
        }
    }

    @Test func `with many boxes it holds at least what was added`() {
        var random = SeededGenerator(seed: 8)
        var region = DamageRegion()
        var rects: [Rect] = []
        for _ in 0..<2_000 {
            let rect = Rect(
                x: Int.random(in: 0..<4000, using: &random), y: Int.random(in: 0..<4000, using: &random),
                width: Int.random(in: 1..<90, using: &random), height: Int.random(in: 1..<90, using: &random))
            rects.append(rect)
            region.add(rect)
            #expect(region.boxes.count <= DamageRegion.maximumBoxes)
        }
        #expect(!overlaps(region))
        for rect in rects {
            let covered = region.clipped(to: rect).boxes.reduce(0) { $0 + $1.size.area }
            #expect(covered == rect.size.area)
        }
    }

    @Test func `rows that grow a rectangle stay one box`() {
        var region = DamageRegion()
        for y in 0..<800 { region.add(Rect(x: 0, y: y, width: 1280, height: 1)) }
        #expect(region.boxes == [Rect(x: 0, y: 0, width: 1280, height: 800)])
        region.add(Rect(x: 5, y: 5, width: 5, height: 5))
        region.add(Rect(x: 5, y: 5, width: 0, height: 5))
        #expect(region.boxes.count == 1)
        region.removeAll()
        #expect(region.isEmpty && region.bounds.isEmpty)
    }

    @Test func `rectangles from nowhere do not trap`() {
        var region = DamageRegion()
        for value in [Int.min, -1, 0, 1, Int.max] {
            for other in [Int.min, 5, Int.max] {
                region.add(Rect(x: value, y: other, width: other, height: value))
                region.add(Rect(x: value, y: value, width: .max, height: .max))
            }
        }
        region.add(Rect(x: 3, y: 3, width: 2, height: 2))
        #expect(!overlaps(region))
        #expect(region.intersects(Rect(x: 3, y: 3, width: 1, height: 1)))
    }
}
