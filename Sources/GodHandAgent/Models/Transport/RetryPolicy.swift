import Foundation
import GodHandCore

/// How often a request to a provider is tried, and how long is waited in between.
public struct RetryPolicy: Sendable, Hashable {
    /// How often a request is sent at most.
    public var tries: Int
    /// The longest first pause; each further one may be twice as long.
    public var firstPause: Duration
    /// The longest pause of our own choice.
    public var longestPause: Duration
    /// The longest pause that a provider can ask for.
    public var longestAskedPause: Duration

    /// Makes a policy.
    public init(
        tries: Int = 3, firstPause: Duration = .milliseconds(500), longestPause: Duration = .seconds(8),
        longestAskedPause: Duration = .seconds(120)
    ) {
        self.tries = tries
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.longestAskedPause = longestAskedPause
    }

    /// Whether a response of this status is worth another try.
    static func isWorthRetrying(status: Int) -> Bool { [408, 409, 429].contains(status) || status >= 500 }

    /// How long to wait after a failed try, counted from 1: what the provider asked for, or a random part of a time that
    /// doubles, so that many clients do not come back all at once.
    func pause(afterTry number: Int, asked: Duration?, random: Double) -> Duration {
        if let asked { return min(max(asked, .zero), longestAskedPause) }
        let most = min(longestPause, firstPause * (1 << min(max(number - 1, 0), 20)))
        return most * min(max(random, 0), 1)
    }

    /// What the headers of a response ask for.
    static func askedPause(_ head: HTTPHead, now: Date) -> Duration? {
        func duration(_ text: String?, perUnit: Double) -> Duration? {
            guard let text, let number = Double(text), number >= 0, number.isFinite else { return nil }
            return .seconds(min(number * perUnit, 1e6))
        }
        if let pause = duration(head["retry-after-ms"], perUnit: 0.001) { return pause }
        guard let text = head["retry-after"] else { return nil }
        if let pause = duration(text, perUnit: 1) { return pause }
        return date(text).map { .seconds(min(max($0.timeIntervalSince(now), 0), 1e6)) }
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func date(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: text)
    }
}
