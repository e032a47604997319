public import Foundation
public import GodHandCore
import GodHandTrace

/// Runs attempts, each on machines of its own.
public struct TaskRunner: Sendable {
    /// Makes the machines.
    public var backend: any SandboxBackend
    /// Attempts the tasks.
    public var agent: BenchAgent
    /// The most attempts that run at once.
    public var concurrency: Int
    /// Where each attempt gets a directory for its trace; nil to keep none.
    public var traces: URL?

    /// Makes a runner.
    public init(backend: any SandboxBackend, agent: BenchAgent, concurrency: Int = 2, traces: URL? = nil) {
        self.backend = backend
        self.agent = agent
        self.concurrency = max(1, concurrency)
        self.traces = traces
    }

    /// What is to be tried: a task, with the seed from which it was made.
    public struct Plan: Sendable {
        /// The task.
        public var task: any BenchTask
        /// The seed from which its values were drawn.
        public var seed: UInt64

        /// Makes a plan.
        public init(_ task: any BenchTask, seed: UInt64) {
            self.task = task
            self.seed = seed
        }
    }

    /// Runs all of them.
    ///
    /// An attempt that breaks is an attempt without a score, and the others go on.
    ///
    /// - Parameters:
    ///   - plans: What to try, in order.
    ///   - heard: Told of each attempt when it has ended.
    /// - Returns: Every attempt, in the order of the plans.
    /// - Throws: `CancellationError`; what keeps any attempt from beginning, such as a missing engine.
    public func run(
        _ plans: [Plan], heard: @escaping @Sendable (BenchResult.Attempt) -> Void = { _ in }
    ) async throws -> BenchResult {
        var result = BenchResult(agent: agent.name, began: Date(), concurrency: concurrency)
        let attempts = try await withThrowingTaskGroup(of: (Int, BenchResult.Attempt).self) { group in
            var waiting = plans.enumerated().makeIterator()
            func begin() {
                guard let (index, plan) = waiting.next() else { return }
                group.addTask { (index, try await attempt(plan)) }
            }
            for _ in 0..<concurrency { begin() }
            var attempts: [(Int, BenchResult.Attempt)] = []
            while let ended = try await group.next() {
                heard(ended.1)
                attempts.append(ended)
                begin()
            }
            return attempts
        }
        result.attempts = attempts.sorted { $0.0 < $1.0 }.map(\.1)
        return result
    }

    /// One attempt, from the making of its machines to their end.
    public func attempt(_ plan: Plan) async throws -> BenchResult.Attempt {
        var attempt = BenchResult.Attempt(task: plan.task.name, category: plan.task.category, seed: plan.seed)
        var recorder: any RunRecorder = NoRecorder()
        if let traces {
            let name = "\(plan.task.name)-\(plan.seed)"
            recorder = try TraceWriter(directory: traces.appending(path: name, directoryHint: .isDirectory))
            attempt.trace = "\(traces.lastPathComponent)/\(name)"
        }
        // Also of an attempt that broke: then it is wanted most. A page that cannot be written is no reason to lose a score.
        defer { if let traces, let trace = attempt.trace { Self.writePage(of: trace, in: traces) } }
        do {
            return try await backend.withSandboxScope { [attempt, recorder] scope in
                try await run(plan, in: scope, recorder: recorder, attempt)
            }
        } catch let error as GodHandError where !error.stopsEverything {
            attempt.outcome = "broken: \(error)"
            return attempt
        }
    }

    private static func writePage(of trace: String, in traces: URL) {
        _ = try? TraceReport.write(
            of: traces.deletingLastPathComponent().appending(path: trace, directoryHint: .isDirectory))
    }

    private func run(
        _ plan: Plan, in scope: SandboxScope, recorder: any RunRecorder, _ attempt: BenchResult.Attempt
    ) async throws -> BenchResult.Attempt {
        var attempt = attempt
        var spec = plan.task.desktop
        if plan.task.needsWiki {
            let network = "task-\(SandboxID.unique())"
            spec.network = .named(network)
            _ = try await scope.create(.wiki(on: network))
        }
        let desktop = try await scope.create(spec)
        try await plan.task.setUp(desktop)
        let clock = ContinuousClock()
        let began = clock.now
        let end = try await agent.attempt(plan.task, on: desktop, in: scope, recorder: recorder)
        attempt.seconds = (clock.now - began) / .seconds(1)
        attempt.outcome = end.outcome
        attempt.answer = end.answer
        attempt.steps = end.steps
        attempt.tokens = end.cost.tokens
        attempt.price = end.cost.price
        attempt.score = try await plan.task.score(end.desktop, answer: end.answer)
        return attempt
    }
}

/// Keeps nothing.
private struct NoRecorder: RunRecorder {
    func record(_ event: RunEvent) async throws {}
}

extension GodHandError {
    /// Whether the next attempt would not get any further.
    fileprivate var stopsEverything: Bool {
        [.engineUnavailable, .engineDenied, .engineIncompatible, .imageMissing, .diskFull].contains(code)
    }
}
