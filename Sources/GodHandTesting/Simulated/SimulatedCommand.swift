/// A command that "runs" in a simulated guest: a task that reads and writes through short queues, so that it blocks when
/// nobody takes its output.
final class SimulatedCommand: RunningCommand {
    private struct State: Sendable {
        var events: [CommandEvent] = []
        var input: [[UInt8]] = []
        var inputHasEnded: Bool
        var status: ExitStatus?
        var signal: Int32?
    }
    private static let queue = 4

    let arguments: [String]
    private let state: Watched<State>

    init(_ command: Command) {
        arguments = command.arguments
        state = Watched(State(inputHasEnded: !command.takesInput))
    }

    // MARK: The host's side

    func next() async throws -> CommandEvent {
        do {
            return try await state.wait { state in
                if !state.events.isEmpty { return state.events.removeFirst() }
                return state.status.map { .ended($0) }
            }
        } catch {
            await abandon()
            throw error
        }
    }

    func write(_ bytes: [UInt8]) async throws {
        try await state.wait { state -> Void? in
            guard state.status == nil, state.signal == nil, !state.inputHasEnded else {
                throw GodHandError(.execFailed, "The command does not read any more.")
            }
            guard state.input.count < Self.queue else { return nil }
            state.input.append(bytes)
            return ()
        }
    }

    func closeInput() async throws { state.update { $0.inputHasEnded = true } }

    func signal(_ number: Int32) async throws { kill(number) }

    func abandon() async {
        kill(9)
        state.update { $0.events = [] }
    }

    /// Ends it, as a signal that it does not catch. Harmless when it is over.
    func kill(_ number: Int32) {
        state.update { state in
            if state.status == nil, state.signal == nil { state.signal = number }
        }
    }

    // MARK: The program's side

    /// Killed by this signal.
    struct Killed: Error { var signal: Int32 }

    func emit(_ event: CommandEvent) async throws {
        try await state.wait { state -> Void? in
            if let signal = state.signal { throw Killed(signal: signal) }
            guard state.events.count < Self.queue else { return nil }
            state.events.append(event)
            return ()
        }
    }

    /// The next piece of standard input; nil at its end.
    func read() async throws -> [UInt8]? {
        try await state.wait { state -> [UInt8]?? in
            if let signal = state.signal { throw Killed(signal: signal) }
            if !state.input.isEmpty { return .some(state.input.removeFirst()) }
            return state.inputHasEnded ? .some(nil) : nil
        }
    }

    /// Waits to be killed.
    func sleepForEver() async throws {
        try await state.wait { state -> Void? in
            if let signal = state.signal { throw Killed(signal: signal) }
            return nil
        }
    }

    func end(_ status: ExitStatus) { state.update { $0.status = status } }
}
