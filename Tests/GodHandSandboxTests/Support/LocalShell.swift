@preconcurrency import Dispatch
import Foundation
import Synchronization

@testable import GodHandSandbox

/// Commands on this host, for tests of what otherwise runs in a guest.
struct LocalShell: Shell {
    var environment: [String: String] = [:]

    func start(_ command: Command) async throws -> any RunningCommand {
        try LocalCommand(command, environment: environment)
    }

    /// Runs a command to its end and gives its standard output.
    @discardableResult
    func run(_ arguments: [String]) async throws -> String {
        try await collect(start(Command(arguments)))
    }

    func collect(_ command: any RunningCommand) async throws -> String {
        var output: [UInt8] = []
        while true {
            switch try await command.next() {
            case .output(let bytes): output += bytes
            case .error: break
            case .ended: return String(decoding: output, as: UTF8.self)
            }
        }
    }
}

final class LocalCommand: RunningCommand {
    private let identifier: Int32
    private let input: Mutex<Int32?>
    private let events: AsyncStream<CommandEvent>
    private let ended = Mutex<CommandEvent?>(nil)

    init(_ command: Command, environment: [String: String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command.arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            .merging(command.environment) { $1 }
        let (stream, continuation) = AsyncStream.makeStream(of: CommandEvent.self)
        let output = Pipe()
        let error = Pipe()
        let input = Pipe()
        process.standardOutput = output
        process.standardError = error
        process.standardInput = command.takesInput ? input : FileHandle.nullDevice
        let writing = dup(input.fileHandleForWriting.fileDescriptor)
        _ = fcntl(writing, F_SETFD, FD_CLOEXEC)
        self.input = Mutex(writing)
        self.events = stream
        let queue = DispatchQueue(label: "local-command")
        let pipes = [(output, true), (error, false)]
        let sources = pipes.map { pipe, isOutput in
            let descriptor = pipe.fileHandleForReading.fileDescriptor
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
            source.setEventHandler { Self.drain(descriptor, isOutput, continuation) }
            source.setCancelHandler { _ = pipe }
            source.resume()
            return source
        }
        // As in a guest, the command is over when its main process ends, whoever still holds the pipes.
        process.terminationHandler = { process in
            let status = process.terminationStatus
            let ended: ExitStatus = process.terminationReason == .exit ? .exited(status) : .signalled(status)
            queue.async {
                for (pipe, isOutput) in pipes {
                    Self.drain(pipe.fileHandleForReading.fileDescriptor, isOutput, continuation)
                }
                for source in sources { source.cancel() }
                continuation.yield(.ended(ended))
                continuation.finish()
            }
        }
        try process.run()
        identifier = process.processIdentifier
        try? input.fileHandleForReading.close()
        try? input.fileHandleForWriting.close()
    }

    deinit { closeDescriptor() }

    private static func drain(
        _ descriptor: Int32, _ isOutput: Bool, _ continuation: AsyncStream<CommandEvent>.Continuation
    ) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
            let bytes = Array(buffer.prefix(count))
            continuation.yield(isOutput ? .output(bytes) : .error(bytes))
        }
    }

    func next() async throws -> CommandEvent {
        if let ended = ended.withLock({ $0 }) { return ended }
        for await event in events {
            if case .ended = event { ended.withLock { $0 = event } }
            return event
        }
        throw CancellationError()
    }

    func write(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = input.withLock { input in
                guard let input else { return -1 }
                return rest.withUnsafeBytes { Foundation.write(input, $0.baseAddress, $0.count) }
            }
            guard count > 0 else { throw GodHandError(.execFailed, "The command does not read its input.") }
            rest = rest.dropFirst(count)
        }
    }

    func closeInput() async throws { closeDescriptor() }

    func signal(_ number: Int32) async throws { _ = kill(identifier, number) }

    func abandon() async { _ = kill(identifier, SIGKILL) }

    private func closeDescriptor() {
        input.withLock { input in
            if let input { close(input) }
            input = nil
        }
    }
}
