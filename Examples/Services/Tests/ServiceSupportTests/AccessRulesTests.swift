import GodHandCore
import ServiceSupport
import Testing

@Suite("Who may talk to a service")
struct AccessRulesTests {
    private let token: BearerToken
    private let rules: AccessRules

    init() throws {
        token = try BearerToken("correct-horse-battery")
        rules = AccessRules(token: token, origins: ["http://localhost:3000"], openPaths: ["/health"])
    }

    private func refusal(
        host: String? = "127.0.0.1:8080", origin: String? = nil, token: String? = "Bearer correct-horse-battery",
        path: String = "/mcp"
    ) -> AccessRules.Refusal? {
        rules.refusal(host: host, origin: origin, authorization: token, path: path)
    }

    @Test("names of this machine are served", arguments: ["127.0.0.1", "127.0.0.1:1", "LOCALHOST:65535", "[::1]:8080"])
    func own(_ host: String) { #expect(refusal(host: host) == nil) }

    @Test(
        "other names are not",
        arguments: [
            nil, "", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "localhost:", "localhost:0",
            "localhost:65536", "localhost:80:80", "[::1]x", "0.0.0.0:8080", "user@localhost",
        ])
    func foreign(_ host: String?) { #expect(refusal(host: host) == .host) }

    @Test(
        "the service's own pages and those that were named may",
        arguments: ["http://127.0.0.1:8080", "http://localhost:3000"])
    func ownOrigin(_ origin: String) { #expect(refusal(origin: origin) == nil) }

    @Test(
        "other pages may not",
        arguments: ["null", "", "http://evil.example", "http://127.0.0.1:8081", "https://127.0.0.1:8080", "file://"])
    func foreignOrigin(_ origin: String) { #expect(refusal(origin: origin) == .origin) }

    @Test(
        "only the whole token counts",
        arguments: [
            nil, "", "Bearer", "Bearer ", "Basic correct-horse-battery", "Bearer correct-horse-batter",
            "Bearer correct-horse-batteryy", "Bearer Correct-horse-battery", "correct-horse-battery",
            "Bearer correct-horse-batterycorrect-horse-battery",
        ])
    func wrongToken(_ authorization: String?) { #expect(refusal(token: authorization) == .token) }

    @Test("the scheme's case does not matter")
    func scheme() { #expect(refusal(token: "bearer correct-horse-battery") == nil) }

    @Test("a path that is open needs no token, but still the right name")
    func open() {
        #expect(refusal(token: nil, path: "/health") == nil)
        #expect(refusal(host: "evil.example", token: nil, path: "/health") == .host)
    }

    @Test("an oversized header is refused before it is compared")
    func oversized() { #expect(refusal(token: "Bearer " + String(repeating: "x", count: 100_000)) == .token) }
}
