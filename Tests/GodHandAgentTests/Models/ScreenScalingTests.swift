import Foundation
import GodHandCore
import Testing

@testable import GodHandAgent

@Suite struct ScreenScalingTests {
    static let rules = [
        ImageRule.safe, .unlimited, ImageRule(longestSide: 1568, pixelBudget: 1_150_000),
        ImageRule(longestSide: 4096, pixelBudget: 1_003_520, multiple: 28), ImageRule(longestSide: 768),
        ImageRule(longestSide: 100, pixelBudget: 1, multiple: 28),
    ]

    /// All lengths of a side from 64 to 4096, each against another, so that every one is met in both directions.
    @Test(arguments: rules)
    func `a point there and back stays within half a scaled pixel`(_ rule: ImageRule) {
        var failures = 0
        for length in 64...4096 {
            let screen = Size(width: length, height: 64 + (length &* 7919) % 4033)
            for screen in [screen, Size(width: screen.height, height: screen.width)] {
                failures += Self.failures(ScreenScaling(screen: screen, rule: rule))
            }
        }
        #expect(failures == 0)
    }

    @Test(arguments: [ScreenScaling.Space.thousand, .perMille])
    func `counting in thousandths holds for every screen`(_ space: ScreenScaling.Space) {
        var failures = 0
        for length in 64...4096 {
            let screen = Size(width: length, height: 4160 - length)
            failures += Self.failures(ScreenScaling(screen: screen, space: space))
        }
        #expect(failures == 0)
    }

    private static func failures(_ scaling: ScreenScaling) -> Int {
        var failures = 0
        let screen = scaling.screen
        let width = scaling.space.width
        let height = scaling.space.height
        for step in 0...12 {
            let point = Point(x: (screen.width - 1) * step / 12, y: (screen.height - 1) * (12 - step) / 12)
            let model = scaling.modelPoint(point)
            guard let back = scaling.screenPoint(x: Double(model.x), y: Double(model.y)), screen.contains(back) else {
                failures += 1
                continue
            }
            // Twice the way against one scaled pixel, and one more since both ends are whole pixels.
            if 2 * abs(back.x - point.x) * width > screen.width + width { failures += 1 }
            if 2 * abs(back.y - point.y) * height > screen.height + height { failures += 1 }
        }
        return failures
    }

    @Test(arguments: rules)
    func `a picture keeps to its rule and its shape`(_ rule: ImageRule) {
        for width in stride(from: 64, through: 4096, by: 61) {
            for height in stride(from: 64, through: 4096, by: 67) {
                let size = rule.size(for: Size(width: width, height: height))
                #expect(size.width >= 1 && size.height >= 1)
                #expect(size.width % rule.multiple == 0 && size.height % rule.multiple == 0)
                let floor = rule.multiple
                #expect(max(size.width, size.height) <= max(rule.longestSide, floor))
                #expect(size.area <= max(rule.pixelBudget, floor * max(size.width, size.height)))
            }
        }
        #expect(ImageRule.safe.size(for: Size(width: 1280, height: 800)) == Size(width: 1280, height: 800))
    }

    @Test func `what is no point is refused, and slips at the edge are not`() {
        let scaling = ScreenScaling(screen: Size(width: 2560, height: 1600), rule: .safe)
        #expect(scaling.screenPoint(x: .nan, y: 0) == nil)
        #expect(scaling.screenPoint(x: .infinity, y: 0) == nil)
        #expect(scaling.screenPoint(x: 1e300, y: 0) == nil)
        #expect(scaling.screenPoint(x: -20, y: 0) == nil)
        #expect(scaling.screenPoint(x: 1280, y: 800) == Point(x: 2559, y: 1599))
        #expect(scaling.screenPoint(x: 0, y: 0) == Point(x: 1, y: 1))
        #expect(
            scaling.screenRegion(x0: 1280, y0: 800, x1: 0, y1: 0) == Rect(Size(width: 2560, height: 1600)))
        #expect(scaling.screenRegion(x0: 5, y0: 5, x1: 5, y1: 5) == Rect(x: 10, y: 10, width: 1, height: 1))
    }

    @Test func `a picture is scaled once`() throws {
        let scaler = ImageScaler(rule: ImageRule(longestSide: 64), capacity: 4096)
        let frame = try Frame.filled(Size(width: 128, height: 96), red: 9, green: 8, blue: 7)
        let image = ModelImage(png: try PNG.encode(frame), size: frame.size)
        let first = try scaler.scaled(image)
        #expect(first.size == Size(width: 64, height: 48))
        #expect(first.region == image.region)
        let picture = try PNG.decode(first.png)
        #expect(picture.size == first.size)
        #expect(picture.pixels.prefix(4) == [9, 8, 7, 255])
        let second = try scaler.scaled(image)
        #expect(second == first)
        #expect(scaler.count == 1)
        for shade in 0..<200 {
            let frame = try Frame.filled(frame.size, red: UInt8(shade), green: 0, blue: 0)
            _ = try scaler.scaled(ModelImage(png: PNG.encode(frame), size: frame.size))
        }
        #expect(scaler.count < 100)
    }
}

extension ScreenScaling.Space {
    var width: Int { if case .pixels(let size) = self { size.width } else { 1000 } }
    var height: Int { if case .pixels(let size) = self { size.height } else { 1000 } }
}
