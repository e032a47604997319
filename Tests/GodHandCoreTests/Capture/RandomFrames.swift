import TestSupport

@testable import GodHandCore

extension Frame {
    /// A frame in which every pixel is random.
    static func noise(_ size: Size, using random: inout SeededGenerator) throws -> Frame {
        var pixels = [UInt8](repeating: 255, count: size.area * 4)
        for offset in pixels.indices where offset % 4 != 3 {
            pixels[offset] = UInt8.random(in: 0...255, using: &random)
        }
        return try Frame(size: size, pixels: pixels)
    }

    /// The same frame with one box in another colour.
    func painting(_ box: Rect, _ value: UInt8) throws -> Frame {
        var pixels = pixels
        for y in box.y..<box.maxY {
            for x in box.x..<box.maxX {
                for channel in 0..<3 { pixels[(y * size.width + x) * 4 + channel] = value }
            }
        }
        return try Frame(size: size, pixels: pixels)
    }
}

extension Rect {
    /// A rectangle with at least one pixel inside a size.
    static func random(in size: Size, using random: inout SeededGenerator) -> Rect {
        let x = Int.random(in: 0..<size.width, using: &random)
        let y = Int.random(in: 0..<size.height, using: &random)
        return Rect(
            x: x, y: y, width: Int.random(in: 1...size.width - x, using: &random),
            height: Int.random(in: 1...size.height - y, using: &random))
    }
}
