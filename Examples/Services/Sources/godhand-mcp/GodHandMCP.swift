import ArgumentParser
import DesktopTools
import Foundation
import GodHandCore
import GodHandSandbox
import Logging
import MCPServer

/// Lets agents of others own desktops, by the Model Context Protocol.
@main
struct GodHandMCP: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "godhand-mcp", abstract: "Let other agents own desktops, by the Model Context Protocol.",
        discussion: """
            Without --http it serves one client over standard input and output, which is how coding agents start it. \
            Whatever is made belongs to the client's session and is destroyed at its end.
            """, subcommands: [])

    enum Backend: String, ExpressibleByArgument, CaseIterable { case docker, qemu }

    @Option(help: "What makes the desktops: docker, or qemu for virtual machines.") var backend = Backend.docker
    @Option(help: "An image that may be asked for; may be given several times, the first is the usual one.")
    var image: [String] = []
    @Flag(help: "Let clients ask for desktops that reach the network.") var allowNetwork = false
    @Option(help: "How many desktops a session may have at once.") var desktops = 4
    @Option(help: "How many snapshots a session may keep at once.") var snapshots = 4
    @Flag(help: "Serve HTTP on the loopback address.") var http = false
    @Option(help: "With --http: the port; 0 for any that is free.") var port = 8931
    @Option(help: "With --http: the file of the token that clients must show. It is made if it is missing.")
    var tokenFile: String?
    @Option(help: "With --http: a web page's origin that may send requests, such as http://localhost:3000.")
    var origin: [String] = []
    @Option(help: "With --http: how many sessions there may be at once.") var sessions = 8
    @Option(help: "With --http: after how many seconds without a request a session ends.") var silence = 900

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port must be from 0 to 65535.") }
        guard (1...64).contains(desktops), (0...256).contains(snapshots) else {
            throw ValidationError("--desktops must be from 1 to 64, and --snapshots from 0 to 256.")
        }
        guard (1...256).contains(sessions) else { throw ValidationError("--sessions must be from 1 to 256.") }
        guard (1...86400).contains(silence) else { throw ValidationError("--silence must be from 1 to 86400.") }
    }

    func run() async throws {
        // Standard output belongs to the protocol.
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        // A client that went away shows as an error of the write, and all is cleaned up.
        signal(SIGPIPE, SIG_IGN)
        do {
            try await http ? serveHTTP() : serveStandardStreams()
        } catch is CancellationError {
        } catch let error as GodHandError {
            FileHandle.standardError.write(Data("error: \(error)\n".utf8))
            throw ExitCode.failure
        }
    }

    /// What makes the desktops.
    func makeBackend() -> any SandboxBackend {
        switch backend {
        case .docker: DockerBackend()
        case .qemu: QEMUBackend()
        }
    }

    /// What clients may have.
    var settings: DesktopSettings {
        var settings = DesktopSettings(spec: backend == .qemu ? .vm : .desktop)
        if !image.isEmpty { settings.images = image }
        settings.allowsNetwork = allowNetwork
        settings.desktops = desktops
        settings.snapshots = snapshots
        return settings
    }

    /// A session that nobody has spoken in.
    @Sendable
    static func blank(_ tools: [ToolDefinition]) -> ServerSession {
        ServerSession(
            server: ServerDescription(
                name: "godhand-mcp", title: "GodHand desktops", version: "1.0.0",
                instructions: """
                    Each desktop is a Linux machine of your own with a screen, a mouse and a keyboard. Make one with \
                    desktop_create, look with desktop_screenshot or desktop_elements, and act with desktop_act, which \
                    gives a picture of what came of it. Commands and files are quicker than the mouse where they do. \
                    Before something risky take a desktop_snapshot or a desktop_fork. \(ToolResult.warning)
                    """), tools: tools)
    }
}
