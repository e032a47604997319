import GodHandCore

/// Machines that people ask for by themselves, beside those of tasks, and what they store.
///
/// The machines live as long as the service; what is stored outlives it.
actor Workbench {
    /// A machine, and what was asked for.
    struct Place: Sendable {
        var sandbox: Sandbox
        var machine: TaskMachine
        var isPaused = false
    }
    private let scope: SandboxScope
    private let store: TaskStore
    private let capacity: Int
    private var places: [SandboxID: Place] = [:]
    private var reserved = 0
    /// Machines with which something is done that nothing else may come between.
    private var busy: Set<SandboxID> = []

    init(scope: SandboxScope, store: TaskStore, capacity: Int) {
        self.scope = scope
        self.store = store
        self.capacity = capacity
    }

    /// All machines, by name.
    var all: [Place] { places.values.sorted { $0.sandbox.id.rawValue < $1.sandbox.id.rawValue } }

    func place(_ id: SandboxID) throws -> Place {
        guard let place = places[id] else { throw Problem.notFound("No sandbox is called \(id).") }
        return place
    }

    /// Makes a machine.
    func create(_ machine: TaskMachine, in workplace: Workplace) async throws -> Place {
        try await admit(machine) { try await self.scope.create(workplace.spec(of: machine)) }
    }

    /// Makes a machine of a stored one.
    func restore(_ id: SandboxID) async throws -> Place {
        guard let snapshot = try await store.snapshots().first(where: { $0.id == id }) else {
            throw Problem.notFound("No snapshot is called \(id).")
        }
        return try await admit(TaskMachine(of: snapshot.spec)) { try await self.scope.restore(snapshot) }
    }

    private func admit(_ machine: TaskMachine, _ make: () async throws -> Sandbox) async throws -> Place {
        guard places.count + reserved < capacity else {
            throw Problem.busy("\(capacity) sandboxes are there already; destroy one.", after: 10)
        }
        reserved += 1
        defer { reserved -= 1 }
        let place = Place(sandbox: try await make(), machine: machine)
        places[place.sandbox.id] = place
        return place
    }

    /// Ends a machine.
    func destroy(_ id: SandboxID) async throws {
        try await exclusively(id) { place in
            try await scope.destroy(place.sandbox)
            places[id] = nil
        }
    }

    /// Lets a machine stand still, or go on.
    func setPaused(_ isPaused: Bool, _ id: SandboxID) async throws -> Place {
        try await exclusively(id) { place in
            if isPaused { try await place.sandbox.pause() } else { try await place.sandbox.resume() }
            places[id]?.isPaused = isPaused
            return try self.place(id)
        }
    }

    // MARK: What is stored

    /// Stores a machine. Its name is in the database before.
    func snapshot(_ id: SandboxID, preserving preservation: Preservation) async throws -> Snapshot {
        try await exclusively(id) { place in
            let name = SandboxID.unique()
            let sandbox = place.sandbox
            let intended: Snapshot
            switch preservation {
            case .filesystem:
                intended = .filesystem(
                    FilesystemSnapshot(id: name, backend: sandbox.backend, origin: id, spec: sandbox.spec))
            case .memory:
                intended = .memory(MemorySnapshot(id: name, backend: sandbox.backend, origin: id, spec: sandbox.spec))
            }
            try await store.save(intended, isStored: false)
            do {
                let stored = try await withTimeLimit(sandbox.spec.timeouts.snapshot, "Storing \(id)") {
                    try await Self.take(preservation, of: sandbox, as: name)
                }
                try await store.save(stored, isStored: true)
                return stored
            } catch {
                try await forget(intended)
                throw error
            }
        }
    }

    private static func take(_ kind: Preservation, of sandbox: Sandbox, as name: SandboxID) async throws -> Snapshot {
        switch kind {
        case .filesystem:
            if let facet = sandbox.machine.filesystemSnapshots {
                return .filesystem(try await facet.takeFilesystemSnapshot(name))
            }
        case .memory:
            if let facet = sandbox.machine.memorySnapshots { return .memory(try await facet.takeMemorySnapshot(name)) }
        }
        throw GodHandError(
            .unsupported, "A machine of the backend \(sandbox.backend) cannot store its \(kind.rawValue).",
            hint: "Store the other of filesystem and memory.")
    }

    /// Deletes what is stored.
    func deleteSnapshot(_ id: SandboxID) async throws {
        guard let snapshot = try await store.snapshots().first(where: { $0.id == id }) else {
            throw Problem.notFound("No snapshot is called \(id).")
        }
        try await forget(snapshot)
    }

    /// Deletes what an earlier process began to store.
    func tidyUp() async throws {
        for snapshot in try await store.snapshots(isStored: false) where snapshot.backend == scope.backend.name {
            try await forget(snapshot)
        }
    }

    private func forget(_ snapshot: Snapshot) async throws {
        switch snapshot {
        case .filesystem(let snapshot): try await scope.backend.filesystemRestoring?.delete(snapshot)
        case .memory(let snapshot): try await scope.backend.memoryRestoring?.delete(snapshot)
        }
        try await store.removeSnapshot(snapshot.id)
    }

    private func exclusively<Value>(_ id: SandboxID, _ body: (Place) async throws -> Value) async throws -> Value {
        let place = try place(id)
        guard busy.insert(id).inserted else {
            throw Problem.conflict(
                "Something else is being done with sandbox \(id).", hint: "Try again when it is over.")
        }
        defer { busy.remove(id) }
        return try await body(place)
    }
}

extension TaskMachine {
    /// What a stored machine was.
    init(of spec: SandboxSpec) {
        memory = spec.memory >> 20
        cpus = spec.cpus
        width = spec.screen?.width ?? width
        height = spec.screen?.height ?? height
        network =
            switch spec.network {
            case .none: .none
            case .named: .wiki
            case .full: .full
            }
    }
}
