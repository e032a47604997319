import Testing

@testable import GodHandSandbox

struct DisplayLedgerTests {
    let size = Size(width: 8, height: 4)

    private func shown(_ shade: UInt8 = 1) -> DisplayLedger {
        var ledger = DisplayLedger()
        [UInt8](repeating: shade, count: size.area * 4).withUnsafeBytes { ledger.show(size, from: $0) }
        return ledger
    }

    private func update(_ ledger: inout DisplayLedger, _ boxes: Rect..., shade: UInt8 = 9) {
        [UInt8](repeating: shade, count: size.area * 4).withUnsafeBytes { ledger.update(boxes, from: $0) }
    }

    @Test func `the first picture is a change of all, and opaque`() throws {
        let ledger = shown()
        #expect(ledger.change(after: 0) == DisplayChange(serial: 1, size: size, damage: [Rect(size)]))
        #expect(ledger.change(after: 1) == nil)
        #expect(ledger.frame.pixels == (try Frame.filled(size, red: 1, green: 1, blue: 1)).pixels)
    }

    @Test func `changes since a serial are taken together`() {
        var ledger = shown()
        let first = Rect(x: 0, y: 0, width: 1, height: 1)
        let second = Rect(x: 5, y: 2, width: 2, height: 1)
        update(&ledger, first)
        update(&ledger, second)
        #expect(ledger.change(after: 2)?.damage == [second])
        #expect(Set(ledger.change(after: 1)?.damage ?? []) == [first, second])
        #expect(ledger.frame[Point(x: 5, y: 2)].map(\.red) == 9)
        #expect(ledger.frame[Point(x: 4, y: 2)].map(\.red) == 1)
    }

    @Test func `who asks for more than is remembered is told that all may have changed`() {
        var ledger = shown()
        for _ in 0..<DisplayLedger.longestHistory { update(&ledger, Rect(x: 1, y: 1, width: 1, height: 1)) }
        #expect(ledger.change(after: 1)?.damage == [Rect(x: 1, y: 1, width: 1, height: 1)])
        update(&ledger, Rect(x: 1, y: 1, width: 1, height: 1))
        #expect(ledger.change(after: 1)?.damage == [Rect(size)])
        #expect(ledger.change(after: 0)?.damage == [Rect(size)])
    }

    @Test func `a frame that is held does not change with the screen`() {
        var ledger = shown()
        let frame = ledger.frame
        update(&ledger, Rect(size))
        #expect(frame.pixels[0] == 1 && ledger.frame.pixels[0] == 9)
    }

    @Test func `what lies outside, or does not fit, is left out`() {
        var ledger = shown()
        update(&ledger, Rect(x: 7, y: 3, width: 50, height: 50))
        #expect(ledger.change(after: 1)?.damage == [Rect(x: 7, y: 3, width: 1, height: 1)])
        update(&ledger, Rect(x: 100, y: 0, width: 1, height: 1))
        [UInt8](repeating: 1, count: 12).withUnsafeBytes { ledger.update([Rect(size)], from: $0) }
        #expect(ledger.serial == 2)
    }

    @Test func `a lost display keeps counting, and the first reason for its end stays`() {
        var ledger = shown()
        ledger.drop()
        #expect(!ledger.isLive && ledger.change(after: 0)?.serial == 1)
        [UInt8](repeating: 1, count: size.area * 4).withUnsafeBytes { ledger.show(size, from: $0) }
        #expect(ledger.isLive && ledger.serial == 2)
        ledger.end(GodHandError(.protocolViolation, "first"))
        ledger.end(GodHandError(.displayLost, "second"))
        if case .gone(let error) = ledger.phase { #expect(error.message == "first") } else { Issue.record("not gone") }
    }
}
