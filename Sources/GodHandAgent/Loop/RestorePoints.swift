public import GodHandCore

/// Stores a machine when a run goes well, and makes a new one of that when the run is stuck.
///
/// A machine that can store its memory goes on with all its programs. Of another the disk is stored: the new machine
/// starts anew with the same files, without its running programs. The old machine is left alone.
public struct RestorePoints: Sendable {
    /// After how many verified steps in a row the machine is stored again; it is also stored at the beginning.
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
    ///   - every: After how many verified steps in a row the machine is stored again.
    ///   - limit: How often a run may go back.
    public init(in scope: SandboxScope, every: Int = 5, limit: Int = 1) {
        self.init(every: every, limit: limit) {
            let keepsMemory = $0.machine.memorySnapshots != nil && scope.backend.memoryRestoring != nil
            return try await scope.keep($0, preserving: keepsMemory ? .memory : .filesystem)
        } restore: {
            try await scope.restore($0)
        } discard: {
            try await scope.discard($0)
        }
    }

    /// Makes restore points of closures.
    ///
    /// - Parameters:
    ///   - every: After how many verified steps in a row the machine is stored again.
    ///   - limit: How often a run may go back.
    ///   - store: Stores it. Only machines that have one of the facets for this are handed in.
    ///   - restore: Makes a machine of what was stored.
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
