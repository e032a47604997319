import Testing

@testable import MCPTransports

@Suite("Whether a client is still there")
struct PresenceTests {
    private let start = SuspendingClock().now

    @Test("it is while it is not silent for too long")
    func silence() {
        var presence = Presence(silence: .seconds(100), grace: .seconds(10), at: start)
        #expect(!presence.isOver(at: start + .seconds(99)))
        #expect(presence.isOver(at: start + .seconds(100)))
        presence.begin()
        #expect(!presence.isOver(at: start + .seconds(1000)))
        presence.end(at: start + .seconds(1000))
        #expect(!presence.isOver(at: start + .seconds(1099)))
        #expect(presence.isOver(at: start + .seconds(1100)))
    }

    @Test("it is while its connection stays open, and has less time once that is closed")
    func streams() {
        var presence = Presence(silence: .seconds(100), grace: .seconds(10), at: start)
        presence.beginStream()
        #expect(!presence.isOver(at: start + .seconds(5000)))
        presence.endStream(at: start + .seconds(5000))
        #expect(!presence.isOver(at: start + .seconds(5009)))
        #expect(presence.isOver(at: start + .seconds(5010)))
        presence.beginStream()
        #expect(!presence.isOver(at: start + .seconds(5020)))
    }
}
