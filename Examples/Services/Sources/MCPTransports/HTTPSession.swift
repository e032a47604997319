import Foundation
import GodHandCore
import MCPServer
import Synchronization

/// One client's session over HTTP: what is said about a request goes out on the response to that request.
final class HTTPSession: Sendable {
    let id: String
    let runner: SessionRunner
    private let routes: Routes
    private let presence: Mutex<Presence>
    private let clock = SuspendingClock()
    private let (ending, end) = AsyncStream<Never>.makeStream()

    init(_ session: ServerSession, tools: any ToolBox, silence: Duration, grace: Duration) {
        let routes = Routes()
        self.id = (0..<4).map { _ in SandboxID.unique().rawValue }.joined()
        self.routes = routes
        self.runner = SessionRunner(session, tools: tools) { id in
            if let id { routes.close(id) }
        } deliver: {
            routes.take($0)
        }
        self.presence = Mutex(Presence(silence: silence, grace: grace, at: clock.now))
    }

    /// Hands a message to the session.
    ///
    /// - Returns: Nil if an earlier request of the same id is not answered yet.
    func receive(_ message: Message, _ bytes: Data) -> Exchange? {
        var id: MessageID?
        if case .request(let named, _, _) = message { id = named }
        guard let reply = routes.open(id) else { return nil }
        presence.withLock { $0.begin() }
        let isCall = runner.receive(bytes)
        if id == nil { routes.close(id) }
        return Exchange(session: self, reply: reply, isCall: isCall)
    }

    /// Says that the response to a request was sent, or that its client does not read it any more.
    fileprivate func done() {
        let now = clock.now
        presence.withLock { $0.end(at: now) }
    }

    /// Counts a connection that stays open as a sign that the client is there, as long as the body runs, which is given
    /// a stream that ends with the session.
    func whileListening(_ body: (AsyncStream<Never>) async throws -> Void) async rethrows {
        presence.withLock { $0.beginStream() }
        defer {
            let now = clock.now
            presence.withLock { $0.endStream(at: now) }
        }
        try await body(ending)
    }

    /// Whether the client has gone, as far as one can tell.
    var isAbandoned: Bool {
        let now = clock.now
        return presence.withLock { $0.isOver(at: now) }
    }

    /// Ends it. Its calls are stopped, and all its streams end.
    func close() {
        runner.close()
        routes.closeAll()
        end.finish()
    }
}

/// A request and what is said about it. As long as somebody has this, the client counts as there: a response whose
/// client has gone is let go without being asked for.
final class Exchange: Sendable {
    let reply: Reply
    /// Whether it began a call, so that the answer may take a while.
    let isCall: Bool
    private let session: HTTPSession

    init(session: HTTPSession, reply: Reply, isCall: Bool) {
        self.session = session
        self.reply = reply
        self.isCall = isCall
    }

    deinit { session.done() }
}

/// Which response what is said belongs to.
final class Routes: Sendable {
    private let routes = Mutex<[MessageID?: Reply]?>([:])

    /// Opens a way for a request, or for what belongs to none; nil if there is one already.
    func open(_ id: MessageID?) -> Reply? {
        routes.withLock { routes in
            let reply = Reply()
            // Nothing is said after the end.
            if routes == nil { reply.finish() }
            guard id == nil || routes?[id] == nil else { return nil }
            routes?[id] = reply
            return reply
        }
    }

    func close(_ id: MessageID?) { routes.withLock { $0?.removeValue(forKey: id) }?.finish() }

    func closeAll() {
        let all = routes.withLock { routes in
            defer { routes = nil }
            return routes.map { Array($0.values) } ?? []
        }
        for reply in all { reply.finish() }
    }

    func take(_ delivery: SessionRunner.Delivery) {
        let reply = routes.withLock { delivery.isLast ? $0?.removeValue(forKey: delivery.about) : $0?[delivery.about] }
        reply?.add(delivery.line, isLast: delivery.isLast)
    }
}
