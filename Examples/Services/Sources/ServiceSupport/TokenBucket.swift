/// Bounds how often something may be done: so many times at once, and so many a second in the long run.
///
/// It has no clock of its own, so that what it decides can be tested without waiting.
public struct TokenBucket: Sendable {
    private let capacity: Double
    private let refill: Double
    private var level: Double
    private var last: ContinuousClock.Instant?

    /// Makes a full one.
    ///
    /// - Parameters:
    ///   - capacity: How many times at once, at least 1.
    ///   - perSecond: How many times a second in the long run, more than 0.
    public init(capacity: Int, perSecond: Double) {
        self.capacity = Double(max(1, capacity))
        self.refill = max(perSecond, 0.001)
        self.level = self.capacity
    }

    /// Takes one.
    ///
    /// - Returns: Nil if there was one, else after how long there will be one.
    public mutating func take(at now: ContinuousClock.Instant) -> Duration? {
        if let last, now > last {
            level = min(capacity, level + (now - last) / .seconds(1) * refill)
        }
        last = max(last ?? now, now)
        guard level >= 1 else { return .seconds((1 - level) / refill) }
        level -= 1
        return nil
    }
}
