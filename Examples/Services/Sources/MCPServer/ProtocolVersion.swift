/// The versions of the Model Context Protocol that are spoken here.
///
/// Up to `2025-11-25` a client opens a session with `initialize`; from `2026-07-28` on each request says by itself what it
/// needs to say, and there are no sessions. Both kinds are served side by side. Older versions than these are not: they
/// know no structured results, and one of them asks for batches.
public enum ProtocolVersion: String, Sendable, CaseIterable {
    /// With sessions.
    case june2025 = "2025-06-18"
    /// With sessions.
    case november2025 = "2025-11-25"
    /// Without.
    case july2026 = "2026-07-28"

    /// All of them, the oldest first.
    public static let all = allCases
    /// The newest with sessions: what a client is offered that asks for one that is not known here.
    public static let newestWithSessions = ProtocolVersion.november2025

    /// Whether a session has to be opened before anything else.
    public var hasSessions: Bool { self < .july2026 }
}

extension ProtocolVersion: Comparable {
    /// By age.
    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}
