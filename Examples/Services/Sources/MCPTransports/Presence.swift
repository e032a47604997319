/// Whether the client of a session is still there, as far as that can be known of requests that come and go.
struct Presence: Sendable {
    /// How long it may be silent that has shown no connection that stays open.
    var silence: Duration
    /// How long it may be away after its last connection of that kind was closed.
    var grace: Duration
    private var requests = 0
    private var streams = 0
    private var hadStream = false
    private var last: SuspendingClock.Instant

    init(silence: Duration, grace: Duration, at now: SuspendingClock.Instant) {
        (self.silence, self.grace, self.last) = (silence, grace, now)
    }

    /// A request begins.
    mutating func begin() { requests += 1 }

    /// It is over.
    mutating func end(at now: SuspendingClock.Instant) {
        requests -= 1
        last = now
    }

    /// A connection that stays open begins.
    mutating func beginStream() {
        streams += 1
        hadStream = true
    }

    /// It is closed.
    mutating func endStream(at now: SuspendingClock.Instant) {
        streams -= 1
        last = now
    }

    /// Whether the client has gone, as far as one can tell.
    func isOver(at now: SuspendingClock.Instant) -> Bool {
        guard requests == 0, streams == 0 else { return false }
        return now - last >= (hadStream ? min(grace, silence) : silence)
    }
}
