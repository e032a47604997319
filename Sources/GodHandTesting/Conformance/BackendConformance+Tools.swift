import Foundation

extension BackendConformance {
    /// Runs a check with a ledger of its own, and sees to it that nothing stays in that or with the reaper.
    func withLedger(_ body: (OwnerLedger) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let ledger = try OwnerLedger(in: directory)
            try await body(ledger)
            let entries = try ledger.entries()
            try expect(entries.isEmpty, "The ledger still has entries: \(entries.map(\.id)).")
            try await expectNoMachines(of: ledger.owner)
        }
    }

    func withScope(_ body: (SandboxScope) async throws -> Void) async throws {
        try await withLedger { ledger in
            let failures = Failures()
            try await backend.withSandboxScope(ledger: ledger, onTeardownFailure: { failures.add($0) }) {
                try await body($0)
            }
            try expect(failures.all.isEmpty, "The scope could not remove \(failures.all).")
        }
    }

    func withSandbox(_ body: (Sandbox) async throws -> Void) async throws {
        try await withScope { scope in try await body(try await scope.create(spec)) }
    }

    func withShell(_ body: (Sandbox) async throws -> Void) async throws {
        try await withSandbox { sandbox in
            guard sandbox.machine.shell != nil else { throw MissingFacet(name: "shell") }
            try await body(sandbox)
        }
    }

    func withDisplay(_ body: (any Display) async throws -> Void) async throws {
        guard spec.screen != nil else { throw MissingFacet(name: "display") }
        try await withSandbox { sandbox in
            guard let display = sandbox.machine.display else { throw MissingFacet(name: "display") }
            try await body(display)
        }
    }

    func withTemporaryDirectory<Result>(_ body: (String) async throws -> sending Result) async throws -> sending Result
    {
        let path = NSTemporaryDirectory() + "/godhand-conformance-\(SandboxID.unique())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    func expect(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
        if !condition { throw ConformanceFailure(sentence()) }
    }

    func expect(
        _ code: GodHandError.Code, _ what: String, _ body: () async throws -> Void
    ) async throws {
        do { try await body() } catch let error as GodHandError where error.code == code { return } catch {
            throw ConformanceFailure("\(what) should throw '\(code)', but threw: \(error).")
        }
        throw ConformanceFailure("\(what) should throw '\(code)', but did not.")
    }

    func expectNoMachines(of owner: String) async throws {
        guard let reaper = backend.reaper else { return }
        let left = try await reaper.list().filter { $0.owner == owner }
        try expect(left.isEmpty, "Machines are left: \(left.map(\.id)).")
    }

    /// Waits until a command with these words runs in the guest: whoever starts it in the background does not wait.
    func expectRunning(_ words: String, in sandbox: Sandbox) async throws {
        let end = ContinuousClock.now + patience
        repeat {
            let result = try await sandbox.exec(["pgrep", "-f", words])
            if result.isSuccess { return }
            try expect(result.status == .exited(1), "'pgrep' cannot be used in the guest: \(result.errorOutput)")
        } while ContinuousClock.now < end
        throw ConformanceFailure("The command '\(words)' does not run in the machine \(sandbox.id).")
    }

    /// Waits until no command with these words runs in the guest. A kill takes effect a moment after it was asked for,
    /// and the guest has nothing that tells of it, so this asks again.
    func expectGone(_ words: String, in sandbox: Sandbox) async throws {
        let end = ContinuousClock.now + patience
        repeat {
            let result = try await sandbox.exec(["pgrep", "-f", words])
            if result.status == .exited(1) { return }
            try expect(result.isSuccess, "'pgrep' cannot be used in the guest: \(result.errorOutput)")
        } while ContinuousClock.now < end
        throw ConformanceFailure("The command '\(words)' still runs in the guest.")
    }
}

/// Collects what a scope could not remove.
private final class Failures: Sendable {
    private let list = Watched<[String]>([])
    var all: [String] { list.read { $0 } }
    func add(_ failure: TeardownFailure) { list.update { $0.append("\(failure.what): \(failure.error)") } }
}
