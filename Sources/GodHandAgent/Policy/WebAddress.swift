import GodHandCore

/// What of a web address a policy has to know, read as strictly as can be: an address that two programs might understand
/// in two ways is no address.
struct WebAddress: Sendable, Hashable {
    var host: HostName
    /// 80 or 443 if none is written.
    var port: Int
    /// Whether a port other than the scheme's own is written.
    var hasOwnPort: Bool

    /// What reading an address came to.
    enum Reading: Sendable, Hashable {
        case address(WebAddress)
        /// Why it is none that may be opened, as the end of a sentence.
        case refused(String)
    }

    /// Reads an address that begins with its scheme.
    static func read(_ text: String) -> Reading {
        guard text.utf8.count <= 2_048 else { return .refused("it is longer than 2048 bytes") }
        guard
            text.unicodeScalars.allSatisfy({ scalar in
                scalar.value > 0x20 && scalar != "\\" && scalar.value != 0x7f && !scalar.properties.isWhitespace
                    && !scalar.isInvisible
            })
        else { return .refused("it has spaces, backslashes or invisible characters") }
        guard let colon = text.firstIndex(of: ":") else { return .refused("it has no scheme") }
        let scheme = text[..<colon].lowercased()
        guard scheme == "http" || scheme == "https" else { return .refused("only http and https may be opened") }
        let rest = text[text.index(after: colon)...]
        guard rest.hasPrefix("//"), !rest.hasPrefix("///") else { return .refused("it has no host") }
        return read(authority: rest.dropFirst(2).prefix { !"/?#".contains($0) }, scheme: scheme)
    }

    /// Reads a host with or without a port.
    static func read(authority: Substring, scheme: String) -> Reading {
        if authority.contains("@") { return .refused("it has a user name in front of its host") }
        if authority.contains("%") { return .refused("its host is written in a roundabout way") }
        let standard = scheme == "http" ? 80 : 443
        var name = authority
        var port = standard
        if let colon = authority.lastIndex(of: ":") {
            let digits = authority[authority.index(after: colon)...]
            name = authority[..<colon]
            guard digits.isEmpty || (digits.utf8.allSatisfy { (0x30...0x39).contains($0) } && digits.utf8.count <= 5)
            else { return .refused("its host is not a name") }
            if let number = Int(digits) { port = number }
        }
        guard let host = HostName(String(name)) else { return .refused("its host is not a name") }
        return .address(WebAddress(host: host, port: port, hasOwnPort: port != standard))
    }
}

/// Names of hosts that may be talked to: `en.wikipedia.org`, `*.wikipedia.org`, `localhost:8080`.
///
/// A star stands for one or more parts in front, never for none: `*.wikipedia.org` is not `wikipedia.org`.
public struct DomainRule: Sendable, Hashable {
    private let host: HostName
    private let isBelow: Bool
    private let port: Int?

    /// Reads a rule.
    ///
    /// - Throws: `GodHandError` with `request.invalid` for what is no name.
    public init(_ text: String) throws {
        var name = text[...]
        var port: Int?
        if let colon = text.lastIndex(of: ":") {
            port = Int(text[text.index(after: colon)...])
            name = text[..<colon]
            if port == nil { name = "" }
        }
        isBelow = name.hasPrefix("*.")
        if isBelow { name = name.dropFirst(2) }
        guard let host = HostName(String(name)) else {
            throw GodHandError(
                .invalidRequest, "'\(text.shortened(to: 80))' is no rule for domains.",
                hint: "Write a name such as example.org, *.example.org or localhost:8080; numbers are not taken.")
        }
        self.host = host
        self.port = port
    }

    /// Whether the rule holds for an address. Ports other than 80 and 443 must be in the rule.
    func matches(_ address: WebAddress) -> Bool {
        let portMatches = port.map { $0 == address.port } ?? [80, 443].contains(address.port)
        return portMatches && matches(address.host)
    }

    /// Whether a line that ends within an address's host can go on to be one that the rule allows.
    func mayBecome(_ line: String, _ address: WebAddress) -> Bool {
        let start = line.firstRange(of: "://")?.upperBound ?? line.startIndex
        let isWithinHost = line[start...].allSatisfy { !"/?#:\\".contains($0) }
        guard isWithinHost else { return false }
        let written = address.host.description + (line.hasSuffix(".") ? "." : "")
        if !isBelow { return host.description.hasPrefix(written) }
        // Some of the last parts must be the beginning of the name that the star stands before.
        let parts = written.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 1
            || parts.indices.dropFirst().contains { index in
                let ending = parts[index...].joined(separator: ".")
                return host.description.hasPrefix(ending)
            }
    }

    func matches(_ name: HostName) -> Bool { isBelow ? name.isBelow(host) : name == host }
}

extension Unicode.Scalar {
    /// Whether nothing shows that it is there, or it changes the order in which others are shown.
    var isInvisible: Bool {
        properties.isDefaultIgnorableCodePoint || properties.isBidiControl || properties.generalCategory == .control
            || properties.generalCategory == .format
    }
}
