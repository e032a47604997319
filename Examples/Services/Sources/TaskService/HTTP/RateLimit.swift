import HTTPTypes
import ServiceSupport
import Synchronization

/// Lets so many requests a second pass, and a burst of some more.
final class RateLimit: Sendable {
    private let bucket: Mutex<TokenBucket>
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - perSecond: How many on average.
    ///   - burst: How many at once after a silence.
    init(
        perSecond: Double, burst: Int, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        bucket = Mutex(TokenBucket(capacity: burst, perSecond: perSecond))
        self.now = now
    }

    /// Takes the place of one request.
    ///
    /// - Throws: ``Problem`` with 429 and when to come again.
    func pass() throws {
        guard let wait = bucket.withLock({ $0.take(at: now()) }) else { return }
        throw Problem.busy("There are too many requests.", after: Int((wait / .seconds(1)).rounded(.up)))
    }
}

/// Counts how many of something are open, up to a bound.
final class Turnstile: Sendable {
    private let count = Mutex(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// How many are in.
    var inside: Int { count.withLock { $0 } }

    /// Goes in.
    ///
    /// - Throws: ``Problem`` with 503 if it is full.
    func enter(_ what: String) throws {
        let isFull = count.withLock { count in
            if count >= limit { return true }
            count += 1
            return false
        }
        if isFull { throw Problem.busy("\(limit) \(what) are open already.", after: 5, status: .serviceUnavailable) }
    }

    /// Goes out; once for each time in.
    func leave() { count.withLock { $0 -= 1 } }
}
