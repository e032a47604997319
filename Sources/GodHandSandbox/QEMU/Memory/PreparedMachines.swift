import Foundation
import Logging

/// Booted machines that are stored, one for each kind, so that a kind is booted only once on a host: every later machine
/// goes on where that one was ready.
struct PreparedMachines: Sendable {
    let places: QEMUPlaces

    /// The name of a kind: of all that a guest has seen by the time that it is ready.
    ///
    /// - Parameter board: Its paths are the machine's own and do not count.
    func key(_ image: VMImage, _ board: QEMULaunch.Board) throws -> String {
        var board = board
        (board.kernel, board.initrd) = ("", "")
        // Without what is measured anew on each start.
        board.commandLine = image.description.commandLine
        if case .user = board.network { board.network = .user(address: "", ports: []) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var hash = SHA256()
        let parts = [Data(image.description.inputs.utf8), Data(image.directory.utf8), try encoder.encode(board)]
        for part in parts { part.withUnsafeBytes { hash.update($0) } }
        let digest = hash.finalize().prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(image.description.name)-\(digest)"
    }

    /// The stored machine of a kind; nil if there is none that is whole.
    func find(_ key: String) async -> StoredMachine? {
        guard access(directory(key), F_OK) == 0 else { return nil }
        do { return try await StoredMachine(in: directory(key)) } catch {
            Logger.current.info(
                "A prepared machine is damaged and is made anew", metadata: ["godhand.error": "\(error)"])
            remove(key)
            return nil
        }
    }

    /// Stores a machine that has just become ready. That it fails does not hurt the machine.
    func store(_ machine: QEMUMachine, as key: String) async {
        do {
            try await machine.storeMemory(as: machine.id) { unfinished in
                // Another process may have been first.
                if rename(unfinished, directory(key)) != 0 { try places.remove(unfinished) }
            }
            removeOthers(than: key)
        } catch {
            Logger.current.info("A machine could not be prepared", metadata: ["godhand.error": "\(error)"])
        }
    }

    func remove(_ key: String) { try? places.remove(directory(key)) }

    private func directory(_ key: String) -> String { "\(places.prepared)/\(key)" }

    /// Removes what was prepared from earlier versions of the same image; machines that were made of it go on.
    private func removeOthers(than key: String) {
        let names = (try? HostFileSystem().names(in: places.prepared)) ?? []
        for name in names where name != key {
            guard let record = try? MachineRecord(in: directory(name)),
                let image = try? VMImage(at: places.image(record.image), name: record.image)
            else {
                remove(name)
                continue
            }
            if (try? self.key(image, record.board)) != name { remove(name) }
        }
    }
}
