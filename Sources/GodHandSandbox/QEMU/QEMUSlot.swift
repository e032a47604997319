import Synchronization

/// The QEMU that a machine runs in now. It may be exchanged for another in which the machine goes on.
final class QEMUSlot: Sendable {
    private struct State {
        var instance: QEMUInstance?
        var isClosed = false
    }

    private let id: SandboxID
    private let state = Mutex(State())

    init(of id: SandboxID) { self.id = id }

    /// The QEMU of now.
    ///
    /// - Throws: `GodHandError` with `scope-closed` once the machine was destroyed.
    func current() throws -> QEMUInstance {
        try state.withLock { state in
            guard let instance = state.instance, !state.isClosed else {
                throw GodHandError(
                    .scopeClosed, "Sandbox \(id) has been destroyed.", hint: "Use a sandbox only inside its scope.")
            }
            return instance
        }
    }

    /// Puts a QEMU in, and returns the one that was there, which the caller then ends.
    ///
    /// - Throws: `GodHandError` with `scope-closed` if the machine was destroyed meanwhile; the caller keeps the new one.
    @discardableResult
    func exchange(for instance: QEMUInstance) throws -> QEMUInstance? {
        try state.withLock { state in
            guard !state.isClosed else {
                throw GodHandError(.scopeClosed, "Sandbox \(id) was destroyed meanwhile.")
            }
            defer { state.instance = instance }
            return state.instance
        }
    }

    /// Ends the QEMU that is in it; no other can come. Harmless when repeated.
    func close() async {
        let instance = state.withLock { state in
            state.isClosed = true
            return state.instance
        }
        await instance?.kill()
    }
}
