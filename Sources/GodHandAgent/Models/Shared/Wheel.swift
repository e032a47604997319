import GodHandCore

/// Turns distances that a model gives in pixels, or directions in words, into clicks of the wheel.
enum Wheel {
    /// How far a page moves by one click of the wheel, roughly: programs differ.
    static let pixelsPerClick = 100.0

    /// Clicks for a distance in pixels of the screen: at least one unless it is zero, at most what input allows.
    static func clicks(_ pixels: Double) -> Int {
        guard pixels.isFinite, pixels != 0 else { return 0 }
        let limit = Double(InputLimits.scroll)
        let clicks = Int(min(max((abs(pixels) / pixelsPerClick).rounded(), 1), limit))
        return pixels < 0 ? -clicks : clicks
    }

    /// The wheel's movement for a direction.
    ///
    /// - Throws: ``MalformedInput`` for a word that is no direction.
    static func toward(_ direction: String, clicks: Int) throws -> (dx: Int, dy: Int) {
        switch direction.lowercased() {
        case "down": (0, clicks)
        case "up": (0, -clicks)
        case "right": (clicks, 0)
        case "left": (-clicks, 0)
        default: throw MalformedInput("a direction is up, down, left or right")
        }
    }
}
