import Testing

@testable import GodHandCore

@Suite struct RectTests {
    @Test func `what two rectangles share`() {
        let left = Rect(x: 0, y: 0, width: 10, height: 10)
        #expect(left.intersection(Rect(x: 5, y: 6, width: 10, height: 10)) == Rect(x: 5, y: 6, width: 5, height: 4))
        #expect(left.intersection(Rect(x: 10, y: 0, width: 5, height: 5)).isEmpty)
        #expect(left.intersection(Rect(x: 2, y: 3, width: 4, height: 5)) == Rect(x: 2, y: 3, width: 4, height: 5))
    }

    @Test func `an empty rectangle adds nothing to a union`() {
        let box = Rect(x: 3, y: 4, width: 5, height: 6)
        let empty = Rect(x: 100, y: 100, width: 0, height: 9)
        #expect(box.union(empty) == box)
        #expect(empty.union(box) == box)
        #expect(box.union(Rect(x: 0, y: 9, width: 1, height: 2)) == Rect(x: 0, y: 4, width: 8, height: 7))
    }

    /// Rectangles of these sides come from files and models; a trap would end every sandbox of the process.
    @Test(arguments: [Int.min, Int.min + 1, -1, 0, 1, Int.max - 1, Int.max])
    func `no arithmetic overflows`(value: Int) {
        let extremes = [Int.min, -1, 0, 1, Int.max]
        for x in extremes {
            for width in extremes {
                let box = Rect(x: x, y: value, width: width, height: value)
                let other = Rect(x: value, y: x, width: value, height: width)
                // At the last integer there is no room for even one pixel more.
                let isCut = [box, other].contains { $0.maxX == .max || $0.maxY == .max }
                #expect(isCut || box.union(other).isEmpty == (box.isEmpty && other.isEmpty))
                #expect(box.intersection(other).width >= 0)
                #expect(box.contains(box.center) || box.isEmpty || box.maxX == .max || box.maxY == .max)
            }
        }
        #expect(Size(width: .max, height: 2).area == .max)
    }
}
