import Foundation
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandCore

/// A backend of which only the reaper matters.
private struct Remover: SandboxBackend, Reaper {
    let name = "remover"
    let removed = Journal()
    var fails: @Sendable (LedgerEntry) -> Bool = { _ in false }
    var reaper: (any Reaper)? { self }
    var home: String?
    func place() async throws -> String? { home }

    func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine { throw PlannedFailure() }
    func list() async throws -> [OwnedMachine] { [] }
    func remove(_ entry: LedgerEntry) async throws -> Bool {
        if fails(entry) { throw PlannedFailure() }
        removed.add(entry.id.rawValue)
        await Task.yield()
        return true
    }
}

struct SweepTests {
    /// Makes an owner with entries and lets it die.
    @discardableResult
    func deadOwner(in root: String, entries: Int, backend: String = "remover") throws -> [SandboxID] {
        let ledger = try OwnerLedger(in: root)
        let ids = (0..<entries).map { _ in SandboxID.unique() }
        for id in ids { try ledger.write(LedgerEntry(backend: backend, id: id, owner: ledger.owner)) }
        try ledger.close()
        return ids
    }

    func names(_ root: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: root) }

    @Test("What the dead left goes, what the living have stays")
    func deadAndAlive() async throws {
        try await withTemporaryDirectory { root in
            let living = try OwnerLedger(in: root)
            try living.write(LedgerEntry(backend: "remover", id: .unique(), owner: living.owner))
            let dead = try deadOwner(in: root, entries: 3)
            let backend = Remover()
            let report = try await backend.sweep(in: root)
            #expect(Set(report.reaped.map(\.id)) == Set(dead))
            #expect(report.alive == 1)
            #expect(report.failed.isEmpty && report.unknown.isEmpty)
            #expect(try names(root) == [living.owner])
            #expect(try living.entries().count == 1)
        }
    }

    @Test("What is in another place of the same backend stays in the ledger, and goes when that is swept")
    func places() async throws {
        try await withTemporaryDirectory { root in
            let ledger = try OwnerLedger(in: root)
            let id = SandboxID.unique()
            try ledger.write(LedgerEntry(backend: "remover", id: id, owner: ledger.owner, place: "/there"))
            try ledger.close()
            let here = Remover(home: "/here")
            let first = try await here.sweep(in: root)
            #expect(first.unknown.map(\.id) == [id] && first.reaped.isEmpty && here.removed.all.isEmpty)
            let second = try await Remover(home: "/there").sweep(in: root)
            #expect(second.reaped.map(\.id) == [id])
            #expect(try names(root).isEmpty)
        }
    }

    @Test("A machine that cannot be removed stays in the ledger until it can")
    func failures() async throws {
        try await withTemporaryDirectory { root in
            let ids = try deadOwner(in: root, entries: 2)
            var backend = Remover()
            backend.fails = { $0.id == ids[0] }
            let first = try await backend.sweep(in: root)
            #expect(first.reaped.map(\.id) == [ids[1]])
            #expect(first.failed.map(\.entry?.id) == [ids[0]])
            backend.fails = { _ in false }
            #expect(try await backend.sweep(in: root).reaped.map(\.id) == [ids[0]])
            #expect(try names(root).isEmpty)
        }
    }

    @Test("Entries of other backends are left alone; without a reaper there is nothing to look for")
    func backends() async throws {
        try await withTemporaryDirectory { root in
            let other = try deadOwner(in: root, entries: 1, backend: "other")
            let report = try await Remover().sweep(in: root)
            #expect(report.unknown.map(\.id) == other)
            #expect(report.reaped.isEmpty)
            struct Other: SandboxBackend {
                let name = "other"
                func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine {
                    throw PlannedFailure()
                }
            }
            #expect(try await Sweep([Remover(), Other()], in: root).run().reaped.map(\.id) == other)
            #expect(try names(root).isEmpty)
        }
    }

    @Test("Damage is told and kept; what was never finished goes")
    func damage() async throws {
        try await withTemporaryDirectory { root in
            let ids = try deadOwner(in: root, entries: 1)
            let owner = try #require(try names(root).first)
            try Data("{ half".utf8).write(to: URL(fileURLWithPath: "\(root)/\(owner)/torn.json"))
            try Data("{".utf8).write(to: URL(fileURLWithPath: "\(root)/\(owner)/.x.json.tmp"))
            try FileManager.default.createDirectory(atPath: "\(root)/.new-abc", withIntermediateDirectories: false)
            try FileManager.default.createDirectory(atPath: "\(root)/.new-def", withIntermediateDirectories: false)
            try Data().write(to: URL(fileURLWithPath: "\(root)/.new-def/lock"))
            let report = try await Remover().sweep(in: root)
            #expect(report.reaped.map(\.id) == ids)
            #expect(report.failed.count == 1)
            #expect((report.failed.first?.error as? GodHandError)?.code == .dataDamaged)
            #expect(try names(root) == [owner])
            #expect(Set(try names("\(root)/\(owner)")) == ["lock", "torn.json"])
        }
    }

    @Test("A directory that is not there is an empty one")
    func nothing() async throws {
        let report = try await Remover().sweep(in: "/nonexistent/godhand")
        #expect(report.reaped.isEmpty && report.alive == 0)
    }

    @Test("Many sweeps at once remove each machine once")
    func together() async throws {
        try await withTemporaryDirectory { root in
            var ids: [SandboxID] = []
            for _ in 0..<6 { ids += try deadOwner(in: root, entries: 3) }
            let backend = Remover()
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try await backend.sweep(in: root).failed.count } }
                for try await failures in group { #expect(failures == 0) }
            }
            #expect(backend.removed.all.sorted() == ids.map(\.rawValue).sorted())
            #expect(try names(root).isEmpty)
        }
    }

    @Test("Owners can be made while sweeps run, and none of them is taken for dead")
    func ownersMeanwhile() async throws {
        try await withTemporaryDirectory { root in
            let isOver = Mutex(false)
            let backend = Remover()
            let sweeping = Task {
                while !isOver.withLock({ $0 }) { _ = try await backend.sweep(in: root) }
            }
            var ledgers: [OwnerLedger] = []
            for _ in 0..<40 {
                let ledger = try OwnerLedger(in: root)
                try ledger.write(LedgerEntry(backend: "remover", id: .unique(), owner: ledger.owner))
                ledgers.append(ledger)
            }
            isOver.withLock { $0 = true }
            try await sweeping.value
            #expect(backend.removed.all.isEmpty)
            for ledger in ledgers { #expect(try ledger.entries().count == 1) }
        }
    }

    @Test("A process that is killed is swept by another one")
    func killed() async throws {
        try await withTemporaryDirectory { root in
            await #expect(processExitsWith: .signal(SIGKILL)) { [root = root as String] in
                let ledger = try OwnerLedger(in: root)
                for name in ["one", "two"] {
                    try ledger.write(
                        LedgerEntry(backend: "remover", id: SandboxID(rawValue: name), owner: ledger.owner))
                }
                kill(getpid(), SIGKILL)
            }
            let backend = Remover()
            let report = try await backend.sweep(in: root)
            #expect(report.reaped.map(\.id.rawValue) == ["one", "two"])
            #expect(backend.removed.all == ["one", "two"])
            #expect(try names(root).isEmpty)
        }
    }

    @Test("The first machine of a process sweeps what others left, and not slower for it")
    func scopesSweep() async throws {
        try await withTemporaryDirectory { root in
            try deadOwner(in: root, entries: 2, backend: "simulated")
            let ledger = try OwnerLedger(in: root)
            try await SimulatedBackend().withSandboxScope(ledger: ledger) { scope in
                _ = try await scope.create(.desktop)
            }
            #expect(try names(root) == [ledger.owner])
        }
    }
}
