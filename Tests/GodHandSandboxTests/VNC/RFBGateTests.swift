import TestSupport
import Testing

@testable import GodHandSandbox

struct RFBGateTests {
    let size = Size(width: 13, height: 9)

    @Test func `a session with everything that may pass means what it should`() {
        var harness = GateHarness()
        harness.feed(ServerScript.everything.bytes)
        #expect(harness.violation == nil)
        #expect(harness.pending.isEmpty)
        #expect(
            harness.events == [
                .reply(.version), .reply(.selectSecurity(1)), .reply(.initialise), .opened(size), .began,
                .cursor(Point(x: 3, y: 4)), .ended, .fence(flags: 0x8000_0001, payload: [0xAA, 0xBB]), .began,
                .copied(from: Point(x: 0, y: 0), to: Rect(x: 4, y: 4, width: 5, height: 5)), .ended, .began,
                .resized(Size(width: 7, height: 20)), .ended,
            ])
        #expect(harness.picture[Point(x: 6, y: 19)] == [6, 19, 3, 0])
        #expect(!harness.gate.isMidMessage)
    }

    @Test func `every division of a session into two means the same`() {
        let bytes = ServerScript.everything.bytes
        var whole = GateHarness()
        whole.feed(bytes)
        for cut in 1..<bytes.count {
            var halves = GateHarness()
            halves.feed(bytes[..<cut])
            halves.feed(bytes[cut...])
            #expect(halves.events == whole.events && halves.picture == whole.picture && halves.pending.isEmpty)
        }
    }

    @Test(arguments: [1, 2, 3, 7, 16, 64]) func `pieces of any size mean the same`(length: Int) {
        let bytes = ServerScript.everything.bytes
        var whole = GateHarness()
        var pieces = GateHarness()
        whole.feed(bytes)
        for start in stride(from: 0, to: bytes.count, by: length) {
            pieces.feed(bytes[start..<min(start + length, bytes.count)])
        }
        #expect(pieces.events == whole.events)
        #expect(pieces.picture == whole.picture)
    }

    @Test func `a password is used when the server offers it, and none when it does not`() {
        var offered = GateHarness(hasPassword: true)
        offered.feed(Array("RFB 003.008\n".utf8) + [2, 1, 2] + Array(1...16))
        #expect(offered.events.suffix(2) == [.reply(.selectSecurity(2)), .challenge(Array(1...16))])
        var open = GateHarness(hasPassword: true)
        open.feed(Array("RFB 003.008\n".utf8) + [1, 1])
        #expect(open.events.last == .reply(.selectSecurity(1)))
    }

    @Test(arguments: HostileServer.all) func `hostile servers are dropped with a reason`(server: HostileServer) {
        for length in [1, 5, server.bytes.count] {
            var harness = GateHarness(hasPassword: server.hasPassword)
            for start in stride(from: 0, to: server.bytes.count, by: length) {
                harness.feed(server.bytes[start..<min(start + length, server.bytes.count)])
            }
            #expect(harness.violation?.contains(server.reason) == true, "\(harness.violation ?? "nothing")")
        }
    }

    @Test func `a violation is for ever`() {
        var harness = GateHarness()
        harness.feed([UInt8](repeating: 65, count: 12))
        #expect(harness.violation != nil)
        harness.violation = nil
        harness.pending = []
        harness.feed(ServerScript.everything.bytes)
        #expect(harness.violation == "it does not speak version 3.8")
    }

    @Test(arguments: 0..<40) func `no mutation of a session traps or paints outside`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let original = ServerScript.everything.bytes
        for _ in 0..<50 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.remove(at: index)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
                }
            }
            var whole = GateHarness()
            var pieces = GateHarness()
            whole.feed(bytes)
            let length = Int.random(in: 1...40, using: &random)
            for start in stride(from: 0, to: bytes.count, by: length) {
                pieces.feed(bytes[start..<min(start + length, bytes.count)])
            }
            #expect(whole.events == pieces.events && whole.violation == pieces.violation)
            #expect(whole.picture == pieces.picture)
        }
    }

    @Test(arguments: 0..<20) func `random bytes do no harm`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            bytes.withUnsafeBytes { rfbGateFuzz($0) }
        }
    }
}
