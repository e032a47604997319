public import GodHandCore

/// Stores the disk of a machine when a run goes well, and makes a new machine of it when the run is stuck.
///
/// The new machine starts anew with the same files; running programs are not in it. The old one is left alone.
public struct RestorePoints: Sendable {
    /// After how many verified steps in a row the disk is stored again; it is also stored at the beginning.
    public var every: Int
    /// How often a run may go back.
    public var limit: Int

    let store: @Sendable (Sandbox) async throws -> Snapshot
    let restore: @Sendable (Snapshot) async throws -> Sandbox
    let discard: @Sendable (Snapshot) async throws -> Void

    /// Makes restore points in a scope: what is stored is deleted when it is not needed any more, at the latest with the
    /// scope, and so are the machines that are made of it.
    ///
    /// - Parameters:
    ///   - scope: Where the machine lives.
    ///   - every: After how many verified steps in a row the disk is stored again.
    ///   - limit: How often a run may go back.
    public init(in scope: SandboxScope, every: Int = 5, limit: Int = 1) {
        self.init(every: every, limit: limit) {
            try await scope.keep($0, preserving: .filesystem)
        } restore: {
            try await scope.restore($0)
        } discard: {
            try await scope.discard($0)
        }
    }

    /// Makes restore points of closures.
    ///
    /// - Parameters:
    ///   - every: After how many verified steps in a row the disk is stored again.
    ///   - limit: How often a run may go back.
    ///   - store: Stores the disk.
    ///   - restore: Makes a machine of it.
    ///   - discard: Deletes what was stored.
    public init(
        every: Int = 5, limit: Int = 1, store: @escaping @Sendable (Sandbox) async throws -> Snapshot,
        restore: @escaping @Sendable (Snapshot) async throws -> Sandbox,
        discard: @escaping @Sendable (Snapshot) async throws -> Void
    ) {
        self.every = every
        self.limit = limit
        self.store = store
        self.restore = restore
        self.discard = discard
    }
}
