import TestSupport
import Testing

@testable import GodHandAgent
@testable import GodHandCore

@Suite struct ServerSentEventsTests {
    typealias Event = ServerSentEvents.Event

    private func events(_ text: String) throws -> [Event] {
        var parser = ServerSentEvents()
        return try parser.append(Array(text.utf8))
    }

    @Test(arguments: [
        ("data: a\n\n", [Event(data: Array("a".utf8))]),
        ("data:a\n\ndata:  b\n\n", [Event(data: Array("a".utf8)), Event(data: Array(" b".utf8))]),
        ("event: ping\ndata: {}\n\n", [Event(name: "ping", data: Array("{}".utf8))]),
        ("data: a\r\n\r\ndata: b\r\rdata: c\n\n", ["a", "b", "c"].map { Event(data: Array($0.utf8)) }),
        ("data: a\ndata: b\ndata\n\n", [Event(data: Array("a\nb\n".utf8))]),
        (": a comment\n\nevent: x\n\ndata: y\n\n", [Event(data: Array("y".utf8))]),
        ("id: 7\nretry: 5\nnonsense\ndata: z\n\n", [Event(data: Array("z".utf8))]),
        ("data:\n\n", [Event(data: [])]),
        ("\u{feff}data: a\n\n", [Event(data: Array("a".utf8))]),
        ("data: not yet", []),
    ])
    func `a stream gives its events`(_ text: String, _ expected: [Event]) throws {
        let found = try events(text)
        #expect(found == expected)
    }

    @Test(arguments: 0..<200)
    func `any split gives the same events`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let parts = [
            "data: ", "event: ", "a", "é", "\n", "\r", "\r\n", "\n\n", ":", "\u{feff}", " ", "data\n\n", "\u{0}",
        ]
        let text = (0..<80).compactMap { _ in parts.randomElement(using: &random) }.joined()
        let bytes = Array(text.utf8)
        let whole = try events(text)
        var parser = ServerSentEvents()
        var found: [Event] = []
        var position = 0
        while position < bytes.count {
            let end = min(bytes.count, position + Int.random(in: 1...7, using: &random))
            found += try parser.append(Array(bytes[position..<end]))
            position = end
        }
        #expect(found == whole)
    }

    @Test func `what is kept is bounded`() throws {
        for line in ["data: " + String(repeating: "x", count: 90), String(repeating: "data: xxxxxxx\n", count: 20)] {
            var parser = ServerSentEvents(maximumEventBytes: 64)
            #expect(throws: GodHandError.self) { try parser.append(Array(line.utf8)) }
        }
    }

    @Test func `an end in the middle is noticed`() throws {
        var parser = ServerSentEvents()
        _ = try parser.append(Array("data: a\n\n".utf8))
        #expect(parser.isBetweenEvents)
        _ = try parser.append(Array("data: b\n".utf8))
        #expect(!parser.isBetweenEvents)
    }
}
