/// A machine that is written down and has its files, and does not run yet.
struct MachineDraft: Sendable {
    let id: SandboxID
    let spec: SandboxSpec
    let places: QEMUPlaces
    var files: MachineFiles
    var record: MachineRecord
    /// What its QEMU is to be started with.
    var launch: QEMULaunch
    /// Whether it goes on where another one was, and so must be told from that.
    var isCopy = false

    /// The name by which the guest knows itself.
    var hostname: String {
        let name = spec.hostname ?? "desktop"
        // The longest that a host name may be has 63 letters.
        return isCopy ? "\(name.prefix(50))-\(id.rawValue.suffix(8).filter { $0 != "-" })" : name
    }
}

/// What a running machine consists of.
struct MachineParts: Sendable {
    let slot: QEMUSlot
    let port: GuestPort
    let channel: GuestChannel
    let shell: MachineShell
    /// The QEMU in which it begins.
    let instance: QEMUInstance

    /// Ready, with an identity of its own, unless QEMU ends first.
    func waitUntilReady(_ display: VNCDisplay?, as hostname: String, within duration: Duration) async throws {
        do { try await becomeReady(display, hostname, within: duration) } catch let error as GodHandError
            where [.guestUnresponsive, .displayLost, .guestExited].contains(error.code)
        {
            // A QEMU that ends takes its connections along, and they may be seen to end first.
            let end = try? await withDeadline(.seconds(2), "QEMU's end") { [process = instance.process] in
                try await process.waitForEnd()
            }
            guard let end else { throw error }
            throw GodHandError(
                .guestExited, "QEMU ended before the guest was ready: \(end). It wrote: \(instance.process.lastWords)",
                cause: error)
        }
    }

    private func becomeReady(_ display: VNCDisplay?, _ hostname: String, within duration: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await instance.process.waitForEnd()
                throw GodHandError(.guestExited, "QEMU ended.")
            }
            group.addTask {
                // Its first change is its first picture.
                async let picture = display?.change(after: 0, within: duration)
                async let identity: Void = MachineIdentity.renew(
                    hostname: hostname, network: instance.launch.board.network, through: port)
                // One that goes on where another was ready is ready.
                if !instance.launch.isIncoming { try await channel.waitUntilReady() }
                try await identity
                _ = try await picture
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
