import Foundation
import GodHandCore
import Testing

@testable import TaskService

@Suite(.timeLimit(.minutes(3)))
struct AccessTests {
    @Test func `only who has the token may ask, and only under this machine's own names`() async throws {
        try await withService { client in
            var stranger = client
            stranger.token = nil
            #expect(try await stranger.send("GET", "/health").status == 200)
            #expect(try await stranger.send("GET", "/openapi.json").status == 200)
            let refused = try await stranger.send("GET", "/v1/tasks")
            #expect(refused.status == 401 && refused.header("www-authenticate") == "Bearer")
            #expect(refused.header("content-type") == "application/problem+json")
            stranger.token = String(repeating: "x", count: 43)
            #expect(try await stranger.send("GET", "/v1/tasks").status == 401)
            #expect(try await client.send("GET", "/health", headers: ["Host": "rebound.example"]).status == 403)
            #expect(try await client.send("GET", "/v1/tasks", headers: ["Origin": "http://evil.example"]).status == 403)
            let own = "http://127.0.0.1:\(client.port)"
            #expect(try await client.send("GET", "/v1/tasks", headers: ["Origin": own]).status == 200)
        }
    }

    @Test(arguments: [
        #"{"goal": 1}"#, #"{"goal": ""}"#, #"{}"#, #"[]"#, #"{"goal": "a", "more": 1}"#, "{", "\u{0}",
        #"{"goal": "a", "limits": {"steps": 0}}"#, #"{"goal": "a", "limits": {"steps": 1.5}}"#,
        #"{"goal": "a", "checks": [{"type": "fileContains", "value": "x"}]}"#,
        #"{"goal": "a", "machine": {"memory": 99999999999999999999}}"#,
        #"{"goal": "\ud800"}"#, String(repeating: "[", count: 2000),
    ])
    func `what is malformed is refused with what is wrong`(body: String) async throws {
        try await withService { client in
            let answer = try await client.send(
                "POST", "/v1/tasks", headers: ["Content-Type": "application/json"], raw: body)
            #expect(answer.status == 400)
            #expect(answer.json["code"]?.string == "request.invalid")
            #expect(answer.json["status"]?.integer == 400)
            #expect(try await client.get("/v1/tasks")["tasks"]?.array?.isEmpty == true)
        }
    }

    @Test func `sizes, types, methods and addresses are bounded`() async throws {
        try await withService { client in
            let json = ["Content-Type": "application/json"]
            let large = #"{"goal": ""# + String(repeating: "a", count: 70_000) + #""}"#
            #expect(try await client.send("POST", "/v1/tasks", headers: json, raw: large).status == 413)
            #expect(try await client.send("POST", "/v1/tasks", raw: #"{"goal": "a"}"#).status == 415)
            let method = try await client.send("PUT", "/v1/tasks")
            #expect(method.status == 405 && method.header("allow") == "POST, GET")
            #expect(try await client.send("GET", "/v1/nothing").status == 404)
            #expect(try await client.send("GET", "/v1/tasks/..%2F..%2Fetc").status == 404)
            #expect(try await client.send("GET", "/v1/tasks?limit=0").status == 400)
            #expect(try await client.send("GET", "/v1/tasks?unknown=1").status == 400)
            let wiki = try await client.send("POST", "/v1/tasks", ["goal": "a", "machine": ["network": "wiki"]])
            #expect(wiki.status == 422)
        }
    }

    @Test func `too many requests are held off, and told when to come again`() async throws {
        try await withService({ $0.requestsPerSecond = 1 }) { client in
            var last = 200
            for _ in 0..<40 where last == 200 {
                let answer = try await client.send("GET", "/v1/tasks")
                last = answer.status
                if last == 429 { #expect(answer.header("retry-after").flatMap { Int($0) } ?? 0 >= 1) }
            }
            #expect(last == 429)
        }
    }

    @Test func `what is counted is told in Prometheus' form`() async throws {
        try await withService { client in
            let id = try await client.submit("click")
            _ = try await client.end(of: id)
            let answer = try await client.send("GET", "/metrics")
            let text = String(decoding: answer.body, as: UTF8.self)
            for line in [
                "godhand_tasks{state=\"finished\"} 1", "godhand_submissions_total 1", "godhand_steps_total 4",
                "godhand_http_requests_total{operation=\"submitTask\",status=\"201\"} 1",
            ] { #expect(text.contains(line + "\n"), "\(line)") }
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                #expect(
                    line.wholeMatch(of: /[a-z_]+(\{[a-zA-Z_]+="[^"]*"(,[a-zA-Z_]+="[^"]*")*\})? [0-9.e+-]+/) != nil,
                    "\(line)")
            }
        }
    }
}
