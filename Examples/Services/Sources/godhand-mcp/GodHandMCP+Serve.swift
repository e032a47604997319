import DesktopTools
import Foundation
import GodHandCore
import Hummingbird
import HummingbirdCore
import Logging
import MCPServer
import MCPTransports
import NIOCore
import ServiceLifecycle
import ServiceSupport
import UnixSignals

extension GodHandMCP {
    /// Serves the client that started this process, until it closes its end or a signal comes.
    func serveStandardStreams() async throws {
        let (backend, settings) = (makeBackend(), settings)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await backend.withSandboxScope { scope in
                    let box = DesktopBox(scope: scope, settings: settings)
                    try await StdioServer.serve(Self.blank(box.definitions), tools: box)
                }
            }
            group.addTask { for await _ in signals { return } }
            defer { group.cancelAll() }
            _ = try await group.next()
        }
    }

    /// Serves clients over HTTP, until a signal comes.
    func serveHTTP() async throws {
        let (backend, settings) = (makeBackend(), settings)
        let (token, source) = try BearerToken.find(file: tokenFile, variable: "GODHAND_MCP_TOKEN")
        var limits = HTTPSessions.Limits()
        limits.sessions = sessions
        limits.silence = .seconds(silence)
        let all = HTTPSessions(
            limits: limits, blank: Self.blank, lend: Self.lender(backend, settings, idle: nil),
            // Who has no session cannot end it, so what such clients made goes after a time.
            lendShared: Self.lender(backend, settings, idle: limits.silence))
        let logger = Logger(label: "godhand-mcp")
        let application = Application(
            router: HTTPEndpoint(all).router(AccessRules(token: token, origins: Set(origin))),
            server: .http1(configuration: .init(idleTimeout: .seconds(120))),
            configuration: .init(
                address: .hostname("127.0.0.1", port: port), serverName: "godhand-mcp",
                availableConnectionsDelegate: MaximumAvailableConnections(128)),
            onServerRunning: { channel in
                Self.tell("godhand-mcp serves http://127.0.0.1:\(channel.localAddress?.port ?? 0)\(HTTPEndpoint.path)")
                if source == .made { Self.tell("The token of this run is: \(token.revealed)") }
            }, logger: logger)
        // The sessions end first, and with them the connections that stay open.
        let group = ServiceGroup(
            configuration: .init(
                services: [application, all], gracefulShutdownSignals: [.sigterm, .sigint, .sighup], logger: logger))
        try await group.run()
    }

    private static func lender(
        _ backend: any SandboxBackend, _ settings: DesktopSettings, idle: Duration?
    ) -> HTTPSessions.Lender {
        var settings = settings
        settings.idleTime = idle
        let bounds = settings
        return { body in
            try await backend.withSandboxScope { scope in
                let box = DesktopBox(scope: scope, settings: bounds)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await box.removeIdle() }
                    defer { group.cancelAll() }
                    try await body(box)
                }
            }
        }
    }

    private static func tell(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
}
