import Foundation
import GodHandAgent
import GodHandCore
import GodHandTesting
import Synchronization

/// A simulated machine, and what a policy is told of it.
struct PolicyBench: Sendable {
    let sandbox: Sandbox

    func context(
        title: String? = "Mozilla Firefox", marks: [ScreenMark] = [], goal: String = "Read an article", look: Int = 1,
        cursor: Point? = nil
    ) async throws -> PolicyContext {
        let (frame, serial) = try await sandbox.display.frame()
        // Each look has its own time, as a fresh screenshot would.
        let screenshot = Screenshot(
            png: Data(), size: frame.size, takenAt: Date(timeIntervalSince1970: Double(look)), serial: serial)
        let observation = Observation(screenshot: screenshot, windowTitle: title, cursor: cursor)
        let sight = Sight(observation: observation, frame: frame, serial: serial, marks: marks)
        return PolicyContext(goal: goal, sandbox: sandbox, sight: sight, step: look)
    }
}

/// Lends a simulated machine.
func withBench<Result: Sendable>(
    screen: Size = Size(width: 640, height: 400), _ body: (PolicyBench) async throws -> Result
) async throws -> Result {
    var spec = SandboxSpec.desktop
    spec.screen = screen
    spec.network = .named("lab")
    let machine = try await SimulatedBackend().create(spec, ownership: Ownership(owner: "test", book: MemoryLedger()))
    let result: Result
    do {
        result = try await body(PolicyBench(sandbox: Sandbox(machine: machine, spec: spec, backend: "simulated")))
    } catch {
        try await machine.destroy()
        throw error
    }
    try await machine.destroy()
    return result
}

extension PolicyVerdict {
    var isAllowed: Bool { self == .allow }
    var isDenied: Bool { if case .deny = self { true } else { false } }
    var needsApproval: Bool { if case .requireApproval = self { true } else { false } }
}

/// What a policy says about one action on a fresh machine.
func verdict(
    of policy: any ActionPolicy, on action: Action, title: String? = "Mozilla Firefox", marks: [ScreenMark] = []
) async throws -> PolicyVerdict {
    try await withBench { bench in
        try await policy.evaluate(action, bench.context(title: title, marks: marks))
    }
}

/// A policy that counts how often it was asked and says always the same.
final class Always: ActionPolicy {
    private let verdict: PolicyVerdict
    private let count = Mutex(0)
    var asked: Int { count.withLock { $0 } }

    init(_ verdict: PolicyVerdict) { self.verdict = verdict }

    func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        count.withLock { $0 += 1 }
        return verdict
    }
}
