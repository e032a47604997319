import GodHandCore

extension WaitCondition {
    /// How long a screen must be still to count as at rest, and to be worth reading.
    private static let quiet = Duration.milliseconds(150)

    /// Waits until it is so.
    ///
    /// - Returns: A reply that says so, or an error reply that says what there is instead.
    func wait(atMost duration: Duration, in sandbox: Sandbox) async throws -> ActionReply {
        let clock = ContinuousClock()
        let began = clock.now
        let display = try sandbox.display
        if case .stillScreen = self {
            let settled = try await display.settledFrame(quiet: .milliseconds(300), deadline: duration)
            return settled.isSettled
                ? ActionReply() : .failed("The screen did not come to rest in \(duration.formatted).")
        }
        while true {
            let serial = try await display.state().serial
            if let reply = try await check(in: sandbox) { return reply }
            let left = duration - (clock.now - began)
            guard left > .zero else { return .failed("In \(duration.formatted), \(summary) did not appear.") }
            // Elements and titles can change without a change that the display tells of, hence the second bound.
            let pause = min(left, isSeenOnTheScreen ? left : .milliseconds(500))
            guard try await display.change(after: serial, within: pause) != nil else { continue }
            // A screen in the middle of being drawn would be read in vain, and reading takes long.
            _ = try await display.settledFrame(
                quiet: Self.quiet, deadline: max(.zero, min(.seconds(1), duration - (clock.now - began))))
        }
    }

    private var isSeenOnTheScreen: Bool { if case .text = self { true } else { false } }

    /// A reply if it is so, else nil.
    private func check(in sandbox: Sandbox) async throws -> ActionReply? {
        switch self {
        case .text(let text):
            let found = try await sandbox.readText()
            if let box = found.find(text) { return ActionReply(target: box) }
            return found.contains(text) ? ActionReply() : nil
        case .window(let title):
            let verdict = try await Assertion.windowTitle(contains: title).check(in: sandbox)
            return verdict.passed ? ActionReply() : nil
        case .element(let role, let name):
            return try await sandbox.elements().find(role: role, name: name).first.map { ActionReply(target: $0.box) }
        case .stillScreen: return ActionReply()
        }
    }
}
