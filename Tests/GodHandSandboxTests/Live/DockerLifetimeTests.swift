import Foundation
import Testing

@testable import GodHandSandbox

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Live {
    /// No machine outlives its owner.
    @Suite(.liveDesktop, .timeLimit(.minutes(3))) struct DockerLifetimeTests {
        @Test func `a killed process leaves nothing that a sweep does not find`() async throws {
            let directory = try TemporaryDirectory()
            let root = directory.file("owners")
            let network = "test-\(SandboxID.unique())"
            let backend = DockerBackend()
            // A machine of somebody alive is there all the time, and must not be touched.
            let ledger = try OwnerLedger(in: root)
            try await backend.withSandbox(.desktop, ledger: ledger) { alive in
                // The child dies in the middle of its work, with four machines, a network and a stored disk.
                await #expect(processExitsWith: .signal(SIGKILL)) {
                    [root = root as String, network = network as String] in
                    try await DockerBackend().withSandboxScope(ledger: OwnerLedger(in: root)) { scope in
                        let first = try await scope.create(.desktop)
                        _ = try await scope.fork(first, into: 1, preserving: .filesystem)
                        var spec = SandboxSpec.desktop
                        spec.network = .named(network)
                        _ = try await scope.create(spec)
                        _ = try await scope.create(spec)
                        kill(getpid(), SIGKILL)
                    }
                }
                let owners = try FileManager.default.contentsOfDirectory(atPath: root).filter { $0 != ledger.owner }
                let dead = try #require(owners.first)
                let orphans = try await machines(of: dead)
                #expect(orphans.count == 4)

                let report = try await backend.sweep(in: root)
                #expect(Set(report.reaped.filter { $0.kind == .machine }.map(\.id)) == Set(orphans))
                let stored = report.reaped.filter { $0.kind == .filesystemSnapshot }
                #expect(stored.count == 1)
                for entry in stored {
                    #expect(try await !backend.engine().hasImage(DockerName.snapshot(entry.id)))
                }
                #expect(report.failed.isEmpty)
                #expect(report.alive == 1)
                #expect(try await machines(of: dead).isEmpty)
                for id in orphans {
                    #expect(!FileManager.default.fileExists(atPath: try backend.runtimeDirectory().path(of: id)))
                }
                #expect(try await alive.exec(["true"]).isSuccess)
                // A second sweep finds nothing more.
                #expect(try await backend.sweep(in: root).reaped.isEmpty)
            }
            let networks = try await backend.engine().listNetworks(label: DockerLabel.id).map(\.name)
            #expect(!networks.contains("gh-net-\(network)"))
            try ledger.close()
            #expect(try FileManager.default.contentsOfDirectory(atPath: root).isEmpty)
        }

        private func machines(of owner: String) async throws -> [SandboxID] {
            try await DockerBackend().machines(of: owner).map(\.id)
        }

        @Test func `a reaper leaves alone what only looks like ours`() async throws {
            let backend = DockerBackend()
            try await backend.withSandbox(.desktop) { sandbox in
                let reaper = DockerReaper(backend: backend)
                let forged = LedgerEntry(backend: "docker", id: sandbox.id, owner: "somebody-else", details: [:])
                let error = await failure { _ = try await reaper.remove(forged) }
                #expect(error?.code == .nameTaken)
                let untouched = try await sandbox.exec(["true"])
                #expect(untouched.isSuccess)
                // What is not there is not an error.
                let gone = LedgerEntry(backend: "docker", id: .unique(), owner: "x", details: ["directory": "/etc"])
                #expect(try await reaper.remove(gone) == false)
                #expect(FileManager.default.fileExists(atPath: "/etc/passwd"))
            }
        }

        @Test func `what is inherited by a stored file system is not an owner`() async throws {
            try await DockerBackend().withSandboxScope { scope in
                let base = try await scope.create(.desktop)
                try await base.writeFile("/home/user/kept", "yes")
                let forks = try await scope.fork(base, into: 2, preserving: .filesystem)
                for fork in forks {
                    #expect(fork.origin == base.id)
                    #expect(try await fork.exec(["cat", "/home/user/kept"]).output == "yes")
                }
                try await forks[0].writeFile("/home/user/kept", "changed")
                #expect(try await forks[1].exec(["cat", "/home/user/kept"]).output == "yes")
                #expect(try await base.exec(["cat", "/home/user/kept"]).output == "yes")
                let images = try await DockerBackend().engine().listImages(label: DockerLabel.snapshot)
                for image in images {
                    let labels = image.labels ?? [:]
                    #expect(labels[DockerLabel.owner, default: ""].isEmpty)
                    #expect(labels[DockerLabel.id, default: ""].isEmpty)
                }
                // A fork can be forked.
                let deeper = try await scope.fork(forks[0], into: 1, preserving: .filesystem)
                #expect(try await deeper[0].exec(["cat", "/home/user/kept"]).output == "changed")
            }
        }

        @Test(arguments: [false, true])
        func `a stored disk that is deleted while machines run on it goes with the last of them`(
            isSwept: Bool
        ) async throws {
            let backend = DockerBackend()
            let disk = try await backend.withSandbox(.desktop) { try await $0.snapshot(.filesystem) }
            try await backend.withSandboxScope { scope in
                let machines = [try await scope.restore(disk), try await scope.restore(disk)]
                try await backend.filesystemRestoring?.delete(disk)
                for (machine, left) in zip(machines, [1, 0]) {
                    if isSwept {
                        let directory = try backend.runtimeDirectory().path(of: machine.id)
                        let entry = LedgerEntry(
                            backend: backend.name, id: machine.id, owner: scope.owner,
                            details: ["directory": directory])
                        #expect(try await DockerReaper(backend: backend).remove(entry))
                    } else {
                        try await scope.destroy(machine)
                    }
                    let images = try await backend.engine().listImages(label: "\(DockerLabel.snapshot)=\(disk.id)")
                    #expect(images.count == left)
                }
            }
        }

        @Test func `many may join and leave one network at the same time`() async throws {
            let backend = DockerBackend()
            for _ in 0..<3 {
                let name = "test-\(SandboxID.unique())"
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 {
                        group.addTask {
                            var spec = SandboxSpec.desktop
                            spec.network = .named(name)
                            try await backend.withSandbox(spec) { _ = try await $0.exec(["true"]) }
                        }
                    }
                    try await group.waitForAll()
                }
                let left = try await backend.engine().listNetworks(label: DockerLabel.id).map(\.name)
                #expect(!left.contains("gh-net-\(name)"))
            }
        }

        @Test func `pausing stands still and can be repeated`() async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                try await sandbox.pause()
                try await sandbox.pause()
                let error = await failure { _ = try await sandbox.exec(["true"], timeout: .milliseconds(200)) }
                #expect(error?.code == .deadlineExceeded)
                try await sandbox.resume()
                try await sandbox.resume()
                #expect(try await sandbox.exec(["true"]).isSuccess)
            }
        }

        @Test func `a machine that was removed from outside is destroyed all the same`() async throws {
            let backend = DockerBackend()
            let book = MemoryBook()
            let machine = try await backend.create(.desktop, ownership: Ownership(owner: "test", book: book))
            _ = try await backend.engine().removeContainer(DockerName.container(machine.id))
            try await machine.destroy()
            try await machine.destroy()
            #expect(book.entries.isEmpty)
            let error = await failure { _ = try await machine.shell?.start(Command(["true"])) }
            #expect(error?.code == .scopeClosed)
        }
    }
}
