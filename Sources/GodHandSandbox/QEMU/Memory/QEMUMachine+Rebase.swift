import Foundation
import Logging

extension QEMUMachine {
    /// Lets the machine, which stands still, go on over a file into which all of its memory was just laid.
    ///
    /// What it had written until then is in that file, so its own copies of those pages are free, and the next fork has only
    /// to look for what was written since: forking often costs little. Where it cannot be done everything stays as it was.
    func goOn(over flat: FrozenMemory, in instance: QEMUInstance, of mapping: ProcessMemory) async {
        do {
            let old = memory
            let own = FrozenMemory(
                path: try flat.linked(at: ["\(places.memory(of: id))/ram-\(SandboxID.unique())"]), size: flat.size,
                isTemporary: false)
            do {
                try await map(own, in: instance, of: mapping)
            } catch {
                try? HostFileSystem().removeFile(own.path)
                throw error
            }
            memory = own
            try HostFileSystem().removeFile(old.path)
        } catch {
            Logger.current.debug(
                "A machine stays over its old memory", metadata: ["godhand.error": "\(error)"])
        }
    }

    private func map(_ file: FrozenMemory, in instance: QEMUInstance, of mapping: ProcessMemory) async throws {
        let descriptor = Descriptor.open(file.path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw HostFailure.current("open", file.path) }
        let set = try await instance.qmp.execute("add-fd", passing: OwnedDescriptor(descriptor))
        guard let id = set["fdset-id"]?.integer, let number = set["fd"]?.integer.flatMap(Int32.init(exactly:)) else {
            throw GodHandError(.protocolViolation, "QEMU did not say where it put a file.")
        }
        do { try await onThread { try mapping.replace(by: number) } } catch {
            _ = try? await instance.qmp.execute("remove-fd", ["fdset-id": .integer(id)])
            throw error
        }
        // It is done; QEMU keeps a number too many if it is too busy to hear of this.
        _ = try? await instance.qmp.execute("remove-fd", ["fdset-id": .integer(id)])
    }
}
