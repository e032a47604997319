import Foundation
import GodHandTesting
import Testing

@testable import GodHandSandbox

extension LiveMachines {
    /// Disks of real QEMUs whose guests do not run: what is done to them does not depend on that.
    @Suite(.liveVM, .timeLimit(.minutes(2))) struct QEMUDiskTests {
        private func withMachine(
            _ book: MemoryBook = MemoryBook(), spec: SandboxSpec = .vm, _ body: (QEMUMachine) async throws -> Void
        ) async throws {
            let backend = QEMUBackend()
            let image = try VMImage(at: backend.places().image("vm"), name: "vm")
            let machine = try await withUndo { undo in
                let draft = try await backend.draft(
                    .image(image), spec, ownership: Ownership(owner: "me", book: book), undo: undo)
                let parts = try await backend.start(draft, undo: undo)
                return QEMUMachine(draft, parts, display: nil, backend: backend, undo: undo)
            }
            do { try await body(machine) } catch {
                try await machine.destroy()
                throw error
            }
            try await machine.destroy()
        }

        private func mode(_ path: String) throws -> mode_t {
            var status = stat()
            try #require(lstat(path, &status) == 0)
            return status.st_mode & 0o777
        }

        @Test func `a frozen layer can only be read, and the machine writes the next`() async throws {
            try await withMachine { machine in
                let before = machine.files.files
                #expect(before.layers.count == 2)
                for round in 1...3 {
                    let frozen = try await machine.freezeDisk()
                    let now = machine.files
                    #expect(frozen.layers == Array(now.files.layers.dropLast()))
                    #expect(now.files.layers.count == 2 + round)
                    #expect(now.record.layers == 2 + round)
                    #expect(try mode(frozen.layers[round]) == 0o444)
                    #expect(try mode(now.files.layers[round + 1]) == 0o600)
                }
                let qmp = try machine.parts.slot.current().qmp
                let nodes = try await qmp.execute("query-named-block-nodes", ["flat": true])
                let names = Set((nodes.array ?? []).compactMap { $0["node-name"]?.string })
                #expect(names.isSuperset(of: ["disk-0", "disk-4", "disk-4-file"]))
                let blocks = try await qmp.execute("query-block")
                #expect(blocks.array?.first?["inserted"]?["node-name"] == "disk-4")
            }
        }

        @Test func `a snapshot is whole without its origin, and goes when it is deleted`() async throws {
            let backend = QEMUBackend()
            let places = try backend.places()
            let id = SandboxID.unique()
            try await withMachine { machine in
                try machine.store(try await machine.freezeDisk(), as: id)
                // Nothing unfinished is left in the machine's directory.
                let names = try FileManager.default.contentsOfDirectory(atPath: machine.files.files.directory)
                #expect(!names.contains { $0.hasPrefix("snapshot") })
            }
            let directory = places.snapshot(id)
            let record = try MachineRecord(in: directory)
            #expect(record.layers == 2)
            #expect(record.owner.isEmpty)
            let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
            #expect(names == ["disk-0.qcow2", "disk-1.qcow2", "initrd", "record.json", "vmlinuz"])
            let snapshot = FilesystemSnapshot(id: id, backend: "qemu", origin: .unique(), spec: .vm)
            let snapshots = QEMUSnapshots(backend: backend)
            try await snapshots.delete(snapshot)
            try await snapshots.delete(snapshot)
            #expect(!FileManager.default.fileExists(atPath: directory))
            let error = await failure {
                _ = try await snapshots.restore(snapshot, ownership: Ownership(owner: "me", book: MemoryBook()))
            }
            #expect(error?.code == .notFound)
            let outside = FilesystemSnapshot(
                id: SandboxID(rawValue: "../machines"), backend: "qemu", origin: .unique(), spec: .vm)
            let refused = await failure { try await snapshots.delete(outside) }
            #expect(refused?.code == .invalidRequest)
        }

        @Test func `a layer that QEMU refuses leaves the disk as it was`() async throws {
            try await withMachine { machine in
                let before = machine.files
                let qmp = try machine.parts.slot.current().qmp
                // Takes the name that the next layer is to have.
                try await qmp.execute("blockdev-add", ["driver": "null-co", "node-name": "disk-2"])
                let error = await failure { _ = try await machine.freezeDisk() }
                #expect(error?.code == .qemuFailed)
                #expect(machine.files.files.layers == before.files.layers)
                #expect(!FileManager.default.fileExists(atPath: "\(before.files.directory)/disk-2.qcow2"))
                try await qmp.execute("blockdev-del", ["node-name": "disk-2"])
                let frozen = try await machine.freezeDisk()
                #expect(frozen.layers == before.files.layers)
            }
        }

        @Test func `a name that is taken is refused, and stays with who has it`() async throws {
            var spec = SandboxSpec.vm
            spec.name = "taken-\(SandboxID.unique())"
            let book = MemoryBook()
            try await withMachine(book, spec: spec) { machine in
                for other in [book, MemoryBook()] {
                    let owner = other === book ? "me" : "somebody"
                    let error = await failure {
                        _ = try await QEMUBackend().create(spec, ownership: Ownership(owner: owner, book: other))
                    }
                    #expect(error?.code == .nameTaken)
                    #expect(other.entries.count == (other === book ? 1 : 0))
                }
                let status = try await machine.parts.slot.current().qmp.execute("query-status")
                #expect(status["running"] == false)
            }
            #expect(book.entries.isEmpty)
        }

        @Test func `a QEMU that dies is told from one that is slow`() async throws {
            try await withMachine { machine in
                let parts = machine.parts
                async let ready = failure { try await parts.waitUntilReady(nil, as: "desktop", within: .seconds(60)) }
                try machine.parts.slot.current().process.process.kill()
                let error = await ready
                #expect(error?.code == .guestExited)
                let later = await failure { try await machine.pause() }
                #expect(later?.code == .guestExited)
            }
        }

        @Test func `many lives leave nothing in this process`() async {
            await #expect(processExitsWith: .success) {
                let backend = QEMUBackend()
                let places = try backend.places()
                let image = try VMImage(at: places.image("vm"), name: "vm")
                let check = LeakCheck(directories: [])
                for round in 0...4 {
                    let left = try await withLeakCheck(check) {
                        let undo = UndoList()
                        let ownership = Ownership(owner: "me", book: MemoryBook())
                        let draft = try await backend.draft(.image(image), .vm, ownership: ownership, undo: undo)
                        let parts = try await backend.start(draft, undo: undo)
                        try await parts.instance.resume()
                        // One whose start fails: its memory is not there.
                        var broken = draft.launch
                        broken.memory = "/nowhere/ram"
                        let error = await failure { _ = try await QEMUInstance.start(broken) }
                        #expect(error?.code == .qemuFailed)
                        let failures = await undo.unwindCollectingFailures()
                        #expect(failures.isEmpty)
                    }
                    #expect(round == 0 || left == [])
                }
            }
        }
    }
}
