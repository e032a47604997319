public import GodHandCore

/// Watches the screen for text that gives an agent instructions which did not come from the user.
///
/// This is detection, not protection: it misses what is worded or drawn differently, and it sees a text only once it is on
/// the screen. What must not happen is for policies to prevent, whatever the screen says.
public struct InstructionMonitor: RunMonitor {
    /// What finds instructions in text.
    public var detector = InstructionDetector()

    private let read: @Sendable (PolicyContext) async throws -> String
    private let respond: @Sendable (Alert) async -> Response

    /// What was found.
    public struct Alert: Sendable, Hashable {
        /// After which step.
        public let step: Int
        /// The suspicious texts, as they were read.
        public let findings: [String]
    }

    /// What happens then.
    public enum Response: Sendable, Hashable {
        /// The run goes on.
        case goOn
        /// The run ends.
        case stop
    }

    /// Makes a monitor.
    ///
    /// - Parameters:
    ///   - read: The text on the screen; nil for the guest's `tesseract`, which takes some tenths of a second.
    ///   - respond: Told of each finding; it may wait for a person. Nil ends the run.
    public init(
        read: (@Sendable (PolicyContext) async throws -> String)? = nil,
        respond: (@Sendable (Alert) async -> Response)? = nil
    ) {
        self.read = read ?? { try await $0.sandbox.readText(of: $0.sight.frame).text }
        self.respond = respond ?? { _ in .stop }
    }

    /// Reads the screen as it is after a step.
    ///
    /// - Throws: What reading throws.
    public func observe(_ step: Step, _ context: PolicyContext) async throws -> String? {
        let title = context.sight.observation.windowTitle.map { $0 + "\n" } ?? ""
        let findings = detector.findings(in: title + (try await read(context)), goal: context.goal)
        if findings.isEmpty { return nil }
        switch await respond(Alert(step: step.index, findings: findings)) {
        case .goOn: return nil
        case .stop: return "The screen seems to give the agent instructions: “\(findings[0])”"
        }
    }
}

/// Several monitors as one, which look at a step at the same time.
public struct MonitorGroup: RunMonitor {
    private let monitors: [any RunMonitor]

    /// Makes a monitor of several.
    public init(_ monitors: [any RunMonitor]) { self.monitors = monitors }

    /// Lets all of them look.
    ///
    /// - Returns: The reason of the first that wants to stop the run.
    /// - Throws: What a monitor throws before one wants to stop.
    public func observe(_ step: Step, _ context: PolicyContext) async throws -> String? {
        try await withThrowingTaskGroup(of: String?.self) { group in
            for monitor in monitors { group.addTask { try await monitor.observe(step, context) } }
            for try await reason in group {
                if let reason {
                    group.cancelAll()
                    return reason
                }
            }
            return nil
        }
    }
}
