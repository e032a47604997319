import TestSupport
import Testing

@testable import GodHandCore

@Suite struct FrameScalerTests {
    static let sides = [1, 2, 3, 7, 64, 801, 1279]

    @Test(arguments: sides, sides)
    func `one colour stays that colour`(width: Int, height: Int) throws {
        let frame = try Frame.filled(Size(width: 61, height: 37), red: 255, green: 1, blue: 128)
        let target = Size(width: width, height: height)
        #expect(try frame.scaled(to: target) == Frame.filled(target, red: 255, green: 1, blue: 128))
    }

    @Test func `the weights of each target pixel add up and stay inside the source`() {
        for source in [1, 2, 3, 5, 100, 1280, 16_383, 16_384] {
            for target in [1, 2, 3, 7, 99, 1024, 16_384] {
                let axis = ScalingAxis(from: source, to: target)
                for index in 0..<target {
                    let taps = axis.bounds[index]..<axis.bounds[index + 1]
                    #expect(axis.weights[taps].reduce(0, +) == UInt32(ScalingAxis.unit))
                    #expect(axis.firsts[index] >= 0 && axis.firsts[index] + taps.count <= source)
                }
            }
        }
    }

    /// Compared with the mean computed in floating point.
    @Test(arguments: [Size(width: 20, height: 10), Size(width: 7, height: 13), Size(width: 1, height: 1)])
    func `shrinking gives the mean of the covered area`(target: Size) throws {
        var random = SeededGenerator(seed: 5)
        let frame = try Frame.noise(Size(width: 31, height: 23), using: &random)
        let result = try frame.scaled(to: target)
        func overlap(_ pixel: Int, _ index: Int, _ source: Int, _ target: Int) -> Double {
            let scale = Double(source) / Double(target)
            return max(0, min(Double(pixel) + 1, Double(index + 1) * scale) - max(Double(pixel), Double(index) * scale))
        }
        for y in 0..<target.height {
            for x in 0..<target.width {
                var sum = 0.0
                var area = 0.0
                for row in 0..<frame.size.height {
                    for column in 0..<frame.size.width {
                        let weight =
                            overlap(row, y, frame.size.height, target.height)
                            * overlap(column, x, frame.size.width, target.width)
                        sum += weight * Double(frame.pixels[(row * frame.size.width + column) * 4 + 1])
                        area += weight
                    }
                }
                let green = Double(try #require(result[Point(x: x, y: y)]).green)
                #expect(abs(green - sum / area) < 1)
            }
        }
    }

    @Test func `growing blends between neighbours and keeps the corners`() throws {
        let pair = try Frame(size: Size(width: 2, height: 1), pixels: [0, 0, 0, 255, 200, 100, 50, 255])
        let result = try pair.scaled(to: Size(width: 8, height: 3))
        let reds = (0..<8).compactMap { result[Point(x: $0, y: 1)]?.red }
        #expect(reds == reds.sorted())
        #expect(reds.first == 0 && reds.last == 200)
        #expect(Set(reds).count > 4)
        #expect(stride(from: 3, to: result.pixels.count, by: 4).allSatisfy { result.pixels[$0] == 255 })
    }

    @Test func `a box is filled without changing the shape, and never outgrown`() throws {
        let frame = try Frame.filled(Size(width: 1280, height: 800), red: 0, green: 0, blue: 0)
        #expect(try frame.scaledDown(toFit: Size(width: 1024, height: 768)).size == Size(width: 1024, height: 640))
        #expect(try frame.scaledDown(toFit: Size(width: 4000, height: 4000)) == frame)
        #expect(try frame.scaledDown(toFit: Size(width: 5000, height: 1)).size == Size(width: 2, height: 1))
        #expect(throws: GodHandError.self) { try frame.scaledDown(toFit: Size(width: 0, height: 10)) }
    }

    @Test(arguments: [Size(width: 0, height: 5), Size(width: 16_385, height: 1), Size(width: .max, height: .max)])
    func `sizes that no frame can have are refused`(size: Size) throws {
        let frame = try Frame.filled(Size(width: 2, height: 2), red: 0, green: 0, blue: 0)
        let error = #expect(throws: GodHandError.self) { try frame.scaled(to: size) }
        #expect(error?.code == .invalidRequest)
    }
}
