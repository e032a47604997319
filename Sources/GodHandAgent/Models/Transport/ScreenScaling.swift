public import GodHandCore

/// How large a picture a model takes.
public struct ImageRule: Sendable, Hashable, Codable {
    /// The longest side in pixels.
    public var longestSide: Int
    /// The most pixels.
    public var pixelBudget: Int
    /// Both sides are multiples of this.
    public var multiple: Int

    /// Makes a rule.
    public init(longestSide: Int, pixelBudget: Int = .max, multiple: Int = 1) {
        self.longestSide = max(1, longestSide)
        self.pixelBudget = max(1, pixelBudget)
        self.multiple = max(1, multiple)
    }

    /// What every model is known to take without shrinking it again on its side.
    public static let safe = ImageRule(longestSide: 1366, pixelBudget: 1280 * 800)
    /// Pictures go as they are.
    public static let unlimited = ImageRule(longestSide: Frame.maximumSide)

    /// The size in which a picture is sent: its own if it fits, else smaller in the same shape, to within a pixel or the
    /// multiple.
    public func size(for size: Size) -> Size {
        let width = min(max(size.width, 1), Frame.maximumSide)
        let height = min(max(size.height, 1), Frame.maximumSide)
        let side = Double(longestSide) / Double(max(width, height))
        let budget = (Double(pixelBudget) / (Double(width) * Double(height))).squareRoot()
        let factor = min(1, side, budget)
        func scaled(_ length: Int) -> Int {
            let exact = factor == 1 ? length : max(1, Int(Double(length) * factor))
            return multiple == 1 ? exact : max(multiple, exact / multiple * multiple)
        }
        return Size(width: scaled(width), height: scaled(height))
    }
}

/// Where a point of the model's lies on the real screen, and the other way round.
///
/// A pixel of a scaled picture stands for the area that it covers, so it is taken for the middle of that: there and back
/// a point moves by at most half a scaled pixel. What comes out lies on the screen whatever came in.
public struct ScreenScaling: Sendable, Hashable {
    /// In what a model counts.
    public enum Space: Sendable, Hashable, Codable {
        /// Pixels of a picture of this size.
        case pixels(Size)
        /// From 0 to 999 along both sides, whatever the screen.
        case thousand
        /// From 0 to 1000 along both sides, where 1000 is the far edge.
        case perMille
    }

    /// Width and height of the real screen.
    public let screen: Size
    /// In what the model counts.
    public let space: Space

    /// Makes a scaling.
    public init(screen: Size, space: Space) {
        self.screen = Size(width: max(1, screen.width), height: max(1, screen.height))
        self.space = space
    }

    /// The scaling between a screen and the picture of it that a rule allows.
    public init(screen: Size, rule: ImageRule) { self.init(screen: screen, space: .pixels(rule.size(for: screen))) }

    /// The scaling for a request whose pictures are sent by a rule: what counts is the newest picture of the whole
    /// screen, which may be smaller than the screen before it is scaled.
    public init(request: ModelRequest, rule: ImageRule) {
        let newest = request.newestScreen?.size ?? request.screen
        self.init(screen: request.screen, space: .pixels(rule.size(for: newest)))
    }

    /// The pixel of the screen that a model means; nil if it is no number or clearly beside the screen.
    public func screenPoint(x: Double, y: Double) -> Point? {
        guard let x = onScreen(x, screen.width, \.width), let y = onScreen(y, screen.height, \.height) else {
            return nil
        }
        return Point(x: x, y: y)
    }

    /// The point that a model sees for a pixel of the screen. Pixels beside the screen are taken for the nearest on it.
    public func modelPoint(_ point: Point) -> Point {
        Point(x: inModel(point.x, screen.width, \.width), y: inModel(point.y, screen.height, \.height))
    }

    /// The part of the screen that a model means by two corners; nil if they are no numbers or clearly beside it.
    public func screenRegion(x0: Double, y0: Double, x1: Double, y1: Double) -> Rect? {
        guard let left = edge(min(x0, x1), screen.width, \.width, .down),
            let right = edge(max(x0, x1), screen.width, \.width, .up),
            let top = edge(min(y0, y1), screen.height, \.height, .down),
            let bottom = edge(max(y0, y1), screen.height, \.height, .up)
        else { return nil }
        let x = min(left, screen.width - 1)
        let y = min(top, screen.height - 1)
        return Rect(x: x, y: y, width: max(1, right - x), height: max(1, bottom - y))
    }

    /// The length of a side in the model's own count.
    private func length(_ side: KeyPath<Size, Int>) -> Double {
        switch space {
        case .pixels(let size): Double(max(1, size[keyPath: side]))
        case .thousand, .perMille: 1000
        }
    }

    private func onScreen(_ value: Double, _ pixels: Int, _ side: KeyPath<Size, Int>) -> Int? {
        let length = length(side)
        // One more than the last pixel is a common slip; further out the model means something else.
        guard value.isFinite, value >= -1, value <= length else { return nil }
        let middle: Double =
            switch space {
            case .perMille: value
            case .pixels, .thousand: value.rounded(.down) + 0.5
            }
        return min(max(Int((middle * Double(pixels) / length).rounded(.down)), 0), pixels - 1)
    }

    private func inModel(_ value: Int, _ pixels: Int, _ side: KeyPath<Size, Int>) -> Int {
        let length = length(side)
        let exact = (Double(min(max(value, 0), pixels - 1)) + 0.5) * length / Double(pixels)
        return switch space {
        case .perMille: min(Int(exact.rounded()), 1000)
        case .pixels, .thousand: min(Int(exact.rounded(.down)), Int(length) - 1)
        }
    }

    private func edge(
        _ value: Double, _ pixels: Int, _ side: KeyPath<Size, Int>, _ rule: FloatingPointRoundingRule
    ) -> Int? {
        let length = length(side)
        guard value.isFinite, value >= -1, value <= length + 1 else { return nil }
        return min(max(Int((value * Double(pixels) / length).rounded(rule)), 0), pixels)
    }
}

extension ModelRequest {
    /// The newest picture of the whole screen.
    var newestScreen: ModelImage? {
        for turn in turns.reversed() {
            if let image = turn.images.last(where: { $0.region == Rect(screen) }) { return image }
        }
        return nil
    }
}

extension ModelTurn {
    /// Its pictures, in order.
    var images: [ModelImage] {
        let content: [ModelContent] =
            switch self {
            case .user(let content): content
            case .results(let results): results.flatMap(\.content)
            case .model: []
            }
        return content.compactMap { if case .image(let image) = $0 { image } else { nil } }
    }
}
