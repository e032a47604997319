import GodHandCore
import ServiceSupport
import Synchronization

/// Lets a browser open an address in a window of its own, where it cannot send the token along: a pass is for one address,
/// once, and for a minute.
final class Passes: Sendable {
    private struct Pass {
        var path: String
        var expires: ContinuousClock.Instant
    }
    private static let lifetime = Duration.seconds(60)
    private static let limit = 64
    private let passes = Mutex<[String: Pass]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) { self.now = now }

    /// A new pass for a path.
    func issue(for path: String) throws -> String {
        let (now, word) = (now(), BearerToken.random().revealed)
        try passes.withLock { passes in
            passes = passes.filter { $0.value.expires > now }
            guard passes.count < Self.limit else { throw Problem.busy("Too many passes are open.", after: 60) }
            passes[word] = Pass(path: path, expires: now + Self.lifetime)
        }
        return word
    }

    /// Takes the pass that a query carries.
    ///
    /// - Returns: Whether it was good for the path.
    func redeem(_ query: String?, for path: String) -> Bool {
        guard let word = try? JSONBody.query(query, allowing: ["pass"])["pass"] else { return false }
        let now = now()
        return passes.withLock { passes in
            guard let pass = passes.removeValue(forKey: word) else { return false }
            return pass.path == path && pass.expires > now
        }
    }
}
