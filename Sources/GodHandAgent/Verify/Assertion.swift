public import GodHandCore

/// Something that should hold on a screen or in a guest: said once, checked as often as needed.
///
/// ```swift
/// let arrived = Assertion.all([.windowTitle(contains: "Alan Turing"), .textVisible("mathematician")])
/// let verdict = try await arrived.eventually(within: .seconds(5)).check(in: sandbox)
/// ```
public indirect enum Assertion: Sendable, Hashable {
    /// The screen, or a part of it, shows this text. It is read from the pixels, so case, spaces and a few wrong letters
    /// do not count.
    case textVisible(String, in: Rect? = nil)
    /// The title of the window in front contains this, whatever its case.
    case windowTitle(contains: String)
    /// The clipboard contains this text.
    case clipboardContains(String)
    /// There is something at this path in the guest.
    case fileExists(String)
    /// The file at this path in the guest contains this text. At most its first mebibyte is looked at.
    case fileContains(path: String, text: String)
    /// A process of exactly this name runs in the guest.
    case processRuns(String)
    /// This command ends with exit code zero in the guest.
    case commandSucceeds([String])
    /// The browser in front shows exactly this address. Checking it uses the address bar and the clipboard.
    case addressIs(String)
    /// The browser in front shows an address that contains this. Checking it uses the address bar and the clipboard.
    case addressContains(String)
    /// The screen, or a part of it, is not as it was before the step; see ``CheckContext/before``.
    case screenChanged(in: Rect? = nil)
    /// The screen shows this picture with its top left corner here; in each pixel red, green and blue may be off by the
    /// tolerance.
    case regionMatches(Frame, at: Point, tolerance: UInt8 = 8)
    /// All of these hold. They are looked at in order, up to the first that does not.
    case all([Assertion])
    /// At least one of these holds. They are looked at in order, up to the first that does.
    case any([Assertion])
    /// This does not hold.
    case not(Assertion)
    /// This holds now or within a time. It is looked at again whenever the display changes.
    case within(Duration, Assertion)

    /// The same, with time to become true.
    public func eventually(within duration: Duration = .seconds(5)) -> Assertion { .within(duration, self) }
}

/// What a check may need to know of what was before.
public struct CheckContext: Sendable {
    /// The pixels before the step that is checked; nil if there is none.
    public var before: Frame?

    /// Makes a context.
    public init(before: Frame? = nil) { self.before = before }
}

extension Assertion {
    /// What is claimed, in words.
    public var claim: String {
        switch self {
        case .textVisible(let text, nil): "the screen shows “\(text)”"
        case .textVisible(let text, let rect?): "the screen shows “\(text)” within \(Self.words(rect))"
        case .windowTitle(let text): "the window's title contains “\(text)”"
        case .clipboardContains(let text): "the clipboard contains “\(text)”"
        case .fileExists(let path): "there is a file \(path)"
        case .fileContains(let path, let text): "the file \(path) contains “\(text)”"
        case .processRuns(let name): "a process named \(name) runs"
        case .commandSucceeds(let arguments): "\(arguments.joined(separator: " ")) succeeds"
        case .addressIs(let address): "the browser's address is \(address)"
        case .addressContains(let text): "the browser's address contains “\(text)”"
        case .screenChanged(nil): "the screen has changed"
        case .screenChanged(let rect?): "the screen has changed within \(Self.words(rect))"
        case .regionMatches(let frame, let point, _):
            "the picture of \(frame.size) pixels is at (\(point.x), \(point.y))"
        case .all(let parts): parts.count == 2 ? "both of these hold" : "all of these \(parts.count) hold"
        case .any(let parts): "one of these \(parts.count) holds"
        case .not(let inner): "it is not so that \(inner.claim)"
        case .within(_, let inner): inner.claim
        }
    }

    static func words(_ rect: Rect) -> String { "\(rect.width)x\(rect.height) at (\(rect.x), \(rect.y))" }
}
