import ArgumentParser
import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import GodHandTesting
import Logging
import ServiceSupport
import TaskService
import UnixSignals

/// Takes goals in over HTTP, has them pursued on machines of their own, and shows what happens.
@main
struct TaskServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task-service", abstract: "Take goals in over HTTP, and let people watch and step in.")

    @Option(help: "Where everything is kept: tasks, traces and the token.")
    var directory = "task-service"

    @Option(help: "The port of the loopback interface; 0 for any that is free.")
    var port = 8700

    @Option(help: "What makes machines: docker, qemu, or simulated to try the service out without any.")
    var backend = Backend.docker

    @Option(help: "How many tasks are worked on at once; as many as fit if not given. With 0 they only wait.")
    var concurrency: Int?

    @Option(help: "How many machines are kept ready.")
    var warm = 0

    @Flag(help: "Let tasks reach an offline encyclopedia at http://wiki.")
    var wiki = false

    @Option(help: "How many requests a second are answered.")
    var rate = 50.0

    enum Backend: String, ExpressibleByArgument, CaseIterable {
        case docker, qemu, simulated
    }

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("A port is 0 to 65535.") }
        guard concurrency ?? 0 >= 0, (0...16).contains(warm) else {
            throw ValidationError("That is too few or too many.")
        }
        guard (1...10_000).contains(rate) else { throw ValidationError("A rate is 1 to 10000.") }
    }

    func run() async throws {
        let place = URL(filePath: directory, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(
            at: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let isNamed = ProcessInfo.processInfo.environment["TASK_SERVICE_TOKEN"]?.isEmpty == false
        let (token, _) = try BearerToken.find(
            file: isNamed ? nil : place.appending(path: "token").path(percentEncoded: false),
            variable: "TASK_SERVICE_TOKEN")
        var settings = TaskService.Settings(directory: place)
        settings.port = port
        settings.concurrency = concurrency
        settings.warm = warm
        settings.hasWiki = wiki
        settings.requestsPerSecond = rate
        settings.isRehearsal = backend == .simulated
        if backend == .qemu { settings.spec = .vm }
        var log = Logger(label: "task-service") { StreamLogHandler.standardError(label: $0) }
        log.logLevel = .notice
        let service = TaskService(settings, token: token, backend: try machines())
        // The token stands behind the #, which no browser sends anywhere.
        try await service.run(log: log) { port, planner in
            say(
                "\(planner).\nThe service is at http://127.0.0.1:\(port)\nOpen: http://127.0.0.1:\(port)/#token=\(token.revealed)"
            )
        } until: {
            for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                say("\(signal) came: what is worked on is stored; the next start goes on with it.")
                return
            }
        }
    }

    private func machines() throws -> any SandboxBackend {
        switch backend {
        case .docker: DockerBackend()
        case .qemu: QEMUBackend()
        case .simulated: SimulatedBackend()
        }
    }
}

/// Not by print, which holds lines back when the output is a pipe, and whoever started this waits for the address.
private func say(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }
