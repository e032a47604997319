/// Connects a display to whatever QEMU its machine runs in now, without any socket that others could find.
struct QEMUDisplayTransport: DisplayTransport {
    /// The QEMU of now.
    ///
    /// It throws when there is none.
    let instance: @Sendable () throws -> QEMUInstance

    func connect() async throws -> OwnedDescriptor {
        let (ours, theirs) = try OwnedDescriptor.socketPair()
        Descriptor.makeNonBlockingAndPrivate(ours.rawValue)
        try await instance().attachViewer(theirs)
        return ours
    }
}
