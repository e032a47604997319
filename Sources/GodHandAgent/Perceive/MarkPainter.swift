import GodHandCore

/// Draws numbered boxes onto a picture of the screen.
struct MarkPainter {
    private let size: Size
    private var pixels: [UInt8]

    private typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)
    /// Dark enough for white digits, and far from each other, so that a number is seen to belong to its box.
    private static let colours: [Colour] = [
        (200, 0, 60), (0, 90, 200), (0, 120, 50), (150, 60, 0), (120, 0, 160), (0, 110, 120),
    ]
    /// Ten digits of three by five dots, a row of three bits each, the left one the highest.
    private static let digits: [[UInt8]] = [
        [7, 5, 5, 5, 7], [2, 6, 2, 2, 7], [7, 1, 7, 4, 7], [7, 1, 3, 1, 7], [5, 5, 7, 1, 1],
        [7, 4, 7, 1, 7], [7, 4, 7, 5, 7], [7, 1, 2, 2, 2], [7, 5, 7, 5, 7], [7, 5, 7, 1, 7],
    ]
    private static let dot = 2

    /// The screen with its marks drawn in.
    static func draw(_ marks: [ScreenMark], on frame: Frame) throws -> Frame {
        var painter = MarkPainter(size: frame.size, pixels: frame.pixels)
        // Numbers last, so that no edge goes through one.
        let visible = marks.compactMap { mark in
            let box = mark.box.intersection(Rect(frame.size))
            return box.isEmpty ? nil : ScreenMark(number: mark.number, name: mark.name, box: box)
        }
        for mark in visible { painter.outline(mark) }
        var taken: [Rect] = []
        for mark in visible { painter.label(mark, avoiding: &taken) }
        return try Frame(size: frame.size, pixels: painter.pixels)
    }

    private static func colour(of mark: ScreenMark) -> Colour { colours[abs(mark.number % colours.count)] }

    private mutating func outline(_ mark: ScreenMark) {
        let box = mark.box
        let colour = Self.colour(of: mark)
        let thickness = 1
        fill(Rect(x: box.x, y: box.y, width: box.width, height: thickness), colour)
        fill(Rect(x: box.x, y: box.maxY - thickness, width: box.width, height: thickness), colour)
        fill(Rect(x: box.x, y: box.y, width: thickness, height: box.height), colour)
        fill(Rect(x: box.maxX - thickness, y: box.y, width: thickness, height: box.height), colour)
    }

    /// Puts the number at a corner where it hides no other number: above the box if there is room, else inside it.
    private mutating func label(_ mark: ScreenMark, avoiding taken: inout [Rect]) {
        let text = String(mark.number.magnitude).utf8.map { Int($0) - 48 }
        let dot = Self.dot
        let chip = Size(width: text.count * 4 * dot + dot, height: 7 * dot)
        let box = mark.box
        let corners = [
            Point(x: box.x, y: box.y - chip.height), Point(x: box.maxX - chip.width, y: box.y - chip.height),
            Point(x: box.x, y: box.maxY), Point(x: box.x - chip.width, y: box.y), Point(x: box.x, y: box.y),
            Point(x: box.maxX - chip.width, y: box.maxY - chip.height),
        ]
        let places = corners.map { corner in
            Rect(
                x: min(max(0, corner.x), max(0, size.width - chip.width)),
                y: min(max(0, corner.y), max(0, size.height - chip.height)), width: chip.width, height: chip.height)
        }
        let free = places.first { place in !taken.contains { !$0.intersection(place).isEmpty } }
        guard let place = free ?? places.first else { return }
        taken.append(place)
        fill(place, Self.colour(of: mark))
        for (index, digit) in text.enumerated() where (0...9).contains(digit) {
            for (row, bits) in Self.digits[digit].enumerated() {
                for column in 0..<3 where bits & (4 >> column) != 0 {
                    fill(
                        Rect(
                            x: place.x + dot + (index * 4 + column) * dot, y: place.y + dot + row * dot, width: dot,
                            height: dot), (255, 255, 255))
                }
            }
        }
    }

    private mutating func fill(_ rect: Rect, _ colour: Colour) {
        let part = rect.intersection(Rect(size))
        guard !part.isEmpty else { return }
        for y in part.y..<part.maxY {
            var offset = (y * size.width + part.x) * 4
            for _ in 0..<part.width {
                pixels[offset] = colour.red
                pixels[offset + 1] = colour.green
                pixels[offset + 2] = colour.blue
                offset += 4
            }
        }
    }
}
