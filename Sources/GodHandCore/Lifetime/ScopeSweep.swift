import Logging
import Synchronization

/// The sweep that a scope does beside its first machine, once in a process for each backend and ledger directory.
///
/// It slows no `create` and never makes one fail. It does not outlive the scope: an end that comes before it is through
/// waits for it only briefly, and then leaves the rest to the next scope.
final class ScopeSweep: Sendable {
    private struct Key: Hashable {
        var backend: String
        var root: String
    }
    private static let done = Mutex<Set<Key>>([])
    private static let patience = Duration.seconds(10)

    private let backend: any SandboxBackend
    private let key: Key
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(_ backend: any SandboxBackend, root: String) {
        self.backend = backend
        self.key = Key(backend: backend.name, root: root)
    }

    /// Starts it, unless this process did so before.
    func begin() {
        guard Self.done.withLock({ $0.insert(key).inserted }) else { return }
        task.withLock { [backend, key] task in
            task = Task {
                do {
                    let report = try await backend.sweep(in: key.root)
                    for failure in report.failed {
                        Logger.current.info(
                            "A sandbox of a dead owner could not be removed",
                            metadata: ["godhand.ledger": "\(failure.path)", "godhand.error": "\(failure.error)"])
                    }
                } catch {
                    _ = Self.done.withLock { $0.remove(key) }
                }
            }
        }
    }

    /// Waits for its end, not for long.
    func end() async {
        guard let task = task.withLock({ $0 }) else { return }
        do {
            try await shielded(atMost: Self.patience, "Sweeping") { await task.value }
        } catch {
            task.cancel()
        }
    }
}
