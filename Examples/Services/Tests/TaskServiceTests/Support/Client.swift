import Foundation
import GodHandCore
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

/// Talks to a service over real connections, a new one for each request.
struct Client: Sendable {
    let port: Int
    var token: String?

    /// An answer, read whole.
    struct Answer: Sendable {
        var status: Int
        private let headers: HTTPHeaders
        var body: [UInt8]

        init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
            (self.status, self.headers, self.body) = (status, headers, body)
        }

        /// The first header of a name.
        func header(_ name: String) -> String? { headers.first(name: name) }

        /// The body as JSON.
        var json: JSONValue { (try? JSONDecoder().decode(JSONValue.self, from: Data(body))) ?? .null }
    }

    @discardableResult
    func send(
        _ method: String, _ path: String, _ body: JSONValue? = nil, headers: [String: String] = [:], raw: String? = nil
    ) async throws -> Answer {
        try await exchange(method, path, body, headers, raw) { head, pieces in
            var bytes: [UInt8] = []
            while case .body(let piece) = try await pieces.next(isolation: #isolation) {
                bytes += piece.readableBytesView
            }
            return Answer(status: Int(head.status.code), headers: head.headers, body: bytes)
        }
    }

    func get(_ path: String) async throws -> JSONValue {
        let answer = try await send("GET", path)
        try #require(answer.status == 200, "\(path): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        return answer.json
    }

    /// Hands a task in.
    func submit(_ goal: String, _ more: [String: JSONValue] = [:]) async throws -> String {
        let body = ["goal": JSONValue.string(goal)].merging(more, uniquingKeysWith: { $1 })
        let answer = try await send("POST", "/v1/tasks", .object(body))
        try #require(answer.status == 201, "\(String(decoding: answer.body, as: UTF8.self))")
        return try #require(answer.json["id"]?.string)
    }

    /// What a stream tells, until a condition holds or it ends.
    func events(
        _ path: String, headers: [String: String] = [:], until isEnough: @Sendable (JSONValue) -> Bool = { _ in false }
    ) async throws -> [JSONValue] {
        var events: [JSONValue] = []
        try await lines(path, headers: headers) { line in
            guard line.hasPrefix("data: ") else { return false }
            let event = try JSONDecoder().decode(JSONValue.self, from: Data(line.dropFirst(6).utf8))
            guard event["kind"] != nil else { return false }
            events.append(event)
            return isEnough(event)
        }
        return events
    }

    /// Reads a stream line by line, until it is enough or it ends.
    func lines(
        _ path: String, headers: [String: String] = [:], until isEnough: (String) throws -> Bool
    ) async throws {
        try await exchange("GET", path, nil, headers, nil) { head, pieces in
            try #require(head.status == .ok)
            var rest: [UInt8] = []
            while case .body(let piece) = try await pieces.next(isolation: #isolation) {
                rest += piece.readableBytesView
                var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                rest = Array(lines.removeLast())
                for line in lines where try isEnough(String(decoding: line, as: UTF8.self)) { return }
            }
        }
    }

    /// Waits for the end of a task, and returns it.
    func end(of task: String) async throws -> JSONValue {
        _ = try await events("/v1/tasks/\(task)/events")
        return try await get("/v1/tasks/\(task)")
    }

    /// Asks, and hands the answer on as it comes; the connection ends with `read`.
    private func exchange<Result>(
        _ method: String, _ path: String, _ body: JSONValue?, _ headers: [String: String], _ raw: String?,
        _ read: (HTTPResponseHead, inout NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator)
            async throws -> Result
    ) async throws -> Result {
        var head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: path)
        head.headers = ["Host": "127.0.0.1:\(port)", "Connection": "close"]
        if let token { head.headers.add(name: "Authorization", value: "Bearer \(token)") }
        var bytes = ByteBuffer(string: raw ?? "")
        if let body {
            bytes = ByteBuffer(bytes: try JSONEncoder().encode(body))
            head.headers.add(name: "Content-Type", value: "application/json")
        }
        if body != nil || raw != nil { head.headers.add(name: "Content-Length", value: "\(bytes.readableBytes)") }
        for (name, value) in headers { head.headers.replaceOrAdd(name: name, value: value) }
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connect(
            host: "127.0.0.1", port: port
        ) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
                    wrappingChannelSynchronously: channel)
            }
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(.head(head))
            try await outbound.write(.body(.byteBuffer(bytes)))
            try await outbound.write(.end(nil))
            var parts = inbound.makeAsyncIterator()
            guard case .head(let answer) = try await parts.next(isolation: #isolation) else {
                throw GodHandError(.protocolViolation, "The service hung up instead of answering.")
            }
            return try await read(answer, &parts)
        }
    }
}
