import GodHandCore
import GodHandTesting
import Synchronization

/// A guest whose commands are answered by the test, with the screen of the simulated backend.
final class ScriptedGuest: Shell, Machine {
    struct Answer: Sendable {
        var code: Int32 = 0
        var output = ""
    }
    typealias Script = @Sendable ([String], [UInt8]) async throws -> Answer?

    let id = SandboxID.unique()
    let display: (any Display)?
    private let script: Script
    private let calls = Mutex<[[String]]>([])

    /// - Parameter script: Answers a command by its arguments and its standard input; nil if there is no such program.
    init(display: (any Display)?, _ script: @escaping Script = { _, _ in nil }) {
        self.display = display
        self.script = script
    }

    var shell: (any Shell)? { self }
    var sandbox: Sandbox { Sandbox(machine: self, spec: .desktop, backend: "scripted") }
    /// The commands that ran.
    var commands: [[String]] { calls.withLock { $0 } }

    func destroy() async throws {}

    func start(_ command: Command) async throws -> any RunningCommand {
        calls.withLock { $0.append(command.arguments) }
        if !command.takesInput, try await script(command.arguments, []) == nil {
            throw GodHandError(.execFailed, "There is no program '\(command.arguments[0])'.")
        }
        return Running(command: command, script: script)
    }

    private final class Running: RunningCommand {
        private let command: Command
        private let script: Script
        private let input = Mutex<[UInt8]>([])
        private let closing = AsyncStream<Void>.makeStream()
        private let answer = Mutex<[CommandEvent]?>(nil)

        init(command: Command, script: @escaping Script) {
            self.command = command
            self.script = script
        }

        func next() async throws -> CommandEvent {
            if answer.withLock({ $0 == nil }) {
                if command.takesInput { for await _ in closing.stream {} }
                let given = try await script(command.arguments, input.withLock { $0 }) ?? Answer(code: 127)
                answer.withLock { $0 = [.output(Array(given.output.utf8)), .ended(.exited(given.code))] }
            }
            return answer.withLock { events in
                guard let first = events?.first else { return .ended(.exited(0)) }
                if events?.count ?? 0 > 1 { events?.removeFirst() }
                return first
            }
        }

        func write(_ bytes: [UInt8]) async throws { input.withLock { $0 += bytes } }
        func closeInput() async throws { closing.continuation.finish() }
        func signal(_ number: Int32) async throws {}
        func abandon() async { closing.continuation.finish() }
    }
}

/// Lends the display of a simulated machine.
func withDisplay<Result: Sendable>(_ body: @Sendable (any Display) async throws -> Result) async throws -> Result {
    var spec = SandboxSpec.desktop
    spec.screen = Size(width: 320, height: 200)
    let machine = try await SimulatedBackend().create(spec, ownership: Ownership(owner: "test", book: MemoryLedger()))
    guard let display = machine.display else { throw GodHandError(.displayUnavailable, "It has no display.") }
    let result: Result
    do { result = try await body(display) } catch {
        try await machine.destroy()
        throw error
    }
    try await machine.destroy()
    return result
}

/// A list of what was recorded.
final class EventList: RunRecorder {
    private let list = Mutex<[RunEvent]>([])
    var events: [RunEvent] { list.withLock { $0 } }
    func record(_ event: RunEvent) async throws { list.withLock { $0.append(event) } }
}
