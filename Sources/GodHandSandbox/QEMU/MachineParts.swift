/// A machine that is written down and has its files, and does not run yet.
struct MachineDraft: Sendable {
    let id: SandboxID
    let spec: SandboxSpec
    let places: QEMUPlaces
    var files: MachineFiles
    var record: MachineRecord
    /// What its QEMU is to be started with.
    var launch: QEMULaunch
}

/// What a running machine consists of.
struct MachineParts: Sendable {
    let slot: QEMUSlot
    /// QEMU's end of the guest's port. Another QEMU in which the machine goes on gets the same.
    let port: OwnedDescriptor
    let channel: GuestChannel
    let shell: MachineShell
    let display: VNCDisplay?
    /// The QEMU in which it begins.
    let instance: QEMUInstance

    /// Ready, unless QEMU ends first.
    func waitUntilReady(within duration: Duration) async throws {
        try await withThrowingTaskGroup(of: QEMUProcess.End?.self) { group in
            group.addTask { try await instance.process.waitForEnd() }
            group.addTask {
                async let session: Void = channel.waitUntilReady()
                // Its first change is its first picture.
                _ = try await display?.change(after: 0, within: duration)
                try await session
                return nil
            }
            defer { group.cancelAll() }
            guard let end = try await group.next() ?? nil else { return }
            throw GodHandError(
                .guestExited, "QEMU ended before the guest was ready: \(end). It wrote: \(instance.process.lastWords)")
        }
    }

    /// Gives the guest a name, numbers and randomness that no other has.
    func renewIdentity(hostname: String?) async throws {
        try await MachineIdentity.renew(
            hostname: hostname ?? "desktop", network: instance.launch.board.network, through: shell)
    }
}
