/// The bounds on what a screen server may say.
enum RFBLimits {
    /// The largest width and height. The frame buffer in C is at most 64 MiB.
    static let side = 4096
    /// The longest name of a desktop and the longest reason of a refusal, in bytes.
    static let text = 4096
    /// The longest clipboard text that is skipped rather than refused, in bytes.
    static let cutText = 1 << 20
    /// The largest width and height of a cursor.
    static let cursor = 512
    /// The longest payload of a fence, in bytes.
    static let fence = 64
    /// How many times its own area one update may copy within the screen. The copy costs the sender 16 bytes whatever
    /// its size, so without a bound a kilobyte could keep a processor busy for seconds.
    static let copiesPerUpdate = 4
}

/// How a server broke the protocol.
struct RFBViolation: Error, Equatable {
    let reason: String
}

/// What the checked stream of a server means.
enum RFBEvent: Equatable {
    /// The server waits for this.
    case reply(RFBClientMessage)
    /// The server wants these 16 bytes encrypted with the password.
    case challenge([UInt8])
    /// The handshake is over.
    case opened(Size)
    /// An update begins.
    case began
    /// Whole rows of pixels lie at this range of the bytes that were given to the step.
    case rows(Rect, at: Range<Int>)
    /// Pixels move within the screen.
    case copied(from: Point, to: Rect)
    /// The screen has another size, and nothing on it is known.
    case resized(Size)
    /// The cursor is here now.
    case cursor(Point)
    /// The update is complete.
    case ended
    /// A fence: a request to be answered, or the answer to one of ours.
    case fence(flags: UInt32, payload: [UInt8])
}

/// A strict filter for what a screen server sends: RFB 3.8, no security or a password, and a handful of encodings.
///
/// Everything after it, the C library above all, sees only what was checked here: sizes within bounds, rectangles inside
/// the screen, no unknown message. A pure state machine without buffers: the caller keeps the bytes that a step did not
/// consume and offers them again with more behind. Any division of a stream into steps gives the same meaning.
///
/// Servers that speak 3.3 or 3.7 are refused; no server of this decade needs them.
struct RFBGate {
    enum Phase: Equatable {
        case version, securityCount
        case securityTypes(Int)
        case challenge, result, refusal, serverInit
        case name(Int)
        case message
        case rectangle
        case rows(Rect)
        case copySource(Rect)
        /// Bytes that mean nothing to us, and what follows them.
        case skip(Int, inUpdate: Bool)
    }

    let hasPassword: Bool
    var phase = Phase.version
    var size = Size(width: 0, height: 0)
    /// Rectangles that are still to come in the update.
    var rectangles = 0
    /// Pixels that the update may still copy.
    var copyBudget = 0
    private var violation: RFBViolation?

    init(hasPassword: Bool) { self.hasPassword = hasPassword }

    /// Whether a message has begun and is not complete, so that a silent server is a stalled one.
    var isMidMessage: Bool { phase != .message }

    /// Takes one unit from the front of `bytes`.
    ///
    /// - Returns: How many bytes it used, which can be none, and what they mean; nil if more bytes must be offered.
    /// - Throws: The violation, again and again once there was one.
    mutating func step(_ bytes: UnsafeRawBufferPointer) throws(RFBViolation) -> (used: Int, event: RFBEvent?)? {
        if let violation { throw violation }
        do {
            return try advance(bytes)
        } catch {
            violation = error
            throw error
        }
    }

    private mutating func advance(_ bytes: UnsafeRawBufferPointer) throws(RFBViolation) -> (
        used: Int, event: RFBEvent?
    )? {
        switch phase {
        case .rows(let rect): return rows(rect, bytes)
        case .skip(let count, let inUpdate):
            let used = min(count, bytes.count)
            if used == count { return (used, inUpdate ? rectangleDone() : idle()) }
            phase = .skip(count - used, inUpdate: inUpdate)
            return used > 0 ? (used, nil) : nil
        case .name(let count):
            let used = min(count, bytes.count)
            phase = used == count ? .message : .name(count - used)
            if used == count { return (used, .opened(size)) }
            return used > 0 ? (used, nil) : nil
        default: break
        }
        // All other units are short, so each is read whole or not at all.
        var reader = RFBReader(bytes)
        let before = self
        let event: RFBEvent?? =
            switch phase {
            case .message: try message(&reader)
            case .rectangle: try rectangle(&reader)
            case .copySource(let target): try copySource(target, &reader)
            default: try handshake(&reader)
            }
        guard let event else {
            self = before
            return nil
        }
        return (reader.offset, event)
    }

    func fail(_ reason: String) -> RFBViolation { RFBViolation(reason: reason) }

    private mutating func idle() -> RFBEvent? {
        phase = .message
        return nil
    }

    /// Counts a rectangle as done.
    mutating func rectangleDone() -> RFBEvent? {
        rectangles -= 1
        phase = rectangles > 0 ? .rectangle : .message
        return rectangles > 0 ? nil : .ended
    }
}
