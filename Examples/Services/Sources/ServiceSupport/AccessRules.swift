/// Who may talk to a service on the loopback address.
///
/// Any web page can make a browser of this machine send requests here, and by a name of its own that suddenly means
/// 127.0.0.1 it can even read the answers. Such requests carry the page's name in `Host` or `Origin`, so both are checked
/// before anything else, and only then the token.
public struct AccessRules: Sendable {
    /// The token that each request must carry.
    public var token: BearerToken
    /// Origins of web pages that may send requests, such as `http://localhost:3000`, beside the service's own.
    public var origins: Set<String>
    /// Paths that need no token, such as the one for asking whether the service is up.
    public var openPaths: Set<String>

    /// Makes rules.
    public init(token: BearerToken, origins: Set<String> = [], openPaths: Set<String> = []) {
        self.token = token
        self.origins = origins
        self.openPaths = openPaths
    }

    /// Why a request is refused.
    public enum Refusal: Error, Sendable, Equatable {
        /// It was sent to another name than this machine's own.
        case host
        /// A web page of elsewhere sent it.
        case origin
        /// It carries no token, or a wrong one.
        case token

        /// The number that HTTP has for it.
        public var status: Int { self == .token ? 401 : 403 }

        /// What to tell the client.
        public var message: String {
            switch self {
            case .host: "This service answers only to the names 127.0.0.1, localhost and [::1]."
            case .origin: "Web pages of this origin may not use this service."
            case .token: "The header 'Authorization: Bearer TOKEN' is missing or wrong."
            }
        }
    }

    /// Judges a request by its headers.
    ///
    /// - Returns: Why it is refused; nil if it is not.
    public func refusal(host: String?, origin: String?, authorization: String?, path: String) -> Refusal? {
        guard let host, Self.isLoopback(host) else { return .host }
        if let origin, !origins.contains(origin), origin.lowercased() != "http://\(host.lowercased())" {
            return .origin
        }
        if !openPaths.contains(path), !token.admits(authorization: authorization) { return .token }
        return nil
    }

    /// Whether a `Host` names this machine itself, at whatever port: a tunnel may have another one.
    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        for name in ["127.0.0.1", "localhost", "[::1]"] where host.hasPrefix(name) {
            let rest = host.dropFirst(name.count)
            if rest.isEmpty { return true }
            if rest.first == ":", let port = UInt16(rest.dropFirst()), port > 0 { return true }
        }
        return false
    }
}
