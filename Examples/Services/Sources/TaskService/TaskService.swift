public import Foundation
public import GodHandAgent
public import GodHandCore
import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import ServiceLifecycle
public import ServiceSupport

/// A service that takes goals in over HTTP, has them pursued on machines, and lets people watch and step in.
public struct TaskService: Sendable {
    /// How it works.
    public var settings: Settings
    /// The secret that each request must carry.
    public var token: BearerToken
    /// What makes the machines.
    public var backend: any SandboxBackend

    /// How a service works. Every part but the directory has a usable default.
    public struct Settings: Sendable {
        /// Where everything lies: the database, the journal, and the traces.
        public var directory: URL
        /// The address to listen on, of the loopback interface.
        public var host = "127.0.0.1"
        /// The port; 0 for any that is free.
        public var port = 0
        /// What tasks' machines are made from.
        public var spec = SandboxSpec.desktop
        /// How many tasks may be worked on at once; nil for as many as the host has room for, 0 for none: they then wait
        /// for a service that takes them up.
        public var concurrency: Int?
        /// How many machines are kept ready.
        public var warm = 0
        /// Whether tasks can reach an encyclopedia, at http://wiki.
        public var hasWiki = false
        /// Whether machines are simulated.
        public var isRehearsal = false
        /// How many tasks may wait.
        public var queueLimit = 10_000
        /// How many sandboxes people may have beside those of tasks.
        public var sandboxLimit = 4
        /// How many requests with the token are answered, in a second on average; ten times as many at once.
        public var requestsPerSecond = 50.0
        /// How long a person may take for an answer.
        public var answerLimit = Duration.seconds(600)
        /// What happens at the end to tasks that are worked on.
        public var atEnd = Shutdown.checkpoint(within: .seconds(30))

        /// The usual settings.
        public init(directory: URL) { self.directory = directory }
    }

    /// Makes a service. Nothing happens until it runs.
    public init(_ settings: Settings, token: BearerToken, backend: any SandboxBackend) {
        self.settings = settings
        self.token = token
        self.backend = backend
    }

    /// Serves until it is told to stop, and ends in good order: tasks that are worked on are stored and go on with the next
    /// start, watchers are told what happened last.
    ///
    /// - Parameters:
    ///   - log: Where it says what goes wrong.
    ///   - ready: Told the port once requests are answered, and who decides what is done.
    ///   - stop: Returns when the service is to end.
    /// - Throws: `GodHandError` with `name.taken` if another service has the directory, `request.invalid` if the address is
    ///   not of the loopback interface, and what the database, the engine and the port have to complain of.
    public func run(
        log: Logger, ready: @escaping @Sendable (_ port: Int, _ planner: String) -> Void = { _, _ in },
        until stop: @escaping @Sendable () async -> Void
    ) async throws {
        try requireLoopback()
        let place = settings.directory
        try FileManager.default.createDirectory(
            at: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let store = try TaskStore(at: place.appending(path: "tasks.sqlite"))
        defer { store.close() }
        let planner = try Planner(isRehearsal: settings.isRehearsal)
        defer { planner.stop() }
        try await backend.withSandboxScope { scope in
            let workplace = try await workplace(in: scope)
            let parts = Parts(store: store, planner: planner, workplace: workplace, scope: scope)
            try await serve(parts, log: log, ready: ready, until: stop)
        }
    }

    private struct Parts {
        var store: TaskStore
        var planner: Planner
        var workplace: Workplace
        var scope: SandboxScope
    }

    private func serve(
        _ parts: Parts, log: Logger, ready: @escaping @Sendable (Int, String) -> Void,
        until stop: @escaping @Sendable () async -> Void
    ) async throws {
        let (store, metrics) = (parts.store, ServiceMetrics())
        let live = LiveTasks(feed: store.feed)
        let latch = Latch<Orchestrator>()
        defer { latch.forget() }
        let work = TaskWork(
            store: store, live: live, metrics: metrics, model: parts.planner.model, answerLimit: settings.answerLimit,
            orchestrator: latch)
        var rules = OrchestratorSettings()
        rules.directory = settings.directory
        rules.concurrency = settings.concurrency
        rules.queueLimit = settings.queueLimit
        rules.atEnd = settings.atEnd
        if settings.isRehearsal {
            // Simulated machines take no room.
            rules.measure = { HostReading(memory: 1 << 40, available: 1 << 40, processors: 64) }
        }
        if settings.warm > 0 {
            rules.warm = [WarmPool(parts.workplace.spec(of: TaskMachine()), count: settings.warm)]
        }
        try await withOrchestrator(on: backend, rules, work: { try await work.perform($0) }) { orchestrator in
            let bench = Workbench(scope: parts.scope, store: store, capacity: settings.sandboxLimit)
            let core = ServiceCore(
                orchestrator: orchestrator, store: store, live: live, metrics: metrics, workplace: parts.workplace,
                bench: bench, directory: settings.directory, queueLimit: settings.queueLimit)
            try await core.recover()
            try await bench.tidyUp()
            latch.set(orchestrator)
            let application = application(for: core, log: log) { ready($0, parts.planner.description) }
            try await run(application, core, log: log, until: stop)
        }
    }

    private func run(
        _ application: some Service, _ core: ServiceCore, log: Logger, until stop: @escaping @Sendable () async -> Void
    ) async throws {
        let group = ServiceGroup(configuration: .init(services: [application], logger: log))
        let mode = settings.atEnd
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                try await group.run()
                return true
            }
            tasks.addTask {
                try await core.follow()
                return false
            }
            tasks.addTask {
                await stop()
                // Watchers see how it ends, so the wire goes last.
                core.drain()
                await core.orchestrator.shutdown(mode)
                return false
            }
            do {
                // The two that end by themselves come first; then nothing more can happen to a task.
                var left = 2
                while left > 0, let isServer = try await tasks.next(), !isServer { left -= 1 }
                core.store.feed.close()
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            } catch {
                core.store.feed.close()
                tasks.cancelAll()
                throw error
            }
        }
    }

    private func application(
        for core: ServiceCore, log: Logger, ready: @escaping @Sendable (Int) -> Void
    ) -> some Service {
        let passes = Passes()
        let rate = settings.requestsPerSecond
        let responder = ServiceResponder(
            endpoints: ServiceAPI(core: core, passes: passes).endpoints,
            rules: AccessRules(token: token), passes: passes, metrics: core.metrics,
            rates: .init(
                requests: RateLimit(perSecond: rate, burst: Int(rate * 10)),
                inputs: RateLimit(perSecond: 120, burst: 240), strangers: RateLimit(perSecond: 10, burst: 100)),
            log: log)
        return Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 64))),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(512)),
            onServerRunning: { channel in ready(channel.localAddress?.port ?? 0) }, logger: log)
    }

    private func workplace(in scope: SandboxScope) async throws -> Workplace {
        var workplace = Workplace(base: settings.spec)
        guard settings.hasWiki else { return workplace }
        // Of the directory, since tasks that wait there remember it.
        let path = settings.directory.standardizedFileURL.path(percentEncoded: false)
        let number = path.utf8.reduce(UInt32(5381)) { ($0 << 5) &+ $0 &+ UInt32($1) }
        let network = "tasks-\(String(number, radix: 36))"
        workplace.wiki = network
        _ = try await scope.create(.wiki(on: network))
        return workplace
    }

    private func requireLoopback() throws {
        let isLoopback = ["localhost", "::1"].contains(settings.host) || settings.host.hasPrefix("127.")
        guard isLoopback else {
            throw GodHandError(
                .invalidRequest, "The service does not listen on \(settings.host).",
                hint:
                    "It listens on the loopback interface only; reach it from elsewhere through a tunnel, such as ssh -L."
            )
        }
    }
}
