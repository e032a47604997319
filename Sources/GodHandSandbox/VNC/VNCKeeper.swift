import Foundation

/// Keeps a display connected: gets a connection, runs a session on a thread of its own, and begins again.
struct VNCKeeper {
    let link: VNCLink
    let transport: any DisplayTransport
    let options: VNCOptions
    let clock: any Clock<Duration>

    private static let shortestPause: Duration = .milliseconds(20)
    private static let longestPause: Duration = .milliseconds(500)

    /// Runs until the task is cancelled or the server has broken the protocol.
    func run() async {
        var pause = Self.shortestPause
        while !Task.isCancelled {
            do {
                let connection = try await transport.connect()
                guard link.begin(connection) else { return }
                let error = await serve(connection)
                let cameUp = link.update { $0.ledger.isLive }
                link.lose()
                if let error, error.code == .protocolViolation {
                    link.end(error)
                    return
                }
                if cameUp { pause = Self.shortestPause }
            } catch is CancellationError {
                return
            } catch {
                // Nobody answers now. Why does not matter before the callers' patience is over.
            }
            // There is no event to wait for: a server that does not listen yet cannot tell when it will.
            try? await clock.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func serve(_ connection: OwnedDescriptor) async -> GodHandError? {
        await withCheckedContinuation { continuation in
            let thread = Thread { [link, options] in
                do {
                    try VNCSession(link: link, socket: connection, options: options).run()
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(
                        returning: error as? GodHandError
                            ?? GodHandError(.displayLost, "The display's connection broke.", cause: error))
                }
            }
            thread.name = "godhand-display"
            thread.stackSize = 512 * 1024
            thread.start()
        }
    }
}
