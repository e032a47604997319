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
        let (stream, continuation) = AsyncStream.makeStream(of: CommandEvent.self)
        let output = PrivatePipe()
        let error = PrivatePipe()
        let input = PrivatePipe()
        // Not Foundation's Process: that takes a command for running as long as any descendant does.
        identifier = try Self.spawn(
            command, environment: environment,
            standardStreams: [
                command.takesInput ? input.fileHandleForReading : FileHandle.nullDevice, output.fileHandleForWriting,
                error.fileHandleForWriting,
            ])
        self.input = Mutex(input.fileHandleForWriting.privateCopy())
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
        Thread { [identifier] in
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            let ended: ExitStatus = status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
            queue.async {
                for (pipe, isOutput) in pipes {
                    Self.drain(pipe.fileHandleForReading.fileDescriptor, isOutput, continuation)
                }
                for source in sources { source.cancel() }
                continuation.yield(.ended(ended))
                continuation.finish()
            }
        }.start()
        try? input.fileHandleForReading.close()
        try? input.fileHandleForWriting.close()
        // Held here, a pipe would never end; it may be held by descendants, which does not matter.
        try? output.fileHandleForWriting.close()
        try? error.fileHandleForWriting.close()
    }

    /// Starts a program. Whoever calls waits for its end.
    static func spawn(
        _ command: Command, environment: [String: String], standardStreams: [FileHandle]
    ) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, handle) in standardStreams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, handle.fileDescriptor, Int32(number))
        }
        let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }.merging(command.environment) { $1 }
        var arguments = command.arguments.map { strdup($0) } + [nil]
        var variables = merged.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var identifier: pid_t = 0
        let result = posix_spawnp(&identifier, command.arguments[0], &actions, nil, &arguments, &variables)
        guard result == 0 else {
            throw GodHandError(.execFailed, "'\(command.arguments[0])' cannot be started: \(SystemError.text(result)).")
        }
        return identifier
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
                return rest.withUnsafeBytes { send(input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
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

/// A pipe that no child inherits by chance, or it would not end. (Sockets can be made close-on-exec at birth.)
struct PrivatePipe: Sendable {
    let fileHandleForReading: FileHandle
    let fileHandleForWriting: FileHandle

    init() {
        var ends: [Int32] = [-1, -1]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends)
        fileHandleForReading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        fileHandleForWriting = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
    }
}

extension FileHandle {
    /// A descriptor of its own for the same, which no program inherits that another test starts at that moment: whoever
    /// waits for the end of what a child holds open by accident waits for ever.
    func privateCopy() -> Int32 { fcntl(fileDescriptor, F_DUPFD_CLOEXEC, 0) }
}
