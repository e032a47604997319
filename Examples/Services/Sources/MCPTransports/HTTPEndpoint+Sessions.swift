import Foundation
import GodHandCore
import HTTPTypes
import Hummingbird
import MCPServer

/// Requests of clients that open a session.
extension HTTPEndpoint {
    func inSession(_ request: Request, _ message: Message, _ bytes: Data) async throws -> Response {
        if let version = request.headers[.protocolVersion], ProtocolVersion(rawValue: version) == nil {
            return Self.refused(.unsupportedVersion(version), .badRequest, message.id)
        }
        if case .request(let id, "initialize", _) = message, request.headers[.sessionID] == nil {
            return await open(message, bytes, id)
        }
        let session: HTTPSession
        switch find(request) {
        case .success(let found): session = found
        case .failure(let refusal): return refusal.response
        }
        guard let exchange = session.receive(message, bytes) else {
            return Self.refused(.invalidRequest("A request with this id is not answered yet."), .badRequest)
        }
        guard message.id != nil else { return Response(status: .accepted) }
        if let line = exchange.isCall ? await exchange.reply.early() : await exchange.reply.last() {
            return Self.json(line, status: .ok)
        }
        // A broken connection does not stop the call, which only the client itself can do; its answer is lost then.
        return Response(
            status: .ok, headers: Self.eventHeaders,
            body: ResponseBody { writer in
                try await EventStream.write(exchange.reply.lines, to: &writer)
                try await writer.finish(nil)
            })
    }

    private func open(_ message: Message, _ bytes: Data, _ id: MessageID) async -> Response {
        let session: HTTPSession
        do { session = try await sessions.open() } catch {
            let error = RPCError.invalidRequest((error as? GodHandError)?.message ?? "The session could not be opened.")
            return Self.refused(error, .serviceUnavailable, id)
        }
        guard let exchange = session.receive(message, bytes) else { return Self.gone }
        guard let line = await exchange.reply.last() else { return Self.gone }
        guard (try? JSONDecoder().decode(JSONValue.self, from: line))?["error"] == nil else {
            session.close()
            return Self.json(line, status: .badRequest)
        }
        return Self.json(line, status: .ok, id: session.id)
    }

    /// A connection that stays open. Nothing is ever said on it; but as long as it is there, so is the client.
    func listen(_ request: Request) -> Response {
        guard Self.accepts("text/event-stream", request) else {
            return Self.refused(.invalidRequest("'Accept' must name text/event-stream."), .notAcceptable)
        }
        let session: HTTPSession
        switch find(request) {
        case .success(let found): session = found
        case .failure(let refusal):
            // Clients of the newer kind are told that there is no such thing.
            return request.headers[.sessionID] == nil ? Response(status: .methodNotAllowed) : refusal.response
        }
        return Response(
            status: .ok, headers: Self.eventHeaders,
            body: ResponseBody { writer in
                // A connection that the client closes ends this by cancellation, which is nothing to report.
                try? await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await session.whileListening { ending in
                        let (lines, sink) = AsyncStream<Data>.makeStream()
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            group.addTask {
                                for await _ in ending {}
                                sink.finish()
                            }
                            try await EventStream.write(lines, to: &writer)
                            group.cancelAll()
                        }
                    }
                }
                try await writer.finish(nil)
            })
    }

    /// The client needs its session no more.
    func end(_ request: Request) -> Response {
        switch find(request) {
        case .success(let session):
            session.close()
            return Response(status: .noContent)
        case .failure(let refusal): return refusal.response
        }
    }

    private struct Refusal: Error { let response: Response }

    private func find(_ request: Request) -> Result<HTTPSession, Refusal> {
        guard let id = request.headers[.sessionID] else {
            let error = RPCError.invalidRequest("'Mcp-Session-Id' is missing. Open a session by 'initialize' first.")
            return .failure(Refusal(response: Self.refused(error, .badRequest)))
        }
        guard let session = sessions.session(id) else { return .failure(Refusal(response: Self.gone)) }
        return .success(session)
    }

    private static var gone: Response {
        refused(.invalidRequest("There is no such session, or none any more. Open another one."), .notFound)
    }
}
