public import GodHandCore
public import MCPServer
import ServiceSupport
import Synchronization

/// Tools by which a client owns desktops. All that is made by them lives in one scope and ends with it.
public final class DesktopBox: ToolBox {
    let scope: SandboxScope
    let settings: DesktopSettings
    let state: Mutex<State>
    let clock = ContinuousClock()

    struct State {
        var desktops: Inventory<Sandbox>
        var snapshots: Inventory<Snapshot>
        var bucket: TokenBucket
    }

    /// The tools, in the order in which a client is told of them.
    public let definitions: [ToolDefinition]

    /// Makes the tools for a scope, which they must not outlive.
    public init(scope: SandboxScope, settings: DesktopSettings) {
        self.scope = scope
        self.settings = settings
        definitions = Self.definitions(for: settings)
        state = Mutex(
            State(
                desktops: Inventory(of: "desktop", limit: settings.desktops),
                snapshots: Inventory(of: "snapshot", limit: settings.snapshots),
                bucket: TokenBucket(capacity: settings.rate.burst, perSecond: settings.rate.perSecond)))
    }

    /// Does what a tool is for.
    public func call(_ name: String, _ arguments: JSONValue) async throws -> ToolResult {
        guard let tool = definitions.first(where: { $0.name == name }) else {
            return .failure("There is no such tool.")
        }
        if let complaint = SchemaCheck.complaint(about: arguments, tool.input) { return .failure(complaint) }
        let now = clock.now
        if let wait = state.withLock({ $0.bucket.take(at: now) }) {
            return .failure("Too many calls in a short time. Try again in \(wait.rounded).")
        }
        switch name {
        case "desktop_create": return try await create(arguments)
        case "desktop_list": return list()
        case "desktop_screenshot": return try await using(arguments) { try await self.screenshot($0, arguments) }
        case "desktop_elements": return try await using(arguments) { try await self.elements($0) }
        case "desktop_act": return try await using(arguments) { try await self.act($0, arguments) }
        case "desktop_exec": return try await using(arguments) { try await self.exec($0, arguments) }
        case "desktop_read_file": return try await using(arguments) { try await self.readFile($0, arguments) }
        case "desktop_write_file": return try await using(arguments) { try await self.writeFile($0, arguments) }
        case "desktop_snapshot": return try await using(arguments) { try await self.snapshot($0, arguments) }
        case "desktop_restore": return try await restore(arguments)
        case "desktop_fork": return try await using(arguments) { try await self.fork($0, arguments) }
        case "desktop_delete_snapshot": return try await deleteSnapshot(arguments)
        default: return try await destroy(arguments)
        }
    }

    /// Uses the desktop that the arguments name.
    private func using(
        _ arguments: JSONValue, _ body: (Sandbox) async throws -> ToolResult
    ) async throws -> ToolResult {
        try await using(arguments["desktop"]?.string ?? "", of: \.desktops, body)
    }

    /// Uses something of a name, which does not count as idle meanwhile.
    func using<Item>(
        _ name: String, of kind: WritableKeyPath<State, Inventory<Item>>,
        _ body: (Item) async throws -> ToolResult
    ) async throws -> ToolResult {
        let item = try state.withLock { try $0[keyPath: kind].enter(name) }
        defer {
            let now = clock.now
            state.withLock { $0[keyPath: kind].leave(name, at: now) }
        }
        return try await body(item)
    }

    /// Destroys what nobody has used for the time that the settings name, until it is cancelled. Where they name none it
    /// returns at once.
    public func removeIdle() async throws {
        guard let time = settings.idleTime else { return }
        while true {
            try await Task.sleep(for: max(.seconds(1), time / 10))
            let now = clock.now
            let (desktops, snapshots) = state.withLock {
                ($0.desktops.idle(for: time, at: now), $0.snapshots.idle(for: time, at: now))
            }
            // What could not be removed stays in the list, and is tried again.
            for (name, sandbox) in desktops {
                guard (try? await scope.destroy(sandbox)) != nil else { continue }
                state.withLock { $0.desktops.remove(name) }
            }
            for (name, snapshot) in snapshots {
                guard (try? await scope.discard(snapshot)) != nil else { continue }
                state.withLock { $0.snapshots.remove(name) }
            }
        }
    }
}

extension Duration {
    /// To a tenth of a second, for people.
    var rounded: String {
        let (seconds, attoseconds) = components
        let tenths = seconds * 10 + attoseconds / 100_000_000_000_000_000
        return "\(tenths / 10).\(tenths % 10) s"
    }

    /// In seconds, for programs.
    var inSeconds: Double { (self / .milliseconds(1)).rounded() / 1000 }
}
