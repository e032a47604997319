import Foundation
import GodHandTesting
import Testing

@testable import GodHandSandbox

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension LiveMachines {
    /// No machine outlives its owner, at whatever moment that ends.
    @Suite(.liveVM, .timeLimit(.minutes(3))) struct QEMULifetimeTests {
        /// How far a machine gets before its owner is killed.
        enum Moment: String, CaseIterable {
            case draft, started, running
        }

        @Test(arguments: Moment.allCases, [true, false])
        func `a killed process leaves nothing behind`(_ moment: Moment, hasWatchdog: Bool) async throws {
            let directory = try TemporaryDirectory()
            let root = directory.file("owners")
            let backend = QEMUBackend()
            let places = try backend.places()
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = root as String, moment = moment.rawValue as String, hasWatchdog] in
                let backend = QEMUBackend()
                let ledger = try OwnerLedger(in: root)
                let image = try VMImage(at: backend.places().image("vm"), name: "vm")
                let undo = UndoList()
                let draft = try await backend.draft(.image(image), .vm, ownership: ledger.ownership, undo: undo)
                if moment != "draft" {
                    let parts = try await backend.start(draft, undo: undo)
                    if moment == "running" { try await parts.instance.resume() }
                }
                if !hasWatchdog {
                    let watchdog = try await Watchdog.shared.process()
                    watchdog.kill()
                    try await watchdog.waitForEnd()
                }
                kill(getpid(), SIGKILL)
                withExtendedLifetime((ledger, undo)) {}
            }
            let owner = try #require(try FileManager.default.contentsOfDirectory(atPath: root).first)
            let entry = try #require(
                try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(owner)").first { $0 != "lock" })
            let id = SandboxID(rawValue: String(entry.dropLast(5)))
            func left() -> [String] {
                [places.machine(id), places.memory(of: id)].filter { FileManager.default.fileExists(atPath: $0) }
                    + HostProcess.all(whoseArgumentsContain: "/\(id)/").map { "process \($0.id)" }
            }
            if hasWatchdog {
                // It tells nobody when it is through.
                let end = ContinuousClock.now + .seconds(20)
                while !left().isEmpty, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
            } else {
                #expect(left().count >= (moment == .draft ? 2 : 3))
                let listed = try await backend.reaper?.list().first { $0.id == id }
                #expect(listed?.owner == owner)
                #expect(listed?.state == (moment == .draft ? "exited" : "running"))
                try await backend.sweep(in: root)
            }
            #expect(left() == [])
            let report = try await backend.sweep(in: root)
            #expect(report.failed.isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: root).isEmpty)
        }

        @Test func `a start that fails leaves nothing, and says what QEMU said`() async throws {
            let port = try TakenPort()
            var spec = SandboxSpec.vm
            spec.network = .full
            spec.ports = [.init(guest: 80, host: port.number)]
            let book = MemoryBook()
            let taken = await failure {
                _ = try await QEMUBackend().create(spec, ownership: Ownership(owner: "test", book: book))
            }
            #expect(taken?.code == .portInUse)
            #expect(book.entries.isEmpty)
        }

        @Test(arguments: ["named network", "mount", "image"]) func `what a virtual machine cannot be is refused`(
            _ what: String
        ) async throws {
            var spec = SandboxSpec.vm
            switch what {
            case "named network": spec.network = .named("lab")
            case "mount": spec.mounts = [.init(source: "/tmp", target: "/mnt")]
            default: spec.image = "../images/vm"
            }
            let book = MemoryBook()
            let error = await failure {
                _ = try await QEMUBackend().create(spec, ownership: Ownership(owner: "test", book: book))
            }
            #expect(error?.code == (what == "image" ? .imageMissing : .unsupported))
            #expect(error?.hint != nil)
            #expect(book.entries.isEmpty)
        }

        @Test func `a reaper leaves alone what only looks like ours`() async throws {
            let backend = QEMUBackend()
            let image = try VMImage(at: backend.places().image("vm"), name: "vm")
            try await withUndo { undo in
                let draft = try await backend.draft(
                    .image(image), .vm, ownership: Ownership(owner: "me", book: MemoryBook()), undo: undo)
                let reaper = QEMUReaper(backend: backend)
                let forged = LedgerEntry(backend: "qemu", id: draft.id, owner: "somebody-else")
                let error = await failure { _ = try await reaper.remove(forged) }
                #expect(error?.code == .nameTaken)
                let outside = LedgerEntry(backend: "qemu", id: SandboxID(rawValue: "../../etc"), owner: "me")
                let refused = await failure { _ = try await reaper.remove(outside) }
                #expect(refused?.code == .dataDamaged)
                let gone = LedgerEntry(backend: "qemu", id: .unique(), owner: "me")
                let found = try await reaper.remove(gone)
                #expect(!found)
                #expect(FileManager.default.fileExists(atPath: draft.files.directory))
                await undo.unwindCollectingFailures()
            }
        }
    }
}
