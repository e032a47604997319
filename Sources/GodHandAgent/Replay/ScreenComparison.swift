public import GodHandCore

/// When two screens count as the same.
///
/// Left out is what differs between two runs that do the same: the pointer, where a display paints it; what is as thin as
/// a line and comes and goes by itself, such as a text cursor and a scrollbar that fades; and what you name, such as a
/// clock. The rest is compared pixel by pixel.
public struct ScreenComparison: Sendable, Hashable {
    /// How far red, green and blue may each be apart in pixels that count as equal: enough for the rounding of edges and
    /// for lossy pictures, too little for a letter.
    public var tolerance: UInt8 = 16
    /// How many pixels may differ all the same, wherever they are.
    public var allowedPixels = 0
    /// Places that are not compared, such as a clock.
    public var ignored: [Rect] = []
    /// The size around the pointer's place that is not compared. Zero compares it.
    public var pointerSize = Size(width: 32, height: 32)
    /// A difference that is no wider or no higher than this many pixels does not count. Letters are thicker.
    public var lineThickness = 3

    /// The usual comparison.
    public init() {}

    /// The usual comparison for a screen that this machine shows: on GodHand's own desktops the clock in the panel is not
    /// compared.
    public init(of spec: SandboxSpec) {
        guard [SandboxSpec.desktop.image, SandboxSpec.vm.image].contains(spec.image), let screen = spec.screen else {
            return
        }
        ignored = [Rect(x: screen.width - 64, y: screen.height - 36, width: 64, height: 36)]
    }

    /// Where two screens differ; nil if they count as the same.
    ///
    /// - Parameters:
    ///   - recorded: One screen.
    ///   - found: The other one.
    ///   - pointers: Where the pointer was on each of them, as far as that is known.
    public func difference(of recorded: Frame, to found: Frame, pointers: [Point] = []) -> PixelDifference? {
        compare(recorded, with: found, pointers: pointers).difference
    }

    /// The same, and how many pixels were compared: if all are left out, that nothing differs says nothing.
    func compare(
        _ recorded: Frame, with found: Frame, pointers: [Point]
    ) -> (difference: PixelDifference?, comparedPixels: Int) {
        let shadows = pointers.map {
            Rect(
                x: $0.x - pointerSize.width / 2, y: $0.y - pointerSize.height / 2, width: pointerSize.width,
                height: pointerSize.height)
        }
        var difference = recorded.difference(to: found, tolerance: tolerance, ignoring: ignored + shadows)
        // Each is a place of its own, so a line that is left out hides nothing else.
        difference.boxes.removeAll { min($0.width, $0.height) <= lineThickness }
        let isNone = difference.boxes.isEmpty || difference.changedPixels <= allowedPixels
        return (isNone ? nil : difference, difference.comparedPixels)
    }
}
