/// A request: where, what, and how long to be patient.
package struct HTTPRequest: Sendable {
    package var method: String
    /// Absolute, `http` or `https`.
    package var url: String
    package var headers: [(name: String, value: String)] = []
    package var body: [UInt8]?
    /// The unix socket to go through instead of the network.
    package var unixSocket: String?
    /// Until the connection stands.
    package var connectTimeout: Duration = .seconds(2)

    package init(_ method: String, _ url: String, body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.body = body
    }
}

/// The head of a response, and its body as it arrives.
package struct HTTPResponse: Sendable {
    package let head: HTTPHead
    package let body: HTTPBody

    package var status: Int { head.status }

    /// Reads the whole body.
    ///
    /// - Throws: ``GodHandError`` with `limit` if it is longer than `limit` bytes.
    package func collect(limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in body {
            guard bytes.count + chunk.count <= limit else {
                throw GodHandError(.limitExceeded, "A response of more than \(limit) bytes was refused.")
            }
            bytes += chunk
        }
        return bytes
    }
}

/// Status and headers.
package struct HTTPHead: Sendable, Equatable {
    package var status: Int
    package var headers: [String: String] = [:]

    /// The value of a header, whatever the case of its name.
    package subscript(name: String) -> String? { headers[name.lowercased()] }

    /// Reads `HTTP/1.1 200 OK`; nil if it is not a status line.
    package init?(statusLine: String) {
        let parts = statusLine.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/"), let status = Int(parts[1]) else { return nil }
        self.status = status
    }

    package mutating func addHeader(line: String) {
        guard let colon = line.firstIndex(of: ":") else { return }
        let name = line[..<colon].lowercased()
        let value = line[line.index(after: colon)...].trimmingSpaces()
        headers[name] = headers[name].map { "\($0), \(value)" } ?? value
    }
}

/// The bytes of a body, in pieces as they arrive. Letting go of it drops the connection.
package struct HTTPBody: AsyncSequence, Sendable {
    let transfer: Transfer
    let guardian: TransferGuardian

    package func makeAsyncIterator() -> Iterator { Iterator(transfer: transfer, guardian: guardian) }

    package struct Iterator: AsyncIteratorProtocol {
        let transfer: Transfer
        let guardian: TransferGuardian

        package mutating func next() async throws -> [UInt8]? { try await transfer.nextChunk() }
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
