import Foundation
import GodHandCore

/// What is served: requests in, answers out, one connection at a time on its own thread.
struct ChatService: Sendable {
    let responder: any ChatResponder

    /// Answers until the other side has no more.
    func serve(_ end: End) {
        var received: [UInt8] = []
        while let request = HTTPRequest.read(from: end, after: &received) {
            guard end.sendAll(answer(to: request)) else { return }
        }
    }

    private func answer(to request: HTTPRequest) -> Data {
        switch (request.method, request.path) {
        case ("GET", "/v1/models"):
            let models: JSONValue = ["object": "list", "data": [["id": "looking", "object": "model"]]]
            return Self.response(200, models)
        case ("POST", "/v1/chat/completions"):
            do {
                let body = try JSONDecoder().decode(JSONValue.self, from: request.body)
                return Completion(message: try responder.message(for: body), request: body).response
            } catch let error as GodHandError where error.code != .invalidRequest {
                return Self.failure(500, error.message)
            } catch {
                return Self.failure(400, (error as? GodHandError)?.message ?? "The body is no JSON.")
            }
        default: return Self.failure(404, "There is nothing here.")
        }
    }

    private static func failure(_ status: Int, _ message: String) -> Data {
        response(status, ["error": ["message": .string(message), "type": "invalid_request_error"]])
    }

    static func response(_ status: Int, _ object: JSONValue) -> Data {
        // JSON of these few kinds can always be written.
        response(status, "application/json", (try? JSONEncoder().encode(object)) ?? Data())
    }

    static func response(_ status: Int, _ type: String, _ body: Data) -> Data {
        Data("HTTP/1.1 \(status) -\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
    }
}
