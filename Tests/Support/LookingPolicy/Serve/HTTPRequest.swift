import Foundation

/// A request of HTTP/1.1, as a client that we know sends it.
struct HTTPRequest {
    var method: String
    var path: String
    var body: Data

    private static let headLimit = 1 << 16
    private static let bodyLimit = 64 << 20

    /// The next request of a connection; nil at its end, or if it makes no sense.
    ///
    /// - Parameter received: What was received and belongs to no request yet.
    static func read(from end: End, after received: inout [UInt8]) -> HTTPRequest? {
        let gap: [UInt8] = [13, 10, 13, 10]
        var headEnd: Int?
        while true {
            headEnd = received.firstRange(of: gap)?.lowerBound
            if headEnd != nil { break }
            let some = end.readSome()
            if some.isEmpty || received.count > headLimit { return nil }
            received += some
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: received[..<headEnd], as: UTF8.self).components(separatedBy: "\r\n")
        let start = (lines.first ?? "").split(separator: " ")
        guard start.count == 3 else { return nil }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            fields[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        guard let count = Int(fields["content-length"] ?? "0"), (0...bodyLimit).contains(count) else { return nil }
        received.removeFirst(headEnd + 4)
        if fields["expect"]?.lowercased() == "100-continue", received.isEmpty {
            end.sendAll(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        }
        while received.count < count {
            let some = end.readSome()
            if some.isEmpty { return nil }
            received += some
        }
        let body = Data(received.prefix(count))
        received.removeFirst(count)
        return HTTPRequest(method: String(start[0]), path: String(start[1]), body: body)
    }
}
