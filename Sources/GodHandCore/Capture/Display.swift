/// The screen of a machine, and the hands on it.
///
/// A backend gives three things: the pixels, a wait for the next change, and input. All else (screenshots, the wait for
/// a still screen, sequences of frames, clicks by name) is built on these in extensions, so every backend has it.
///
/// Changes are numbered by a *serial* that only grows. Waiting is by level, not by edge: whoever asks for a change after
/// a serial that has passed gets the answer at once, so no change is ever missed and slow readers get several changes as
/// one.
public protocol Display: Sendable {
    /// Width, height, the newest serial, and where the cursor is if that is known.
    ///
    /// - Throws: ``GodHandError`` with `display.lost` if the connection is gone and did not come back in time.
    func state() async throws -> DisplayState

    /// The pixels now, and the serial of the newest change in them.
    func frame() async throws -> (frame: Frame, serial: UInt64)

    /// Waits for a change newer than `serial`.
    ///
    /// - Parameters:
    ///   - serial: A change that the caller knows of already.
    ///   - duration: How long to wait at most.
    /// - Returns: All that changed since then, or nil if nothing did in that time.
    func change(after serial: UInt64, within duration: Duration) async throws -> DisplayChange?

    /// The mouse and the keyboard.
    var input: any InputDriver { get }
}

/// What is known of a display at one moment.
public struct DisplayState: Sendable, Hashable {
    /// Width and height in pixels.
    public var size: Size
    /// The number of the newest change.
    public var serial: UInt64
    /// Where the cursor is, if that is known.
    public var cursor: Point?

    /// Makes a state.
    public init(size: Size, serial: UInt64, cursor: Point? = nil) {
        self.size = size
        self.serial = serial
        self.cursor = cursor
    }
}

/// One or more changes of a display, taken together.
public struct DisplayChange: Sendable, Hashable {
    /// The number of the newest change in it.
    public var serial: UInt64
    /// The size afterwards.
    public var size: Size
    /// Where pixels may differ. Boxes may touch, but do not overlap.
    public var damage: [Rect]

    /// Makes a change.
    public init(serial: UInt64, size: Size, damage: [Rect]) {
        self.serial = serial
        self.size = size
        self.damage = damage
    }
}
