import GodHandAgent
import GodHandCore
import Testing

/// A way in which a provider can behave, and what should come of it, whoever the provider is.
struct Behaviour: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable, Equatable {
        case turn(tries: Int)
        case failure(GodHandError.Code, tries: Int)

        var tries: Int {
            switch self {
            case .turn(let tries), .failure(_, let tries): tries
            }
        }
    }

    var name: String
    var outcome: Outcome
    /// The pauses that the provider asks for; nil if the client chooses.
    var pauses: [Duration]?
    var replies: @Sendable (ProviderUnderTest) -> [FakeProvider.Reply]

    init(
        _ name: String, _ outcome: Outcome, pauses: [Duration]? = nil,
        _ replies: @escaping @Sendable (ProviderUnderTest) -> [FakeProvider.Reply]
    ) {
        self.name = name
        self.outcome = outcome
        self.pauses = pauses
        self.replies = replies
    }

    var testDescription: String { name }

    private static func error(_ kind: String, _ message: String) -> String {
        #"{"type":"error","error":{"type":"\#(kind)","code":"\#(kind)","message":"\#(message)"}}"#
    }

    private static func good(_ provider: ProviderUnderTest) -> FakeProvider.Reply { .stream(provider.goodTurn) }

    private static func beginning(_ provider: ProviderUnderTest, less: Int) -> String {
        String(provider.goodTurn.prefix(provider.goodTurn.count * (8 - less) / 8))
    }

    static let all: [Behaviour] = wellBehaved + finalStatuses + passingStatuses + brokenConnections + nonsense

    static let wellBehaved: [Behaviour] = [
        Behaviour("a good turn", .turn(tries: 1)) { [good($0)] },
        Behaviour("one byte after the other", .turn(tries: 1)) { [.stream($0.goodTurn.utf8.map { [$0] })] },
        Behaviour("comments in between", .turn(tries: 1)) {
            [.stream($0.goodTurn.replacing("\n\n", with: "\n\n: keep-alive\n\n"))]
        },
        Behaviour("carriage returns", .turn(tries: 1)) { [.stream($0.goodTurn.replacing("\n", with: "\r\n"))] },
    ]

    static let finalStatuses: [Behaviour] = [
        Behaviour("status 400", .failure(.modelRequestInvalid, tries: 1)) { _ in
            [.json(400, error("invalid_request_error", "messages: wrong"))]
        },
        Behaviour("a conversation that is too long", .failure(.modelContextFull, tries: 1)) { _ in
            [.json(400, error("invalid_request_error", "prompt is too long: 300000 tokens > 200000"))]
        },
        Behaviour("status 401", .failure(.modelDenied, tries: 1)) { _ in
            [.json(401, error("authentication_error", "invalid key \(ProviderUnderTest.key)"))]
        },
        Behaviour("status 402", .failure(.modelQuota, tries: 1)) { _ in [.json(402, error("billing_error", "pay"))] },
        Behaviour("status 403", .failure(.modelDenied, tries: 1)) { _ in [.json(403, error("permission_error", "no"))]
        },
        Behaviour("status 404", .failure(.modelUnknown, tries: 1)) { _ in
            [.json(404, error("not_found_error", "model: claude-nothing"))]
        },
        Behaviour("status 413", .failure(.modelContextFull, tries: 1)) { _ in [.html(413)] },
        Behaviour("status 422", .failure(.modelRequestInvalid, tries: 1)) { _ in [.json(422, "{}")] },
        Behaviour("a quota that is used up", .failure(.modelQuota, tries: 1)) { _ in
            [.json(429, error("insufficient_quota", "You exceeded your current quota"))]
        },
        Behaviour("a redirect", .failure(.modelProtocol, tries: 1)) { _ in
            [.json(302, "{}", "Location: http://evil.test/v1/messages")]
        },
    ]

    static let passingStatuses: [Behaviour] =
        [408, 409, 429, 500, 502, 503, 529].map { status in
            Behaviour("status \(status), then well", .turn(tries: 2)) { [.html(status), good($0)] }
        } + [
            Behaviour("status 429 for ever", .failure(.modelRateLimited, tries: 3)) { _ in
                [.json(429, error("rate_limit_error", "slow down"))]
            },
            Behaviour("status 529 for ever", .failure(.modelOverloaded, tries: 3)) { _ in
                [.json(529, error("overloaded_error", "Overloaded"))]
            },
            Behaviour("a pause in seconds", .turn(tries: 2), pauses: [.seconds(7)]) {
                [.json(429, "{}", "Retry-After: 7"), good($0)]
            },
            Behaviour("a pause in milliseconds comes first", .turn(tries: 2), pauses: [.milliseconds(1500)]) {
                [.json(503, "{}", "retry-after: 7", "retry-after-ms: 1500"), good($0)]
            },
            Behaviour("a pause until a date that is past", .turn(tries: 2), pauses: [.zero]) {
                [.json(503, "{}", "retry-after: Sun, 06 Nov 1994 08:49:37 GMT"), good($0)]
            },
            Behaviour("a pause until a distant date", .turn(tries: 2), pauses: [.seconds(120)]) {
                [.json(503, "{}", "retry-after: Fri, 06 Nov 2094 08:49:37 GMT"), good($0)]
            },
            Behaviour("a pause of years", .turn(tries: 2), pauses: [.seconds(120)]) {
                [.json(503, "{}", "retry-after: 1e99"), good($0)]
            },
        ]

    static let brokenConnections: [Behaviour] = [
        Behaviour("a hang-up, then well", .turn(tries: 2)) { [.hangUp, good($0)] },
        Behaviour("hang-ups for ever", .failure(.modelUnreachable, tries: 3)) { _ in [.hangUp] },
        Behaviour("cut before the first event, then well", .turn(tries: 2)) {
            [.stream("", .cut), good($0)]
        },
        Behaviour("cut in the middle of an event", .failure(.modelUnreachable, tries: 1)) {
            [.stream(beginning($0, less: 3), .cut), good($0)]
        },
        Behaviour("cut just before the end", .failure(.modelUnreachable, tries: 1)) {
            [.stream(beginning($0, less: 1), .cut), good($0)]
        },
        Behaviour("a proper end in the middle", .failure(.modelUnreachable, tries: 1)) {
            [.stream(beginning($0, less: 2)), good($0)]
        },
        Behaviour("an empty stream", .failure(.modelUnreachable, tries: 1)) { _ in [.stream("")] },
        Behaviour("an error after a good beginning", .failure(.modelOverloaded, tries: 1)) {
            [.stream(beginning($0, less: 4) + "\n\n" + $0.errorEvent), good($0)]
        },
        Behaviour("an error as the first event", .failure(.modelOverloaded, tries: 1)) {
            [.stream($0.errorEvent), good($0)]
        },
    ]

    static let nonsense: [Behaviour] = [
        Behaviour("an event that is not JSON", .failure(.modelProtocol, tries: 1)) { _ in
            [.stream("data: {\"type\": \"message_sta\n\n")]
        },
        Behaviour("bytes that are no text", .failure(.modelProtocol, tries: 1)) { _ in
            [.stream([Array("data: ".utf8) + [0xff, 0xfe, 0x00, 0x80] + Array("\n\n".utf8)])]
        },
        Behaviour("brackets without end", .failure(.modelProtocol, tries: 1)) { _ in
            [.stream("data: " + String(repeating: "[", count: 100_000) + "\n\n")]
        },
        Behaviour("a web page", .failure(.modelProtocol, tries: 1)) { _ in [.html(200)] },
        Behaviour("events without end", .failure(.modelProtocol, tries: 1)) { _ in
            [.stream([], .endless(Array(String(repeating: ": still here\n\n", count: 4096).utf8)))]
        },
        Behaviour("an event without end", .failure(.modelProtocol, tries: 1)) { _ in
            [.stream("data: {", .endless([UInt8](repeating: 0x20, count: 1 << 16)))]
        },
        Behaviour("a page of any length", .failure(.modelProtocol, tries: 1)) { _ in
            [
                FakeProvider.Reply(
                    status: 200, headers: ["Content-Type: text/html"],
                    ending: .endless([UInt8](repeating: 0x61, count: 1 << 16)))
            ]
        },
        Behaviour("a failure of any length", .failure(.modelOverloaded, tries: 3)) { _ in
            [FakeProvider.Reply(status: 500, ending: .endless([UInt8](repeating: 0x61, count: 1 << 16)))]
        },
    ]
}
