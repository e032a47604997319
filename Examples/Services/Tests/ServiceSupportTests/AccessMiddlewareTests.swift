import GodHandCore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import ServiceSupport
import Testing

@Suite("What a service lets pass")
struct AccessMiddlewareTests {
    /// What a service answers to a request, without any socket.
    private func answer(to fields: HTTPFields, body: String = "", host: String = "127.0.0.1:80") async throws
        -> (response: Response, body: String)
    {
        let rules = AccessRules(token: try BearerToken("correct-horse-battery"))
        let router = Router()
        router.add(
            middleware: AccessMiddleware(rules) { refusal in
                Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: refusal.message)))
            })
        router.post("/echo") { request, _ -> Response in
            var request = request
            do {
                let body = try await request.boundedBody(upTo: 10)
                return Response(status: .ok, body: ResponseBody(byteBuffer: body))
            } catch let error as GodHandError where error.code == .limitExceeded {
                return Response(status: .contentTooLarge)
            }
        }
        let request = Request(
            head: HTTPRequest(method: .post, scheme: "http", authority: host, path: "/echo", headerFields: fields),
            body: RequestBody(buffer: ByteBuffer(string: body)))
        let context = BasicRequestContext(
            source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test")))
        let response = try await router.buildResponder().respond(to: request, context: context)
        let kept = Kept()
        try await response.body.write(kept)
        return (response, await kept.text.value)
    }

    @Test("with the token it does")
    func admitted() async throws {
        let (response, body) = try await answer(
            to: [.authorization: "Bearer correct-horse-battery"], body: "0123456789")
        #expect(response.status == .ok)
        #expect(body == "0123456789")
    }

    @Test("without it there is a challenge, and nothing of the service")
    func refused() async throws {
        let (response, body) = try await answer(to: [:], body: "0123456789")
        #expect(response.status == .unauthorized)
        #expect(response.headers[.wwwAuthenticate] == "Bearer")
        #expect(!body.contains("0123456789"))
    }

    @Test("a body over the limit is refused", arguments: [nil, "11", "999999999999"])
    func oversized(_ length: String?) async throws {
        var fields: HTTPFields = [.authorization: "Bearer correct-horse-battery"]
        fields[.contentLength] = length
        let (response, _) = try await answer(to: fields, body: "0123456789A")
        #expect(response.status == .contentTooLarge)
    }

    @Test("a page of elsewhere, or a name of elsewhere, is refused even with the token")
    func foreign() async throws {
        let token = "Bearer correct-horse-battery"
        let page = try await answer(to: [.authorization: token, .origin: "http://evil.example"])
        #expect(page.response.status == .forbidden)
        let name = try await answer(to: [.authorization: token], host: "evil.example")
        #expect(name.response.status == .forbidden)
    }

    @Test("of two headers of which one could be checked and the other believed, none is")
    func repeated() async throws {
        var fields: HTTPFields = [:]
        fields.append(HTTPField(name: .authorization, value: "Bearer correct-horse-battery"))
        fields.append(HTTPField(name: .authorization, value: "Bearer wrong-horse-battery"))
        let (response, _) = try await answer(to: fields)
        #expect(response.status == .forbidden)
    }
}

/// Keeps what a body writes.
private struct Kept: ResponseBodyWriter {
    let text = Text()

    actor Text {
        private(set) var value = ""
        func add(_ more: String) { value += more }
    }

    mutating func write(_ buffer: ByteBuffer) async throws { await text.add(String(buffer: buffer)) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
