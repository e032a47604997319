import Foundation
import GodHandCore
public import MCPServer
public import ServiceLifecycle
import Synchronization

/// All sessions over HTTP, and the tools for requests without one. Each session has tools of its own, which end with it.
public final class HTTPSessions: Service {
    /// Lends tools for as long as the body runs.
    public typealias Lender = @Sendable (_ body: @Sendable (any ToolBox) async throws -> Void) async throws -> Void

    /// Bounds on sessions.
    public struct Limits: Sendable {
        /// How many there may be at once.
        public var sessions = 8
        /// After how long without a request one ends.
        public var silence: Duration = .seconds(900)
        /// After how long one ends whose client had a connection that stays open, and closed it.
        public var grace: Duration = .seconds(60)

        /// Makes the usual bounds.
        public init() {}
    }

    let limits: Limits
    private let blank: @Sendable ([ToolDefinition]) -> ServerSession
    private let lend: Lender
    private let lendShared: Lender
    private let state = Mutex(State())
    private let (arrivals, door) = AsyncStream<Arrival>.makeStream()

    private struct State {
        var sessions: [String: HTTPSession] = [:]
        /// Those who wait for a session, by number.
        var waiting: [Int: CheckedContinuation<HTTPSession, any Error>] = [:]
        /// Who does single calls, by number.
        var calls: [Int: SessionRunner] = [:]
        var lastNumber = 0
        var shared: (any ToolBox)?
        var isOpen = true
    }

    private enum Arrival: Sendable {
        /// Somebody waits for a session, under this number.
        case waiting(Int)
        /// A single call, under this number.
        case call(Int)
    }

    /// Makes it.
    ///
    /// - Parameters:
    ///   - limits: Bounds on sessions.
    ///   - blank: Makes a session for tools.
    ///   - lend: Lends tools for one session.
    ///   - lendShared: Lends the tools of all requests without a session.
    public init(
        limits: Limits, blank: @escaping @Sendable ([ToolDefinition]) -> ServerSession, lend: @escaping Lender,
        lendShared: @escaping Lender
    ) {
        self.limits = limits
        self.blank = blank
        self.lend = lend
        self.lendShared = lendShared
    }

    /// Keeps the sessions until it is told to stop. Then all of them are closed, and what was made in them is gone.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await self.lendShared { tools in
                self.state.withLock { $0.shared = tools }
                await withDiscardingTaskGroup { group in
                    group.addTask { await self.endAbandoned() }
                    for await arrival in self.arrivals {
                        group.addTask {
                            switch arrival {
                            case .waiting(let number): await self.keep(number)
                            case .call(let number): await self.perform(number)
                            }
                        }
                    }
                    group.cancelAll()
                }
            }
        }
    }

    /// Opens a session.
    ///
    /// - Throws: `GodHandError` with `limit` if there are too many, and `scope-closed` at the end.
    func open() async throws -> HTTPSession {
        try await withCheckedThrowingContinuation { continuation in
            let refusal = state.withLock { state -> GodHandError? in
                guard state.isOpen else { return Self.ending }
                guard state.sessions.count + state.waiting.count < limits.sessions else {
                    return GodHandError(.limitExceeded, "There are \(limits.sessions) sessions already.")
                }
                state.lastNumber += 1
                state.waiting[state.lastNumber] = continuation
                door.yield(.waiting(state.lastNumber))
                return nil
            }
            if let refusal { continuation.resume(throwing: refusal) }
        }
    }

    private static let ending = GodHandError(.scopeClosed, "The server is about to end.")

    /// The session of this name, if there is one, or still one.
    func session(_ id: String) -> HTTPSession? { state.withLock { $0.sessions[id] } }

    /// Takes one request without a session.
    ///
    /// - Returns: What is said about it, who carries it out, and whether it began a call; nil if nobody can answer it.
    func single(_ bytes: Data) -> (reply: Reply, runner: SessionRunner, isCall: Bool)? {
        guard let tools = state.withLock({ $0.isOpen ? $0.shared : nil }) else { return nil }
        let reply = Reply()
        let runner = SessionRunner(blank(tools.definitions), tools: tools) { _ in
            reply.finish()
        } deliver: {
            reply.add($0.line, isLast: $0.isLast)
        }
        let isCall = runner.receive(bytes)
        if isCall { host(runner) }
        return (reply, runner, isCall)
    }

    /// Lets the one call of a runner be done, unless the server ends.
    private func host(_ runner: SessionRunner) {
        let isHosted = state.withLock { state in
            guard state.isOpen else { return false }
            state.lastNumber += 1
            state.calls[state.lastNumber] = runner
            door.yield(.call(state.lastNumber))
            return true
        }
        if !isHosted { runner.close() }
    }

    // MARK: Parts

    /// The whole life of one session.
    private func keep(_ number: Int) async {
        do {
            try await lend { tools in
                let session = HTTPSession(
                    self.blank(tools.definitions), tools: tools, silence: self.limits.silence, grace: self.limits.grace)
                self.answer(number, .success(session))
                await session.runner.run()
                // Whoever asks for it from now on is told that there is none.
                self.state.withLock { $0.sessions[session.id] = nil }
                session.close()
            }
        } catch { answer(number, .failure(error)) }
    }

    private func answer(_ number: Int, _ result: Result<HTTPSession, any Error>) {
        let waiting = state.withLock { state in
            if case .success(let session) = result { state.sessions[session.id] = session }
            return state.waiting.removeValue(forKey: number)
        }
        waiting?.resume(with: result)
    }

    private func perform(_ number: Int) async {
        await state.withLock { $0.calls[number] }?.run(calls: 1)
        state.withLock { $0.calls[number] = nil }
    }

    private func endAbandoned() async {
        let pause = max(.milliseconds(200), min(limits.silence, limits.grace) / 10)
        while (try? await Task.sleep(for: pause)) != nil {
            let sessions = state.withLock { Array($0.sessions.values) }
            for session in sessions where session.isAbandoned { session.close() }
        }
        // The task is cancelled: the server ends.
        let (sessions, calls) = state.withLock { state in
            state.isOpen = false
            return (Array(state.sessions.values), Array(state.calls.values))
        }
        for session in sessions { session.close() }
        // Those that nobody has begun, too.
        for call in calls { call.close() }
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(throwing: Self.ending) }
    }
}
