public import Foundation
import GodHandCore
public import MCPServer
import Synchronization

/// Carries out what a ``ServerSession`` decides: does the calls, each in a task of its own, and delivers what is to be said.
public final class SessionRunner: Sendable {
    /// Something that is said to the client.
    public struct Delivery: Sendable {
        /// One line of JSON, without its end.
        public var line: Data
        /// The request that it belongs to.
        public var about: MessageID?
        /// Whether that request is answered by it.
        public var isLast: Bool
    }

    private struct State {
        var session: ServerSession
        /// Finishing one of these stops the call.
        var stops: [MessageID: AsyncStream<Never>.Continuation] = [:]
    }

    private struct Job: Sendable {
        let call: ToolCall
        let stop: AsyncStream<Never>
    }

    private let state: Mutex<State>
    private let tools: any ToolBox
    private let deliver: @Sendable (Delivery) -> Void
    private let letGo: @Sendable (MessageID?) -> Void
    private let (jobs, queue) = AsyncStream<Job>.makeStream()
    private let clock: any Clock<Duration>

    /// How often a call that is at work tells of it.
    public static let pulse: Duration = .seconds(3)

    /// Makes a runner.
    ///
    /// - Parameters:
    ///   - session: What decides.
    ///   - tools: What does the calls.
    ///   - clock: By what progress is told.
    ///   - letGo: Told which request gets no answer any more; nil for all of them.
    ///   - deliver: Takes what is said, in order. It must return at once.
    public init(
        _ session: ServerSession, tools: any ToolBox, clock: any Clock<Duration> = ContinuousClock(),
        letGo: @escaping @Sendable (MessageID?) -> Void = { _ in }, deliver: @escaping @Sendable (Delivery) -> Void
    ) {
        self.state = Mutex(State(session: session))
        self.tools = tools
        self.clock = clock
        self.letGo = letGo
        self.deliver = deliver
    }

    /// Takes one message, as it was read.
    ///
    /// - Returns: Whether it began a call, whose answer comes later.
    @discardableResult
    public func receive(_ bytes: some DataProtocol) -> Bool {
        let read = Result { () throws(Message.Refusal) in try Message(reading: bytes) }
        return step { session in
            switch read {
            case .success(let message): session.receive(message)
            case .failure(let refusal): session.receive(refusal)
            }
        }
    }

    /// Takes what was no message.
    public func refuse(_ error: RPCError) { step { $0.receive(Message.Refusal(id: nil, error)) } }

    /// Stops a call whose answer nobody wants any more.
    public func cancel(_ id: MessageID) { step { $0.cancel(id) } }

    /// Ends the session: its calls are stopped, and ``run()`` returns once they are over.
    public func close() {
        step { $0.close() }
        queue.finish()
        letGo(nil)
    }

    /// Does the calls until the session is closed or the task is cancelled.
    ///
    /// - Parameter calls: After how many calls it closes the session by itself.
    public func run(calls: Int = .max) async {
        await withDiscardingTaskGroup { group in
            for await job in jobs.prefix(calls) { group.addTask { await self.perform(job) } }
            if Task.isCancelled { group.cancelAll() }
        }
        close()
    }

    // MARK: Parts

    /// Lets the session decide, and carries that out before it decides anything else, so that all is said in order.
    @discardableResult
    private func step(_ decide: (inout ServerSession) -> [ServerSession.Effect]) -> Bool {
        state.withLock { state in
            var hasBegun = false
            for effect in decide(&state.session) {
                switch effect {
                case .send(let message, let id, let isLast):
                    deliver(Delivery(line: message.line, about: id, isLast: isLast))
                case .begin(let call):
                    let (stop, stopper) = AsyncStream<Never>.makeStream()
                    state.stops[call.id] = stopper
                    queue.yield(Job(call: call, stop: stop))
                    hasBegun = true
                case .cancel(let id): state.stops[id]?.finish()
                }
            }
            return hasBegun
        }
    }

    private func perform(_ job: Job) async {
        let result = await withTaskGroup(of: ToolResult?.self) { group in
            group.addTask { await self.result(of: job.call) }
            group.addTask {
                for await _ in job.stop {}
                return nil
            }
            if job.call.wantsProgress {
                group.addTask {
                    await self.tellProgress(of: job.call)
                    return nil
                }
            }
            // The first is the call's end, or that it is stopped; then its own end is waited for all the same.
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        state.withLock { $0.stops[job.call.id] = nil }
        var isAnswered = false
        step { session in
            let effects = session.finished(job.call.id, result)
            isAnswered = !effects.isEmpty
            return effects
        }
        // While it is not answered, no other request has its id.
        if !isAnswered { letGo(job.call.id) }
    }

    private func result(of call: ToolCall) async -> ToolResult? {
        do { return try await tools.call(call.name, call.arguments) } catch is CancellationError {
            return nil
        } catch let error as GodHandError {
            return .failure(error)
        } catch { return .failure("The tool failed for a reason that was not foreseen.") }
    }

    private func tellProgress(of call: ToolCall) async {
        var seconds = 0
        while !Task.isCancelled {
            let words = seconds == 0 ? "\(call.name) began" : "\(call.name) has been at work for \(seconds) s"
            step { $0.progressed(call.id, Double(seconds), words) }
            guard (try? await clock.sleep(for: Self.pulse)) != nil else { return }
            seconds += Int(Self.pulse.components.seconds)
        }
    }
}
