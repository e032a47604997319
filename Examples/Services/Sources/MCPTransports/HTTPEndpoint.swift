import Foundation
import GodHandCore
import HTTPTypes
public import Hummingbird
import MCPServer
public import ServiceSupport
import NIOCore

/// The one address at which clients speak with the server: Streamable HTTP, in its form with sessions and its form without.
public struct HTTPEndpoint: Sendable {
    let sessions: HTTPSessions

    /// Where it is.
    public static let path = "/mcp"
    /// The largest body of a request, in bytes.
    public static let longestBody = StdioServer.longestLine

    /// Makes it.
    public init(_ sessions: HTTPSessions) { self.sessions = sessions }

    /// What answers requests: the endpoint, and `/health`, which needs no token.
    public func router(_ rules: AccessRules) -> Router<BasicRequestContext> {
        var rules = rules
        rules.openPaths.insert("/health")
        let router = Router()
        router.add(
            middleware: AccessMiddleware(rules) { refusal in
                Self.json(RPCError.invalidRequest(refusal.message).response(to: nil), status: .forbidden)
            })
        router.get("/health") { _, _ in Self.json(["status": "up"], status: .ok) }
        router.post(RouterPath(Self.path)) { request, _ in try await post(request) }
        router.get(RouterPath(Self.path)) { request, _ in listen(request) }
        router.delete(RouterPath(Self.path)) { request, _ in end(request) }
        return router
    }

    private func post(_ request: Request) async throws -> Response {
        guard request.headers[.contentType]?.split(separator: ";").first?.lowercased() == "application/json" else {
            return Self.refused(.invalidRequest("The body must be application/json."), .unsupportedMediaType)
        }
        guard Self.accepts("application/json", request), Self.accepts("text/event-stream", request) else {
            return Self.refused(
                .invalidRequest("'Accept' must name application/json and text/event-stream."), .notAcceptable)
        }
        var request = request
        let bytes: Data
        do {
            bytes = Data((try await request.boundedBody(upTo: Self.longestBody)).readableBytesView)
        } catch let error as GodHandError {
            let status: HTTPResponse.Status = error.code == .limitExceeded ? .contentTooLarge : .requestTimeout
            return Self.refused(.invalidRequest("\(error)"), status)
        }
        let message: Message
        do { message = try Message(reading: bytes) } catch { return Self.refused(error.error, .badRequest, error.id) }
        let headers = HeaderCheck.Headers(
            version: request.headers[.protocolVersion], method: request.headers[.method],
            name: request.headers[.toolName])
        if let complaint = HeaderCheck.complaint(about: headers, of: message) {
            return Self.refused(complaint, .badRequest, message.id)
        }
        return message.isAlone ? await alone(request, bytes, message.id) : try await inSession(request, message, bytes)
    }

    // MARK: Parts

    static func accepts(_ type: String, _ request: Request) -> Bool {
        let kind = type.prefix { $0 != "/" } + "/*"
        return request.headers[values: .accept].joined(separator: ",").split(separator: ",").contains {
            let name = ($0.split(separator: ";").first ?? "").trimmingCharacters(in: .whitespaces).lowercased()
            return name == type || name == kind || name == "*/*"
        }
    }

    static func json(_ value: JSONValue, status: HTTPResponse.Status, id: String? = nil) -> Response {
        json(value.line, status: status, id: id)
    }

    static func json(_ line: Data, status: HTTPResponse.Status, id: String? = nil) -> Response {
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        headers[.sessionID] = id
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: line)))
    }

    static func refused(_ error: RPCError, _ status: HTTPResponse.Status, _ id: MessageID? = nil) -> Response {
        json(error.response(to: id), status: status)
    }

    static let eventHeaders: HTTPFields = [
        .contentType: "text/event-stream", .cacheControl: "no-store", .buffering: "no",
    ]
}

extension HTTPField.Name {
    static let sessionID = named("Mcp-Session-Id")
    static let protocolVersion = named("MCP-Protocol-Version")
    static let method = named("Mcp-Method")
    static let toolName = named("Mcp-Name")
    static let buffering = named("X-Accel-Buffering")

    private static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .via }
}

extension Message {
    /// The id, if it is a request.
    var id: MessageID? { if case .request(let id, _, _) = self { id } else { nil } }

    /// Whether it says all by itself and belongs to no session.
    var isAlone: Bool {
        guard case .request(_, _, let parameters) = self else { return false }
        return parameters["_meta"]?["io.modelcontextprotocol/protocolVersion"] != nil
    }
}
