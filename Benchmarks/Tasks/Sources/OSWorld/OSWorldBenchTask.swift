import Foundation
public import GodHandCore
public import TaskBench

/// A task of OSWorld as one of ours: on our image, with our getters and evaluator functions.
public struct OSWorldBenchTask: BenchTask {
    /// What an agent answers to a task that cannot be done.
    public static let refusal = "INFEASIBLE"

    private let entry: OSWorldCatalog.Entry
    private let steps: [OSWorldSolutions.Step]?

    /// Makes a task.
    ///
    /// - Parameters:
    ///   - entry: The task.
    ///   - solutions: Ways that are known to lead to the full score.
    /// - Throws: `GodHandError` with `unsupported` if it cannot run here; the message says why.
    public init(_ entry: OSWorldCatalog.Entry, solutions: OSWorldSolutions = OSWorldSolutions()) throws {
        let support = OSWorldSupport(entry.task)
        guard support.runs else {
            let reasons = support.obstacles.map(\.description).joined(separator: ", ")
            throw GodHandError(.unsupported, "The task \(entry.task.id) cannot run here: \(reasons).")
        }
        self.entry = entry
        steps = solutions.steps[entry.task.id]
    }

    /// The id of its file.
    public var name: String { entry.task.id }
    /// The part of the benchmark that it belongs to.
    public var category: String { entry.domain }
    /// Its instruction, and what to answer where nothing can be done.
    public var goal: String {
        entry.task.instruction + "\n\nIf this cannot be done, answer with the one word \(Self.refusal)."
    }
    /// A machine of our image, with their screen.
    public var desktop: SandboxSpec {
        SandboxSpec(image: "godhand/osworld:latest", screen: Size(width: 1920, height: 1080))
    }
    /// It needs no encyclopedia.
    public var needsWiki: Bool { false }

    /// The way that is known, if there is one; for a task that cannot be done, to say so.
    public var solution: KnownSolution? {
        if entry.task.evaluator.isInfeasible {
            return KnownSolution { desktop, _, _ in
                TaskEnd(desktop: desktop, answer: Self.refusal, outcome: "It said that this cannot be done.")
            }
        }
        return steps.map { OSWorldSolutions.solution($0, goal: entry.task.instruction) }
    }

    /// Does what the file says comes first.
    public func setUp(_ desktop: Sandbox) async throws {
        try await perform(entry.task.config ?? [], on: desktop)
    }

    /// Does what the file says comes before looking, reads the machine, and judges what is found there.
    public func score(_ desktop: Sandbox, answer: String?) async throws -> TaskScore {
        let refuses = answer.map { $0.uppercased().contains(Self.refusal) } ?? false
        let evaluator = entry.task.evaluator
        if evaluator.isInfeasible {
            return TaskScore([.init("says that it cannot be done", credit: refuses.score, evidence: answer ?? "")])
        }
        try await perform(evaluator.postconfig ?? [], on: desktop)
        // Whoever says that a task cannot be done has not done it, whatever is on the machine.
        if refuses { return TaskScore([.init("is not declined", credit: 0, evidence: answer ?? "")]) }
        var verdicts: [Verdict] = []
        for check in evaluator.checks { verdicts.append(try await verdict(check, on: desktop)) }
        return TaskScore([
            .init(
                evaluator.function.elements.joined(separator: evaluator.needsOnlyOne ? " or " : " and "),
                credit: Self.joined(verdicts.map(\.score), needsOnlyOne: evaluator.needsOnlyOne),
                evidence: verdicts.map(\.evidence).joined(separator: "; "))
        ])
    }

    /// Several scores as one: where all count, their mean, unless one is nothing.
    static func joined(_ scores: [Double], needsOnlyOne: Bool) -> Double {
        if needsOnlyOne { return scores.max() ?? 0 }
        guard !scores.isEmpty, !scores.contains(0) else { return 0 }
        return scores.reduce(0, +) / Double(scores.count)
    }

    private struct Verdict {
        var score: Double
        var evidence: String
    }

    private func verdict(_ check: Evaluator.Check, on desktop: Sandbox) async throws -> Verdict {
        let reader = StateReader(guest: OSWorldGuest(machine: desktop))
        let result = try await reader.read(check.result)
        let expected = try await reader.read(check.expected)
        do {
            let score = try Judgement.score(
                check.function, result: result, expected: expected, options: check.options)
            return Verdict(score: score, evidence: result.shown)
        } catch let error as GodHandError {
            // What a task left behind may be anything. That theirs would fail on it is no fault of the machine.
            return Verdict(score: 0, evidence: "\(result.shown): \(error.message)")
        }
    }

    private func perform(_ steps: [SetupStep], on desktop: Sandbox) async throws {
        let guest = OSWorldGuest(machine: desktop)
        for step in steps {
            guard let action = SetupAction(step) else {
                throw GodHandError(.unsupported, "The step '\(step.type)' of a set-up is not known.")
            }
            try await guest.perform(action)
        }
    }
}

extension Evidence {
    /// For people, on one line.
    fileprivate var shown: String {
        switch self {
        case .file(let bytes): "a file of \(bytes.count) bytes"
        case .value(.null): "nothing"
        case .value(.string(let text)): String(text.prefix(200))
        case .value(let value):
            (try? JSONEncoder().encode(value)).map { String(decoding: $0.prefix(200), as: UTF8.self) } ?? "a value"
        }
    }
}
