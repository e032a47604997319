extension SandboxScope {
    /// What a scope holds, and whether it still takes anything in. It only decides; the scope acts.
    struct State {
        private(set) var isOpen = true
        private(set) var sandboxes: [SandboxID: Sandbox] = [:]
        private(set) var snapshots: [Snapshot] = []

        init() {}

        /// Takes machines in. False if the scope has closed: whoever brought them must destroy them.
        mutating func admit(_ arrivals: [Sandbox]) -> Bool {
            guard isOpen else { return false }
            for sandbox in arrivals { sandboxes[sandbox.id] = sandbox }
            return true
        }

        /// Takes a snapshot in that is to go with the scope. False if the scope has closed.
        mutating func admit(_ snapshot: Snapshot) -> Bool {
            guard isOpen else { return false }
            snapshots.append(snapshot)
            return true
        }

        /// Forgets a machine that is gone.
        mutating func forget(_ id: SandboxID) { sandboxes[id] = nil }

        /// Forgets a snapshot that is gone.
        mutating func forget(_ snapshot: Snapshot) { snapshots.removeAll { $0 == snapshot } }

        /// Closes and hands over all that is left to remove. The second time that is nothing.
        mutating func close() -> (sandboxes: [Sandbox], snapshots: [Snapshot]) {
            isOpen = false
            defer {
                sandboxes = [:]
                snapshots = []
            }
            return (Array(sandboxes.values), snapshots)
        }
    }
}
