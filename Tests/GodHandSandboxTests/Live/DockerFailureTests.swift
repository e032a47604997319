import Foundation
import Testing

@testable import GodHandSandbox

extension Live {
    /// What goes wrong when a real engine is asked for what it cannot give: the right error, and nothing left behind.
    @Suite(.liveDesktop, .timeLimit(.minutes(3))) struct DockerFailureTests {
        private func failedCreation(_ spec: SandboxSpec) async throws -> GodHandError? {
            let book = MemoryBook()
            let owner = SandboxID.unique().rawValue
            let error = await failure {
                let machine = try await DockerBackend().create(spec, ownership: Ownership(owner: owner, book: book))
                try await machine.destroy()
            }
            #expect(book.entries.isEmpty)
            let mine = try await DockerBackend().engine().listContainers(label: "\(DockerLabel.owner)=\(owner)")
            #expect(mine.isEmpty)
            return error
        }

        @Test func `an image that is not there`() async throws {
            let error = try await failedCreation(SandboxSpec(image: "godhand/no-such-image:1", screen: nil))
            #expect(error?.code == .imageMissing)
            #expect(error?.hint?.contains("make image") == true)
        }

        @Test func `a name that is taken stays with who has it`() async throws {
            var spec = SandboxSpec.desktop
            spec.name = SandboxID.unique().rawValue
            try await DockerBackend().withSandbox(spec) { sandbox in
                #expect(sandbox.id.rawValue == spec.name)
                let error = try await failedCreation(spec)
                #expect(error?.code == .nameTaken)
                #expect(try await sandbox.exec(["true"]).isSuccess)
            }
        }

        @Test func `a port that is in use`() async throws {
            var spec = SandboxSpec.desktop
            spec.network = .full
            let taken = try TakenPort()
            spec.ports = [.init(guest: 80, host: taken.number)]
            let error = try await failedCreation(spec)
            #expect(error?.code == .portInUse)
        }

        @Test func `a container that ends at once tells its last words`() async throws {
            let directory = try TemporaryDirectory()
            _ = FileManager.default.createFile(
                atPath: directory.file("init"), contents: Data("#!/bin/sh\necho 'cannot go on' >&2\nexit 3\n".utf8),
                attributes: [.posixPermissions: 0o755])
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path)
            var spec = SandboxSpec.desktop
            spec.mounts = [.init(source: directory.path, target: "/usr/lib/godhand")]
            let error = try await failedCreation(spec)
            #expect(error?.code == .guestExited)
            #expect(error?.message.contains("code 3") == true)
            #expect(error?.message.contains("cannot go on") == true)
        }

        @Test func `a mount whose source is missing`() async throws {
            var spec = SandboxSpec.desktop
            spec.mounts = [.init(source: "/no/such/place", target: "/mnt")]
            let error = try await failedCreation(spec)
            #expect(error?.code == .invalidRequest)
        }

        @Test(arguments: 0..<12)
        func `a creation that is cancelled at any moment leaves nothing`(round: Int) async throws {
            let directory = try TemporaryDirectory()
            let ledger = try OwnerLedger(in: directory.file("owners"))
            let task = Task {
                try await DockerBackend().withSandboxScope(ledger: ledger) { scope in
                    _ = try await scope.create(.desktop)
                }
            }
            // The moments are spread over the time that a creation takes; which one it is does not matter to the outcome.
            try await Task.sleep(for: .milliseconds(30 * round))
            task.cancel()
            _ = await task.result
            #expect(try ledger.entries().isEmpty)
            let owned = try await DockerReaper(backend: DockerBackend()).list().filter { $0.owner == ledger.owner }
            #expect(owned.isEmpty)
        }
    }
}
