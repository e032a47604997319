import Foundation

/// Where simulated machines live: it outlasts their handles and their owners, as a real engine does.
public final class SimulatedEngine: Sendable {
    struct Record: Sendable {
        var owner: String
        var spec: SandboxSpec
        var guest: SimulatedGuest
    }
    private struct State: Sendable {
        var machines: [SandboxID: Record] = [:]
        var snapshots: [String: SimulatedFiles] = [:]
    }
    private let state = Watched(State())

    /// The images from which machines can be made.
    public let images: Set<String>

    /// Makes an engine without machines.
    public init(images: Set<String> = ["godhand/desktop:latest"]) { self.images = images }

    /// The machines that exist.
    public var machines: Set<SandboxID> { state.read { Set($0.machines.keys) } }
    /// The snapshots that are stored.
    public var snapshots: Set<String> { state.read { Set($0.snapshots.keys) } }

    func add(_ id: SandboxID, owner: String, _ spec: SandboxSpec, _ files: SimulatedFiles?) throws -> SimulatedGuest {
        guard images.contains(spec.image) else {
            throw GodHandError(
                .imageMissing, "There is no image '\(spec.image)'.",
                hint: "Name one of: \(images.sorted().joined(separator: ", ")).")
        }
        let guest = try SimulatedGuest(spec, files: files ?? SimulatedFiles())
        state.update { $0.machines[id] = Record(owner: owner, spec: spec, guest: guest) }
        return guest
    }

    func remove(_ id: SandboxID) -> Bool {
        guard let record = state.update({ $0.machines.removeValue(forKey: id) }) else { return false }
        record.guest.end()
        return true
    }

    func store(_ files: SimulatedFiles, as name: String) { state.update { $0.snapshots[name] = files } }

    func stored(_ name: String) -> SimulatedFiles? { state.read { $0.snapshots[name] } }

    func delete(_ name: String) { state.update { _ = $0.snapshots.removeValue(forKey: name) } }
}

extension SimulatedEngine: Reaper {
    /// All machines that exist.
    public func list() async throws -> [OwnedMachine] {
        state.read(\.machines).map { id, record in
            OwnedMachine(
                id: id, owner: record.owner, state: record.guest.isPaused ? "paused" : "running",
                image: record.spec.image, labels: record.spec.labels)
        }
    }

    /// Removes the machine of an entry, if owner and name agree, or the stored disk.
    public func remove(_ entry: LedgerEntry) async throws -> Bool {
        if entry.kind == .filesystemSnapshot {
            return state.update { $0.snapshots.removeValue(forKey: entry.id.rawValue) != nil }
        }
        guard state.read({ $0.machines[entry.id]?.owner }) == entry.owner else { return false }
        return remove(entry.id)
    }
}
