import Foundation
import GodHandCore
import GodHandTesting
import Synchronization

@testable import GodHandAgent

/// A search on simulated machines whose worth is looked up by the ways that led to them: "ab" is b after a.
struct SearchBench: Sendable {
    var backend = SimulatedBackend()
    var search: BranchSearch
    /// The titles that are proposed everywhere.
    var ways = ["a", "b", "c"]
    /// What a place is worth, by the titles that lead to it; 0 where nothing is said. 1 reaches the goal.
    var worth: [String: Double] = [:]
    /// What an alternative does, by the titles that lead to its end.
    var body: @Sendable (String, Sandbox, any RunRecorder) async throws -> RunReport? = { _, _, _ in nil }

    init(_ search: BranchSearch, worth: [String: Double] = [:]) {
        self.search = search
        self.worth = worth
    }

    /// Searches, hands the report over while the scope lasts, and tells what the engine held then.
    func run(
        recorder: (any RunRecorder)? = nil, screen: Size? = nil,
        _ check: @Sendable (SearchReport, Sandbox, SandboxScope) async throws -> Void = { _, _, _ in }
    ) async throws -> SearchReport {
        try await withLedger { ledger in
            try await backend.withSandboxScope(ledger: ledger) { scope in
                var spec = SandboxSpec.desktop
                spec.screen = screen
                let base = try await scope.create(spec)
                do {
                    let report = try await run(from: base, in: scope, recorder)
                    try await check(report, base, scope)
                    return report
                } catch {
                    let left = backend.engine.machines.subtracting([base.id])
                    guard left.isEmpty else { throw Left(machines: left, after: error) }
                    throw error
                }
            }
        }
    }

    private func run(
        from base: Sandbox, in scope: SandboxScope, _ recorder: (any RunRecorder)?
    ) async throws -> SearchReport {
        var search = search
        let (worth, ways, body) = (worth, ways, body)
        search.score = search.score ?? BranchScorer { BranchScore(worth[$0.path.joined()] ?? 0, reason: "So it is.") }
        return try await search.run("g", from: base, in: scope, recorder: recorder) { point in
            ways.map { title in
                let path = point.path.joined() + title
                return Alternative(title) { sandbox, recorder in
                    try await body(path, sandbox, recorder) ?? RunReport(goal: path)
                }
            }
        }
    }

    /// Machines that a search which threw did not remove.
    struct Left: Error {
        var machines: Set<SandboxID>
        var after: any Error
    }
}

/// A ledger of its own, which is empty at the end.
func withLedger<Result>(_ body: (OwnerLedger) async throws -> Result) async throws -> Result {
    let root = FileManager.default.temporaryDirectory.appending(path: "godhand-\(SandboxID.unique())")
    defer { try? FileManager.default.removeItem(at: root) }
    return try await body(try OwnerLedger(in: root.path(percentEncoded: false)))
}

extension SearchReport {
    /// What was tried, each with the titles that lead to it, in the order in which the branches were opened.
    var tried: [String] { branches.map { self.path(to: $0.id) } }

    /// The titles that lead to a branch.
    func path(to id: Int) -> String {
        guard let branch = branches.first(where: { $0.id == id }) else { return "" }
        return path(to: branch.parent) + branch.title
    }

    func fate(_ path: String) -> BranchClosing.Fate? { branches.first { self.path(to: $0.id) == path }?.fate }

    /// What was handed over at the end.
    var finding: BranchFinding? {
        switch outcome {
        case .found(let finding): finding
        case .exhausted(let best), .stopped(_, let best): best
        }
    }
}

/// Counts how many are at a place at once.
final class Crowd: Sendable {
    private let counts = Mutex((now: 0, most: 0))
    var most: Int { counts.withLock(\.most) }

    func pass(_ body: () async throws -> Void) async rethrows {
        counts.withLock { counts in
            counts.now += 1
            counts.most = max(counts.most, counts.now)
        }
        defer { counts.withLock { $0.now -= 1 } }
        try await body()
    }
}
