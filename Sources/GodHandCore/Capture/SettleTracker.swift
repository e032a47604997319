/// Decides when a screen has come to rest: what to ask the display next, from what it answered so far.
///
/// It has no clock and asks nobody. Times are counted from the beginning of the wait by whoever feeds it.
struct SettleTracker {
    /// What to do next.
    enum Step: Hashable {
        /// Ask for a change newer than the serial, for at most this long.
        case wait(after: UInt64, within: Duration)
        /// Take the pixels.
        case capture
        /// Give the picture out.
        case finish(isSettled: Bool)
    }

    private let quiet: Duration
    private let deadline: Duration
    /// The newest change that is known of.
    private(set) var serial: UInt64
    /// Since when no change is known.
    private var stillSince: Duration = .zero
    /// How long it has to be still; longer at first, if something is expected to happen.
    private var needed: Duration
    /// When the wait that was asked for will be over.
    private var waitEnd: Duration = .zero
    /// Whether the display has been still for long enough, as far as is known.
    private var isStill = false

    /// Begins a wait.
    ///
    /// - Parameters:
    ///   - quiet: How long the screen must be still.
    ///   - deadline: When to take the picture at the latest.
    ///   - reaction: How long to wait for a first change.
    ///   - serial: The change after which the wait begins.
    init(quiet: Duration, deadline: Duration, reaction: Duration, after serial: UInt64) {
        self.quiet = max(quiet, .zero)
        self.deadline = max(deadline, .zero)
        self.serial = serial
        needed = max(self.quiet, reaction)
    }

    /// The first thing to do.
    mutating func begin() -> Step { ask(at: .zero) }

    /// The display told of a change.
    mutating func changed(to serial: UInt64, at now: Duration) -> Step {
        movement(upTo: serial, at: now)
        return ask(at: now)
    }

    /// Nothing changed in all the time that was asked for.
    mutating func stayedStill(at now: Duration) -> Step {
        // The display's word counts more than the caller's clock: where time is simulated or a timer is early,
        // comparing clocks would ask again and again for the last microsecond. A wait for a first change that the
        // deadline cut short still shows a screen at rest if it lasted for the quiet time.
        isStill = max(now, waitEnd) - stillSince >= quiet
        return .capture
    }

    /// The pixels were taken, and show all changes up to a serial.
    mutating func captured(_ serial: UInt64, at now: Duration) -> Step {
        // It may have moved between the last answer and the picture, and then the picture may be half of something.
        if serial > self.serial, quiet > .zero {
            movement(upTo: serial, at: now)
            if now < deadline { return ask(at: now) }
        }
        return .finish(isSettled: isStill)
    }

    private mutating func movement(upTo serial: UInt64, at now: Duration) {
        self.serial = max(serial, self.serial)
        // It happened a little earlier than now, so this errs on the side of waiting.
        stillSince = now
        needed = quiet
        isStill = false
    }

    private mutating func ask(at now: Duration) -> Step {
        let rest = needed - (now - stillSince)
        if rest <= .zero { isStill = true }
        if isStill || now >= deadline { return .capture }
        waitEnd = min(now + rest, deadline)
        return .wait(after: serial, within: waitEnd - now)
    }
}
