/// Programs of a guest that are to come back on machines made of its disk.
///
/// Our desktop image has a program, `comeback`, that asks what is open to write down how it comes back, and at the start
/// of a session on another machine starts that again.
struct GuestComeback: Sendable {
    let channel: GuestChannel
    /// Programs that do not answer must not keep the disk from being stored.
    static let patience = Duration.seconds(8)

    /// Asks, just before the disk is stored. Where nobody answers, programs do not come back; that is no error.
    ///
    /// - Throws: `CancellationError` only.
    func store() async throws {
        do {
            try await withDeadline(Self.patience, "Asking how programs come back") { [channel] in
                let command = try await channel.start(Command(["/usr/lib/godhand/comeback", "store"]))
                do {
                    while true { if case .ended = try await command.next() { return } }
                } catch {
                    await command.abandon()
                    throw error
                }
            }
        } catch is GodHandError { try Task.checkCancellation() }
    }
}
