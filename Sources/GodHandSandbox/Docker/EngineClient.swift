import Foundation

/// The Engine API over its unix socket: a closed list of calls, in extensions by what they are about.
///
/// The socket is equal to root on the host, so nothing here takes a path or a method from outside.
struct EngineClient: Sendable {
    /// The oldest API that has all we need: Docker 20.10.
    static let oldestVersion = APIVersion(major: 1, minor: 41)
    /// The newest that this client was written for.
    static let newestVersion = APIVersion(major: 1, minor: 47)
    private static let responseLimit = 32 << 20

    let address: EngineAddress
    let version: APIVersion
    /// What it calls itself, with its version: `Docker/20.10.24`.
    let product: String?
    private let http: HTTPClient

    /// Finds an engine that answers and agrees on a version with it.
    ///
    /// - Throws: `GodHandError` with `engine.unavailable`, `engine.denied` or `engine.incompatible`.
    static func connect(candidates: [EngineAddress], http: HTTPClient = .shared) async throws -> EngineClient {
        var refusal: GodHandError?
        for address in candidates {
            do {
                return try await connect(to: address, http: http)
            } catch let error as GodHandError where error.code == .engineUnavailable {
                continue
            } catch let error as GodHandError where [.engineDenied, .engineIncompatible].contains(error.code) {
                // A better one may follow.
                refusal = refusal ?? error
            }
        }
        if let refusal { throw refusal }
        let places = candidates.map(\.socket).joined(separator: ", ")
        throw GodHandError(
            .engineUnavailable, "No container engine answers at \(places).",
            hint: "Start Docker, or run Scripts/engine.sh start; make doctor says more.")
    }

    private static func connect(to address: EngineAddress, http: HTTPClient) async throws -> EngineClient {
        let probe = EngineClient(address: address, version: oldestVersion, product: nil, http: http)
        let response = try await probe.send("GET", unversioned: "/_ping", timeout: .seconds(5))
        _ = try await response.collect(limit: 64 << 10)
        if response.head["Libpod-API-Version"] != nil {
            throw GodHandError(
                .engineIncompatible,
                "The engine at \(address.socket) is Podman, whose compatible API does not take the system call filter, "
                    + "the log limit and the memory-backed places that sandboxes are hardened with.",
                hint: "Set DOCKER_HOST to the socket of a Docker engine.")
        }
        guard response.status == 200, let text = response.head["Api-Version"], let newest = APIVersion(text) else {
            throw GodHandError(
                .engineIncompatible, "What answers at \(address.socket) is not a Docker engine.",
                hint: "Set DOCKER_HOST to the socket of one.")
        }
        guard newest >= oldestVersion else {
            throw GodHandError(
                .engineIncompatible,
                "The engine at \(address.socket) speaks API \(newest); \(oldestVersion) is needed.",
                hint: "Update Docker to 20.10 or newer.")
        }
        // `Docker/20.10.24 (linux)`; what follows the first word says nothing new.
        let product = response.head["Server"]?.split(separator: " ").first.map { String($0.prefix(80)) }
        return EngineClient(address: address, version: min(newest, newestVersion), product: product, http: http)
    }

    private init(address: EngineAddress, version: APIVersion, product: String?, http: HTTPClient) {
        self.address = address
        self.version = version
        self.product = product
        self.http = http
    }

    // MARK: Calls

    /// Sends a request and reads the whole answer.
    ///
    /// - Parameters:
    ///   - what: What is being done, for messages: "create container gh-abc".
    ///   - accepting: Status codes besides 2xx that are an answer, not an error.
    func call(
        _ method: String, _ path: String, query: [String: String] = [:], body: (any Encodable & Sendable)? = nil,
        timeout: Duration = .seconds(10), accepting: Set<Int> = [], _ what: String
    ) async throws -> (status: Int, body: [UInt8]) {
        try await withDeadline(timeout, "The engine's attempt to \(what)") {
            let response = try await send(method, versioned(path, query), body: body.map(EngineJSON.encode))
            let bytes = try await translating(what) { try await response.collect(limit: Self.responseLimit) }
            guard (200..<300).contains(response.status) || accepting.contains(response.status) else {
                throw EngineFailure(status: response.status, body: bytes).error(while: what)
            }
            return (response.status, bytes)
        }
    }

    /// Like ``call(_:_:query:body:timeout:accepting:_:)``, with a JSON answer.
    func fetch<Answer: Decodable & Sendable>(
        _ type: Answer.Type, _ method: String, _ path: String, query: [String: String] = [:],
        body: (any Encodable & Sendable)? = nil, timeout: Duration = .seconds(10), _ what: String
    ) async throws -> Answer {
        let answer = try await call(method, path, query: query, body: body, timeout: timeout, what)
        do {
            return try EngineJSON.decode(type, answer.body)
        } catch {
            throw GodHandError(
                .protocolViolation, "The engine's answer could not be read while it should \(what).",
                hint: "Check that DOCKER_HOST names a Docker engine.", cause: error)
        }
    }

    func versioned(_ path: String, _ query: [String: String] = [:]) -> String {
        "/v\(version)\(path)" + (query.isEmpty ? "" : "?" + EngineJSON.query(query))
    }

    private func send(_ method: String, unversioned path: String, timeout: Duration) async throws -> HTTPResponse {
        try await withDeadline(timeout, "The greeting of the engine at \(address.socket)") {
            try await send(method, path, body: nil)
        }
    }

    private func send(_ method: String, _ path: String, body: [UInt8]?) async throws -> HTTPResponse {
        var request = HTTPRequest(method, "http://engine\(path)", body: body)
        request.unixSocket = address.socket
        if body != nil { request.headers.append(("Content-Type", "application/json")) }
        return try await translating("answer") { try await http.send(request) }
    }

    /// Says in our words why nothing came back.
    func translating<Result>(
        _ what: String, _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch let failure as TransportFailure {
            if failure.errno == EACCES || failure.errno == EPERM { throw Self.deniedError(address, cause: failure) }
            if failure.isBeforeConnection {
                throw GodHandError(
                    .engineUnavailable, "No engine answers at \(address.socket): \(failure.reason).",
                    hint: "Start Docker, or run Scripts/engine.sh start; make doctor says more.", cause: failure)
            }
            throw GodHandError(
                .engineFailed, "The engine broke off while it should \(what): \(failure.reason).",
                hint: "See the engine's own log. Whether it took effect is not known.", cause: failure)
        }
    }

    private static func deniedError(_ address: EngineAddress, cause: (any Error)? = nil) -> GodHandError {
        GodHandError(
            .engineDenied, "This user may not open \(address.socket).",
            hint: "Join the group that owns the socket (often: sudo usermod -aG docker $USER, then log in again).",
            cause: cause)
    }
}

/// A version of the Engine API, such as 1.41.
struct APIVersion: Sendable, Comparable, CustomStringConvertible {
    var major: Int
    var minor: Int

    init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".").map { Int($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return nil }
        self.init(major: major, minor: minor)
    }

    static func < (left: APIVersion, right: APIVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    var description: String { "\(major).\(minor)" }
}
