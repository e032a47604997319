import Foundation
public import GodHandCore

/// A request to a model provider: where to, what, and which words must never be shown.
public struct ProviderCall: Sendable {
    /// What the provider is called in messages: "Claude".
    public var provider: String
    /// Absolute, `http` or `https`.
    public var url: String
    /// Headers besides the content's type.
    public var headers: [(name: String, value: String)]
    /// The body. Names in its objects are sent sorted, but for those of `JSONValue.ordered`.
    public var body: JSONValue
    /// Keys, taken out of whatever the provider says in errors.
    public var secrets: [String]

    /// Makes a request.
    public init(
        provider: String, url: String, headers: [(name: String, value: String)] = [], body: JSONValue,
        secrets: [String] = []
    ) {
        self.provider = provider
        self.url = url
        self.headers = headers
        self.body = body
        self.secrets = secrets
    }

    /// The body's bytes. The same request is the same bytes, which providers' caches go by.
    var encodedBody: [UInt8] {
        get throws {
            do { return Array(try body.written()) } catch {
                throw GodHandError(.modelRequestInvalid, "The request to \(provider) cannot be written.", cause: error)
            }
        }
    }

    func request(unixSocket: String?) throws -> HTTPRequest {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(), parts.host != nil,
            ["http", "https"].contains(scheme)
        else {
            throw GodHandError(
                .modelRequestInvalid, "The address of \(provider) is not one of the web.",
                hint: "It begins with https:// or http://.")
        }
        var request = HTTPRequest("POST", url, body: try encodedBody)
        request.headers = headers + [("content-type", "application/json")]
        for header in request.headers
        where (header.name + header.value).unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) {
            throw GodHandError(.modelRequestInvalid, "The header \(header.name) of a request has control characters.")
        }
        request.unixSocket = unixSocket
        request.connectTimeout = .seconds(15)
        return request
    }

    // MARK: Errors

    func unreachable(_ what: String, _ cause: (any Error)? = nil) -> GodHandError {
        GodHandError(
            .modelUnreachable, "The connection to \(provider) \(what).",
            hint: "Check the address and the network, then ask again.", cause: cause)
    }

    func tooLong(_ limit: Int) -> GodHandError {
        GodHandError(.modelProtocol, "\(provider) answered with more than the \(limit) bytes that are read.")
    }

    func nonsense(_ what: String, _ bytes: [UInt8]) -> GodHandError {
        let said = ProviderText.shown(String(decoding: bytes.prefix(1024), as: UTF8.self), without: secrets, limit: 120)
        return GodHandError(
            .modelProtocol, "\(provider) answered with \(what)" + (said.isEmpty ? "." : ": \(said)"),
            hint: "Check that the base address is that of a model's server.")
    }

    /// The error for an event of the stream that says so.
    func failure(in event: ServerSentEvents.Event) -> GodHandError {
        ProviderFailure(provider: provider, status: nil, body: event.data).error(without: secrets)
    }
}
