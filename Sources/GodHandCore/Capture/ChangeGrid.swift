#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A picture cut into tiles, each with the tight box of the pixels that changed in it.
///
/// Tiles make two things cheap: bytes that are equal are passed over 64 at a time, and places that belong together are
/// found among a few thousand tiles instead of a million pixels.
struct ChangeGrid {
    static let tile = 16

    /// The changed pixels of one tile. As long as there are none, the box is inside out.
    private struct Cell {
        var left = Int32.max
        var top = Int32.max
        var right = Int32.min
        var bottom = Int32.min

        var isEmpty: Bool { left > right }
        var box: Rect {
            Rect(x: Int(left), y: Int(top), width: Int(right - left) + 1, height: Int(bottom - top) + 1)
        }

        mutating func add(_ other: Cell) {
            left = min(left, other.left)
            top = min(top, other.top)
            right = max(right, other.right)
            bottom = max(bottom, other.bottom)
        }
    }

    private let size: Size
    private var columns: Int
    private var rows: Int
    private var cells: [Cell]
    /// The number of pixels that differ.
    private(set) var changedPixels = 0

    init(size: Size) {
        self.size = size
        columns = (size.width + Self.tile - 1) / Self.tile
        rows = (size.height + Self.tile - 1) / Self.tile
        cells = Array(repeating: Cell(), count: columns * rows)
    }

    /// Enters all pixels in which two pictures of the grid's size differ by more than the tolerance.
    mutating func compare(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, bands: [ComparedBand], tolerance: UInt8
    ) {
        guard let first = first.baseAddress, let second = second.baseAddress else { return }
        let stride = size.width * 4
        for band in bands {
            for y in band.rows {
                let mine = first + y * stride
                let theirs = second + y * stride
                if memcmp(mine, theirs, stride) == 0 { continue }
                for range in band.columns {
                    var x = range.lowerBound
                    while x < range.upperBound {
                        let end = min(range.upperBound, (x / Self.tile + 1) * Self.tile)
                        if memcmp(mine + x * 4, theirs + x * 4, (end - x) * 4) != 0 {
                            enter(mine, theirs, columns: x..<end, row: y, tolerance: tolerance)
                        }
                        x = end
                    }
                }
            }
        }
    }

    /// Compares pixel by pixel inside one row of one tile.
    private mutating func enter(
        _ mine: UnsafeRawPointer, _ theirs: UnsafeRawPointer, columns range: Range<Int>, row: Int, tolerance: UInt8
    ) {
        var changed = 0
        var left = Int32.max
        var right = Int32.min
        for x in range {
            let one = (mine + x * 4).loadUnaligned(as: SIMD4<UInt8>.self)
            let other = (theirs + x * 4).loadUnaligned(as: SIMD4<UInt8>.self)
            if one == other { continue }
            let distance = pointwiseMax(one, other) &- pointwiseMin(one, other)
            if max(distance.x, distance.y, distance.z) > tolerance {
                changed += 1
                left = min(left, Int32(x))
                right = Int32(x)
            }
        }
        guard changed > 0 else { return }
        changedPixels += changed
        let cell = Cell(left: left, top: Int32(row), right: right, bottom: Int32(row))
        cells[row / Self.tile * self.columns + range.lowerBound / Self.tile].add(cell)
    }

    /// Boxes around the places that changed, from top to bottom, which do not overlap.
    ///
    /// Neighbouring tiles, corners included, are one place. If there are too many places, tiles are joined four by four
    /// until there are not: that bounds the work for any picture, since the joining of overlaps grows with the square.
    consuming func boxes(atMost limit: Int) -> [Rect] {
        guard changedPixels > 0 else { return [] }
        while true {
            if let places = places(atMost: limit) {
                return places.joiningOverlaps().sorted { ($0.y, $0.x) < ($1.y, $1.x) }
            }
            coarsen()
        }
    }

    /// The box of each group of neighbouring tiles; nil if there are more than the limit.
    private func places(atMost limit: Int) -> [Rect]? {
        var places: [Rect] = []
        var isSeen = cells.map(\.isEmpty)
        var open: [Int] = []
        for start in cells.indices where !isSeen[start] {
            if places.count == limit { return nil }
            var place = Cell()
            isSeen[start] = true
            open.append(start)
            while let index = open.popLast() {
                place.add(cells[index])
                let (row, column) = index.quotientAndRemainder(dividingBy: columns)
                for y in max(0, row - 1)...min(rows - 1, row + 1) {
                    for x in max(0, column - 1)...min(columns - 1, column + 1) where !isSeen[y * columns + x] {
                        isSeen[y * columns + x] = true
                        open.append(y * columns + x)
                    }
                }
            }
            places.append(place.box)
        }
        return places
    }

    /// Joins each two by two tiles into one.
    private mutating func coarsen() {
        let width = (columns + 1) / 2
        let height = (rows + 1) / 2
        var joined = Array(repeating: Cell(), count: width * height)
        for row in 0..<rows {
            for column in 0..<columns { joined[row / 2 * width + column / 2].add(cells[row * columns + column]) }
        }
        (columns, rows, cells) = (width, height, joined)
    }
}

extension [Rect] {
    /// Joins boxes that overlap into the box around both, until none do.
    func joiningOverlaps() -> [Rect] {
        var result: [Rect] = []
        for box in self {
            var box = box
            // What was joined is larger, and may now reach boxes that it did not.
            while let index = result.firstIndex(where: { !$0.intersection(box).isEmpty }) {
                box = box.union(result.remove(at: index))
            }
            result.append(box)
        }
        return result
    }
}
