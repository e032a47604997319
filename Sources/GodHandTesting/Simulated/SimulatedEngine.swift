import Foundation

/// Where simulated machines live: it outlasts their handles and their owners, as a real engine does.
public final class SimulatedEngine: Sendable {
    struct Record: Sendable {
        var owner: String
        var spec: SandboxSpec
        var guest: SimulatedGuest
        var preparedForks = 0
    }
    private struct State: Sendable {
        var machines: [SandboxID: Record] = [:]
        var snapshots: [SandboxID: Stored] = [:]
    }
    /// What a snapshot consists of.
    enum Stored: Sendable {
        case disk(SimulatedFiles)
        case memory(SimulatedMemory)
    }
    private let state = Watched(State())

    /// The images from which machines can be made.
    public let images: Set<String>

    /// Makes an engine without machines.
    public init(images: Set<String> = ["godhand/desktop:latest", "vm"]) { self.images = images }

    /// The machines that exist.
    public var machines: Set<SandboxID> { state.read { Set($0.machines.keys) } }
    /// The snapshots that are stored, of both kinds.
    public var snapshots: Set<SandboxID> { state.read { Set($0.snapshots.keys) } }

    /// How many forks of a machine are prepared.
    public func preparedForks(of id: SandboxID) -> Int { state.read { $0.machines[id]?.preparedForks ?? 0 } }

    /// Waits until so many forks of a machine are prepared.
    public func waitForPreparedForks(_ count: Int, of id: SandboxID) async throws {
        try await state.wait { $0.machines[id]?.preparedForks == count ? () : nil }
    }

    func prepareForks(_ count: Int, of id: SandboxID) { state.update { $0.machines[id]?.preparedForks = count } }

    func add(_ id: SandboxID, owner: String, _ spec: SandboxSpec, _ memory: SimulatedMemory) throws -> SimulatedGuest {
        guard images.contains(spec.image) else {
            throw GodHandError(
                .imageMissing, "There is no image '\(spec.image)'.",
                hint: "Name one of: \(images.sorted().joined(separator: ", ")).")
        }
        let guest = try SimulatedGuest(id, spec, memory)
        state.update { $0.machines[id] = Record(owner: owner, spec: spec, guest: guest) }
        return guest
    }

    func remove(_ id: SandboxID) -> Bool {
        guard let record = state.update({ $0.machines.removeValue(forKey: id) }) else { return false }
        record.guest.end()
        return true
    }

    func store(_ what: Stored, as id: SandboxID) { state.update { $0.snapshots[id] = what } }

    func stored(_ id: SandboxID) -> Stored? { state.read { $0.snapshots[id] } }

    func delete(_ id: SandboxID) { state.update { _ = $0.snapshots.removeValue(forKey: id) } }
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

    /// Removes the machine of an entry, if owner and name agree, or the snapshot.
    public func remove(_ entry: LedgerEntry) async throws -> Bool {
        guard entry.kind == .machine else {
            return state.update { $0.snapshots.removeValue(forKey: entry.id) != nil }
        }
        guard state.read({ $0.machines[entry.id]?.owner }) == entry.owner else { return false }
        return remove(entry.id)
    }
}
