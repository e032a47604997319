import AsyncHTTPClient
import Foundation
import GodHandCore
import NIOCore
import NIOHTTP1
import Testing

/// Talks to a service over real connections.
struct Client: Sendable {
    let port: Int
    var token: String?

    /// With room for many streams at once. It is never shut down, since it lives as long as the tests.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 300
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

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
        let request = try request(method, path, body, headers, raw)
        let response = try await Self.http.execute(request, timeout: .seconds(120))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Answer(
            status: Int(response.status.code), headers: response.headers, body: Array(bytes.readableBytesView))
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
        let response = try await Self.http.execute(try request("GET", path, nil, headers, nil), timeout: .minutes(10))
        try #require(response.status == .ok)
        var rest: [UInt8] = []
        for try await piece in response.body {
            rest += piece.readableBytesView
            var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            rest = Array(lines.removeLast())
            for line in lines where try isEnough(String(decoding: line, as: UTF8.self)) { return }
        }
    }

    /// Waits for the end of a task, and returns it.
    func end(of task: String) async throws -> JSONValue {
        _ = try await events("/v1/tasks/\(task)/events")
        return try await get("/v1/tasks/\(task)")
    }

    private func request(
        _ method: String, _ path: String, _ body: JSONValue?, _ headers: [String: String], _ raw: String?
    ) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = HTTPMethod(rawValue: method)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.body = .bytes(try JSONEncoder().encode(body))
            request.headers.add(name: "Content-Type", value: "application/json")
        }
        if let raw { request.body = .bytes(Array(raw.utf8)) }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        return request
    }
}
