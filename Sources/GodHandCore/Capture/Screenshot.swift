public import Foundation

/// An encoded picture of a display.
public struct Screenshot: Sendable, Hashable {
    /// The picture as a PNG file.
    public let png: Data
    /// Width and height in pixels.
    public let size: Size
    /// When the pixels were taken, by the host's clock.
    public let takenAt: Date
    /// The number of the display change that it shows; a later picture of the same display has the same or a larger one.
    public let serial: UInt64

    /// Makes a screenshot of a PNG file.
    public init(png: Data, size: Size, takenAt: Date = Date(), serial: UInt64 = 0) {
        self.png = png
        self.size = size
        self.takenAt = takenAt
        self.serial = serial
    }
}

/// A screenshot that was taken once the screen had come to rest.
public struct SettledScreenshot: Sendable {
    /// The picture.
    public let screenshot: Screenshot
    /// False if the screen never was still for the quiet time before the deadline; the picture is the last one then.
    public let isSettled: Bool
    /// What changed since the wait began, as non-overlapping boxes in no particular order.
    public let damage: [Rect]
    /// How long the wait took.
    public let waited: Duration
}
