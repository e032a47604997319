import Foundation
import GodHandTesting
import Testing

@testable import GodHandCore

struct OwnerLedgerTests {
    func entry(_ ledger: OwnerLedger, backend: String = "simulated") -> LedgerEntry {
        LedgerEntry(backend: backend, id: .unique(), owner: ledger.owner, details: ["network": "lab ü"])
    }

    func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("Entries are kept until they are struck, in files that only their user can read")
    func keepsEntries() async throws {
        try await withTemporaryDirectory { root in
            let ledger = try OwnerLedger(in: "\(root)/deep/owners")
            let first = entry(ledger)
            var second = entry(ledger)
            try ledger.write(first)
            try ledger.write(second)
            second.details["pid"] = "17"
            try ledger.write(second)
            #expect(Set(try ledger.entries()) == [first, second])
            let directory = "\(ledger.root)/\(ledger.owner)"
            #expect(try permissions(directory) == 0o700)
            #expect(try permissions("\(directory)/\(first.id).json") == 0o600)
            try ledger.strike(first.id)
            try ledger.strike(first.id)
            #expect(try ledger.entries() == [second])
        }
    }

    @Test("A ledger that is given up empty disappears; one with entries stays")
    func closing() async throws {
        try await withTemporaryDirectory { root in
            try OwnerLedger(in: root).close()
            #expect(try FileManager.default.contentsOfDirectory(atPath: root).isEmpty)
            let ledger = try OwnerLedger(in: root)
            try ledger.write(entry(ledger))
            try ledger.close()
            #expect(try FileManager.default.contentsOfDirectory(atPath: root) == [ledger.owner])
            let error = #expect(throws: GodHandError.self) { try ledger.write(entry(ledger)) }
            #expect(error?.code == .scopeClosed)
        }
    }

    @Test(
        "An id that could lead out of the directory is refused",
        arguments: ["", "../evil", "a/b", "A", ".", "a\u{0}b", String(repeating: "x", count: 129)])
    func hostileIDs(_ id: String) async throws {
        try await withTemporaryDirectory { root in
            let ledger = try OwnerLedger(in: root)
            var entry = entry(ledger)
            entry.id = SandboxID(rawValue: id)
            let error = #expect(throws: GodHandError.self) { try ledger.write(entry) }
            #expect(error?.code == .invalidRequest)
            #expect(throws: GodHandError.self) { try ledger.strike(entry.id) }
        }
    }

    @Test("A lock does not pass to programs that this process starts")
    func lockStaysHere() async throws {
        try await withTemporaryDirectory { root in
            let files = HostFileSystem()
            let file = try files.createFile("\(root)/lock")
            try files.lock(file)
            #expect(fcntl(file.descriptor, F_GETFD) & FD_CLOEXEC != 0)
            #expect(try files.tryLock("\(root)/lock") == nil)
        }
    }

    @Test("Whatever call of the file system fails, an entry is whole or absent, and nothing unlocked is visible")
    func faults() async throws {
        let full = GodHandError(.diskFull, "The disk is full.")
        /// Returns how many places there were, and the error.
        @Sendable func round(_ failing: Int?, _ root: String) throws -> (Int, (any Error)?) {
            let faults = FaultPoints { $0.index == failing ? .fail(full) : nil }
            do {
                let ledger = try OwnerLedger(root: root, files: FaultFileSystem(faults))
                for _ in 1...2 {
                    let entry = LedgerEntry(backend: "b", id: .unique(), owner: ledger.owner)
                    do { try ledger.write(entry) } catch {
                        // Whoever could not write it down makes nothing, and what is there can be read.
                        for name in try HostFileSystem().names(in: "\(root)/\(ledger.owner)") where name != "lock" {
                            #expect(name == "\(entry.id).json" || name.hasSuffix(".json"))
                            _ = try OwnerLedger.read("\(root)/\(ledger.owner)/\(name)", files: HostFileSystem())
                        }
                        throw error
                    }
                }
                return (faults.reached.count, nil)
            } catch { return (faults.reached.count, error) }
        }
        let count = try await withTemporaryDirectory { try round(nil, $0).0 }
        #expect(count > 10)
        for failing in 1...count {
            try await withTemporaryDirectory { root in
                let (_, error) = try round(failing, root)
                // The last ones are the deinitialiser's, which has nobody to tell.
                #expect((error as? GodHandError)?.code == .diskFull || failing > count - 2)
                var report = try await SimulatedBackend().sweep(in: root)
                // A process that another test starts just now has all our files, and so the lock, until it begins its
                // program: an owner seems alive a moment longer.
                for _ in 0..<100 where report.alive > 0 {
                    try await Task.sleep(for: .milliseconds(20))
                    report = try await SimulatedBackend().sweep(in: root)
                }
                #expect(report.alive == 0)
                #expect(report.failed.isEmpty)
            }
        }
    }

    @Test("The directory of all owners follows the environment")
    func defaultRoot() throws {
        #expect(
            try OwnerLedger.defaultRoot(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"]) == "/s/godhand/owners")
        let fallback = try OwnerLedger.defaultRoot(environment: ["XDG_STATE_HOME": "relative", "HOME": "/h"])
        #expect(fallback.hasPrefix("/h/") && fallback.hasSuffix("/godhand/owners"))
        #expect(throws: GodHandError.self) { try OwnerLedger.defaultRoot(environment: ["HOME": "nowhere"]) }
    }
}
