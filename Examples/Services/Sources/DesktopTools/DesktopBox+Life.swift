import GodHandCore
import MCPServer
import Synchronization

/// Making, storing, copying and ending desktops.
extension DesktopBox {
    func create(_ arguments: JSONValue) async throws -> ToolResult {
        var spec = settings.spec
        spec.image = arguments["image"]?.string ?? settings.images.first ?? spec.image
        if let width = arguments["width"]?.integer { spec.screen?.width = width }
        if let height = arguments["height"]?.integer { spec.screen?.height = height }
        if let cpus = arguments["cpus"]?.double { spec.cpus = cpus }
        if let memory = arguments["memory_mib"]?.integer { spec.memory = memory << 20 }
        if arguments["network"] == "full" { spec.network = .full }
        let (scope, wanted) = (scope, spec)
        let sandboxes = try await making(1) { [try await scope.create(wanted)] }
        return described(sandboxes)
    }

    func fork(_ sandbox: Sandbox, _ arguments: JSONValue) async throws -> ToolResult {
        let count = arguments["count"]?.integer ?? 1
        let preservation = try preservation(arguments)
        let scope = scope
        return described(
            try await making(count) { try await scope.fork(sandbox, into: count, preserving: preservation) })
    }

    func snapshot(_ sandbox: Sandbox, _ arguments: JSONValue) async throws -> ToolResult {
        let preservation = try preservation(arguments)
        try state.withLock { try $0.snapshots.reserve() }
        do {
            let snapshot = try await scope.keep(sandbox, preserving: preservation)
            let now = clock.now
            state.withLock { $0.snapshots.admit(snapshot, as: snapshot.id.rawValue, at: now) }
            return ToolResult(structure: json(snapshot))
        } catch {
            state.withLock { $0.snapshots.release() }
            throw error
        }
    }

    func restore(_ arguments: JSONValue) async throws -> ToolResult {
        let scope = scope
        return try await using(arguments["snapshot"]?.string ?? "", of: \.snapshots) { snapshot in
            described(try await making(1) { [try await scope.restore(snapshot)] })
        }
    }

    func destroy(_ arguments: JSONValue) async throws -> ToolResult {
        let name = arguments["desktop"]?.string ?? ""
        return try await using(name, of: \.desktops) { sandbox in
            try await scope.destroy(sandbox)
            state.withLock { $0.desktops.remove(name) }
            return ToolResult(structure: ["destroyed": .string(name)])
        }
    }

    func deleteSnapshot(_ arguments: JSONValue) async throws -> ToolResult {
        let name = arguments["snapshot"]?.string ?? ""
        return try await using(name, of: \.snapshots) { snapshot in
            try await scope.discard(snapshot)
            state.withLock { $0.snapshots.remove(name) }
            return ToolResult(structure: ["deleted": .string(name)])
        }
    }

    func list() -> ToolResult {
        let (desktops, snapshots) = state.withLock { ($0.desktops.items, $0.snapshots.items) }
        return ToolResult(structure: [
            "desktops": .array(desktops.map(json)), "snapshots": .array(snapshots.map(json)),
            "most_desktops": .integer(settings.desktops), "most_snapshots": .integer(settings.snapshots),
        ])
    }

    // MARK: Parts

    /// Makes desktops for which there is room, and takes them in.
    private func making(
        _ count: Int, _ make: @Sendable () async throws -> [Sandbox]
    ) async throws -> [Sandbox] {
        try state.withLock { try $0.desktops.reserve(count) }
        do {
            let sandboxes = try await make()
            let now = clock.now
            state.withLock { state in
                for sandbox in sandboxes { state.desktops.admit(sandbox, as: sandbox.id.rawValue, at: now) }
            }
            return sandboxes
        } catch {
            state.withLock { $0.desktops.release(count) }
            throw error
        }
    }

    private func preservation(_ arguments: JSONValue) throws -> Preservation {
        arguments["preserving"] == "memory" ? .memory : .filesystem
    }

    private func described(_ sandboxes: [Sandbox]) -> ToolResult {
        ToolResult(structure: ["desktops": .array(sandboxes.map(json))])
    }

    private func json(_ sandbox: Sandbox) -> JSONValue {
        var members: [String: JSONValue] = [
            "desktop": .string(sandbox.id.rawValue), "image": .string(sandbox.spec.image),
            "backend": .string(sandbox.backend),
        ]
        if let screen = sandbox.spec.screen {
            members["width"] = .integer(screen.width)
            members["height"] = .integer(screen.height)
        }
        if let origin = sandbox.origin { members["origin"] = .string(origin.rawValue) }
        return .object(members)
    }

    private func json(_ snapshot: Snapshot) -> JSONValue {
        [
            "snapshot": .string(snapshot.id.rawValue), "origin": .string(snapshot.origin.rawValue),
            "preserves": .string(snapshot.preserves.rawValue),
        ]
    }
}

extension ToolResult {
    /// A structure of the server's own words, for programs and, as text, for models.
    init(structure: JSONValue) {
        self.init(structure, parts: [.text(String(decoding: structure.line, as: UTF8.self))])
    }
}
