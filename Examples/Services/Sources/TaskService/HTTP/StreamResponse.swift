import GodHandCore
import HTTPTypes
import Hummingbird
import NIOCore

/// A place in a turnstile that is given back when nobody holds it any more.
final class Admission: Sendable {
    private let turnstile: Turnstile

    /// - Throws: ``Problem`` if it is full.
    init(to turnstile: Turnstile, _ what: String) throws {
        try turnstile.enter(what)
        self.turnstile = turnstile
    }

    deinit { turnstile.leave() }
}

extension Response {
    /// An answer that is written as things happen. It ends with its body, or when the client goes away.
    static func stream(
        _ call: Call, type: String, _ admission: Admission,
        _ body: @escaping @concurrent @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        let request = call.request
        let content = ResponseBody { writer in
            // The answer holds its place as long as it lives, even if it is never written.
            _ = admission
            do {
                try await request.body.consumeWithCancellationOnInboundClose { _ in try await body(&writer) }
            } catch is CancellationError {
                // The client is gone.
            }
            try await writer.finish(nil)
        }
        // Watching for the client's end takes the connection, so it cannot be used for another request.
        return Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-store", .connection: "close"], body: content)
    }
}
