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
    /// Whether what is stored stays when this process ends, so that another one can go on with the run from there. Once
    /// the goal is reached or given up it is deleted; after any other end it stays, and the trace names it.
    public let outliveProcess: Bool

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
    ///   - outliveProcess: Whether what is stored stays when this process is killed, so that another
    ///     one can go on with the run.
    public init(in scope: SandboxScope, every: Int = 5, limit: Int = 1, outliveProcess: Bool = false) {
        self.init(every: every, limit: limit, outliveProcess: outliveProcess) {
            let keepsMemory = $0.machine.memorySnapshots != nil && scope.backend.memoryRestoring != nil
            let preservation: Preservation = keepsMemory ? .memory : .filesystem
            return outliveProcess
                ? try await scope.keepForGood($0, preserving: preservation)
                : try await scope.keep($0, preserving: preservation)
        } restore: {
            try await scope.remake($0)
        } discard: {
            try await scope.discard($0)
        }
    }

    /// Makes restore points of closures.
    ///
    /// - Parameters:
    ///   - every: After how many verified steps in a row the machine is stored again.
    ///   - limit: How often a run may go back.
    ///   - outliveProcess: Whether what is stored stays when this process is killed.
    ///   - store: Stores it. Only machines that have one of the facets for this are handed in.
    ///   - restore: Makes a machine of what was stored.
    ///   - discard: Deletes what was stored.
    public init(
        every: Int = 5, limit: Int = 1, outliveProcess: Bool = false,
        store: @escaping @Sendable (Sandbox) async throws -> Snapshot,
        restore: @escaping @Sendable (Snapshot) async throws -> Sandbox,
        discard: @escaping @Sendable (Snapshot) async throws -> Void
    ) {
        self.every = every
        self.limit = limit
        self.outliveProcess = outliveProcess
        self.store = store
        self.restore = restore
        self.discard = discard
    }
}
