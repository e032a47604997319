import Foundation
import GodHandCore
import HTTPTypes
import Hummingbird
import MCPServer

/// Requests that say all by themselves.
extension HTTPEndpoint {
    func alone(_ request: Request, _ bytes: Data, _ id: MessageID?) async -> Response {
        guard let (reply, runner, isCall) = sessions.single(bytes) else {
            return Self.refused(.invalidRequest("The server is not ready."), .serviceUnavailable, id)
        }
        if let line = isCall ? await reply.early() : await reply.last() {
            return Self.json(line, status: Self.status(of: line))
        }
        // Where the client has gone before it got the head of the response, the body is never asked for, but let go.
        let hold = Hold(runner: runner)
        return Response(
            status: .ok, headers: Self.eventHeaders,
            body: ResponseBody { writer in
                defer { hold.runner.close() }
                // That the client closes the connection is how it says that it wants the answer no more.
                try? await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await EventStream.write(reply.lines, to: &writer)
                }
                try await writer.finish(nil)
            })
    }

    /// What HTTP says to an answer.
    private static func status(of line: Data) -> HTTPResponse.Status {
        let error = (try? JSONDecoder().decode(JSONValue.self, from: line))?["error"]
        return switch error?["code"]?.integer {
        case nil: .ok
        case -32601: .notFound
        case -32603: .internalServerError
        default: .badRequest
        }
    }
}

/// Stops the calls of a runner when nobody can ask for their answers any more.
private final class Hold: Sendable {
    let runner: SessionRunner

    init(runner: SessionRunner) { self.runner = runner }

    deinit { runner.close() }
}
