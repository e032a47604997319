import Foundation
import Synchronization

/// How a display behaves towards its server.
package struct VNCOptions: Sendable {
    /// The password, of which the protocol uses eight bytes; nil to connect without one.
    package var password: String?
    /// Whether a picture counts only after a second refresh: for servers that answer the first request before they have
    /// looked at the guest's screen.
    package var confirmsFirstFrame = false
    /// Whether the server looks at the guest's screen less and less often while nothing changes, and at once when it hears
    /// of a key. QEMU's falls asleep for up to three seconds.
    package var dozes = false
    /// How long a server may take to finish what it began: the handshake with the first picture, or one message.
    package var patience: Duration = .seconds(10)
    /// How long callers wait for a connection that is lost, or not there yet.
    package var outage: Duration = .seconds(5)
    /// How long input may take to be taken by the server.
    package var inputPatience: Duration = .seconds(10)

    /// What the server can do with keys and buttons.
    package var keyboard = VNCKeyboard()
    /// Does what the server cannot: thumb buttons, and characters for which its keymap has no room. Nil if nothing does.
    package var fallback: (any InputDriver)?

    /// Makes the usual options.
    package init() {}
}

/// A screen that is reached by VNC.
///
/// The connection is made in the background, at once and again after each loss. While it is down, callers wait for it, up
/// to the bound in the options; afterwards everything counts as changed. A server that breaks the protocol is dropped
/// for ever.
package final class VNCDisplay: Display {
    let link: VNCLink
    private let options: VNCOptions
    private let clock: any Clock<Duration>
    private let keeper: Task<Void, Never>
    private let driver: VNCInput

    /// Makes a display and begins to connect.
    ///
    /// - Parameters:
    ///   - transport: How it gets its connections.
    ///   - options: How it behaves towards its server.
    ///   - clock: What measures the waiting of callers.
    /// - Throws: `GodHandError` with `host.failed` if the process is out of descriptors.
    package init(
        over transport: any DisplayTransport, options: VNCOptions = VNCOptions(),
        clock: any Clock<Duration> = ContinuousClock()
    ) throws {
        let link = try VNCLink()
        self.link = link
        self.options = options
        self.clock = clock
        self.keeper = Task { await VNCKeeper(link: link, transport: transport, options: options, clock: clock).run() }
        self.driver = VNCInput(link: link, options: options, clock: clock)
    }

    deinit { close() }

    /// Ends the connection for ever; callers that wait get `display.lost`. Harmless when repeated.
    package func close() {
        keeper.cancel()
        link.end(GodHandError(.displayLost, "The display was closed."))
    }

    package var input: any InputDriver { driver }

    package func state() async throws -> DisplayState {
        try await link.whenLive(within: options.outage, clock: clock) { $0.ledger.state }
    }

    package func frame() async throws -> (frame: Frame, serial: UInt64) {
        try await link.whenLive(within: options.outage, clock: clock) { ($0.ledger.frame, $0.ledger.serial) }
    }

    package func change(after serial: UInt64, within duration: Duration) async throws -> DisplayChange? {
        try Task.checkCancellation()
        if let change = try link.change(after: serial) { return change }
        guard duration > .zero else { return nil }
        try await link.wait(until: .newer(than: serial), within: duration, clock: clock, waking: options.dozes)
        return try link.change(after: serial)
    }
}

extension VNCLink {
    /// Why nothing more can come, or nothing.
    func throwIfGone() throws {
        let error: GodHandError? = update { state in
            if case .gone(let error) = state.ledger.phase { error } else { nil }
        }
        if let error { throw error }
    }

    fileprivate func change(after serial: UInt64) throws -> DisplayChange? {
        try throwIfGone()
        return update { $0.ledger.change(after: serial) }
    }

    /// Waits until the condition is met or the time is over.
    ///
    /// - Parameter isDozing: Whether the server has to be kept awake meanwhile.
    func wait(
        until condition: Condition, within duration: Duration, clock: any Clock<Duration>, waking isDozing: Bool = false
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if isDozing {
                group.addTask {
                    while true {
                        try self.post([.nudge])
                        try await clock.sleep(for: .milliseconds(100))
                    }
                }
            }
            group.addTask { try await self.wait(until: condition) }
            group.addTask { try await clock.sleep(for: duration) }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    /// Looks at a live display, waiting for it to come back if it must.
    func whenLive<Result: Sendable>(
        within outage: Duration, clock: any Clock<Duration>, _ body: @escaping @Sendable (inout State) throws -> Result
    ) async throws -> Result {
        try Task.checkCancellation()
        if let result = try lookIfLive(body) { return result }
        let result = try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                while true {
                    try await self.wait(until: .live)
                    // It can have gone again in between.
                    if let result = try self.lookIfLive(body) { return result }
                }
            }
            group.addTask {
                try await clock.sleep(for: outage)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let result else {
            let hadPicture = update { $0.ledger.hasPicture }
            throw GodHandError(
                hadPicture ? .displayLost : .displayUnavailable,
                hadPicture
                    ? "The connection to the display was lost and did not come back within \(outage)."
                    : "The display did not appear within \(outage).",
                hint: "Look whether the machine runs and its X server is up.")
        }
        return result
    }

    /// What `body` finds on a live display; nil while it is down.
    private func lookIfLive<Result>(_ body: (inout State) throws -> Result) throws -> Result? {
        try throwIfGone()
        return try update { state in state.ledger.isLive ? try body(&state) : nil }
    }
}
