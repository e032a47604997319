/// The pixels of a display after a change, and where they changed.
public struct FrameUpdate: Sendable, Hashable {
    /// All pixels, not only the changed ones.
    public var frame: Frame
    /// The newest change that they show.
    public var serial: UInt64
    /// Where they may differ from the update before, as boxes that do not overlap; everything in the first one.
    public var damage: [Rect]

    /// Makes an update.
    public init(frame: Frame, serial: UInt64, damage: [Rect]) {
        self.frame = frame
        self.serial = serial
        self.damage = damage
    }
}

/// The frames of a display, as they come.
///
/// Nothing runs between two elements and nothing is buffered: asking for the next one is what waits and takes it. A
/// reader who is slower than the display gets fewer frames, each with all that changed in between. The sequence ends
/// only by an error or by leaving the loop.
public struct FrameSequence: AsyncSequence, Sendable {
    /// A frame with what changed in it.
    public typealias Element = FrameUpdate

    let display: any Display

    /// Begins with the frame as it is.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(display: display) }

    /// Where one reader is.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let display: any Display
        private var serial: UInt64?

        init(display: any Display) { self.display = display }

        /// The next frame, once there is one.
        ///
        /// - Throws: ``GodHandError`` with `display.lost` if the connection is gone, or `CancellationError`.
        public mutating func next() async throws -> FrameUpdate? {
            guard let known = serial else {
                let (frame, newest) = try await display.frame()
                serial = newest
                return FrameUpdate(frame: frame, serial: newest, damage: [Rect(frame.size)])
            }
            var answer: DisplayChange?
            while answer == nil {
                try Task.checkCancellation()
                answer = try await display.change(after: known, within: .seconds(60))
            }
            let (frame, newest) = try await display.frame()
            // The pixels may be newer than the answer. Asked now, it holds all that happened before they were taken.
            answer = try await display.change(after: known, within: .zero) ?? answer
            serial = newest
            let damage = DamageRegion(answer?.damage ?? []).clipped(to: Rect(frame.size))
            return FrameUpdate(frame: frame, serial: newest, damage: damage.boxes)
        }
    }
}

extension Display {
    /// The frames of this display from now on: the present one at once, and another one whenever something has changed.
    public func frames() -> FrameSequence { FrameSequence(display: self) }
}
