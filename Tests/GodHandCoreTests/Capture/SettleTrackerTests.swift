import TestSupport
import Testing

@testable import GodHandCore

@Suite struct SettleTrackerTests {
    private func tracker(
        quiet: Duration = .milliseconds(100), deadline: Duration = .seconds(5), reaction: Duration = .zero
    ) -> SettleTracker {
        SettleTracker(quiet: quiet, deadline: deadline, reaction: reaction, after: 7)
    }

    @Test func `a still screen is waited for once`() {
        var tracker = tracker()
        #expect(tracker.begin() == .wait(after: 7, within: .milliseconds(100)))
        #expect(tracker.stayedStill(at: .milliseconds(100)) == .capture)
        #expect(tracker.captured(7, at: .milliseconds(103)) == .finish(isSettled: true))
    }

    @Test func `each change begins the quiet time anew`() {
        var tracker = tracker()
        _ = tracker.begin()
        #expect(tracker.changed(to: 8, at: .milliseconds(40)) == .wait(after: 8, within: .milliseconds(100)))
        #expect(tracker.changed(to: 11, at: .milliseconds(139)) == .wait(after: 11, within: .milliseconds(100)))
        #expect(tracker.stayedStill(at: .milliseconds(240)) == .capture)
        #expect(tracker.captured(11, at: .milliseconds(241)) == .finish(isSettled: true))
    }

    @Test func `the first change is given longer than the next`() {
        var tracker = tracker(reaction: .milliseconds(600))
        #expect(tracker.begin() == .wait(after: 7, within: .milliseconds(600)))
        #expect(tracker.changed(to: 8, at: .milliseconds(500)) == .wait(after: 8, within: .milliseconds(100)))
    }

    @Test func `a reaction shorter than the quiet time does not shorten it`() {
        var tracker = tracker(reaction: .milliseconds(10))
        #expect(tracker.begin() == .wait(after: 7, within: .milliseconds(100)))
    }

    @Test func `a screen that never rests is taken at the deadline`() {
        var tracker = tracker(deadline: .milliseconds(250))
        _ = tracker.begin()
        #expect(tracker.changed(to: 8, at: .milliseconds(90)) == .wait(after: 8, within: .milliseconds(100)))
        #expect(tracker.changed(to: 9, at: .milliseconds(180)) == .wait(after: 9, within: .milliseconds(70)))
        #expect(tracker.stayedStill(at: .milliseconds(250)) == .capture)
        #expect(tracker.captured(9, at: .milliseconds(251)) == .finish(isSettled: false))
    }

    @Test func `a change at the deadline ends the wait`() {
        var tracker = tracker(deadline: .milliseconds(250))
        _ = tracker.begin()
        #expect(tracker.changed(to: 8, at: .milliseconds(250)) == .capture)
        #expect(tracker.captured(9, at: .milliseconds(252)) == .finish(isSettled: false))
    }

    @Test func `a deadline before the reaction ends settled if nothing moved for the quiet time`() {
        var tracker = tracker(deadline: .milliseconds(300), reaction: .seconds(1))
        #expect(tracker.begin() == .wait(after: 7, within: .milliseconds(300)))
        #expect(tracker.stayedStill(at: .milliseconds(300)) == .capture)
        #expect(tracker.captured(7, at: .milliseconds(301)) == .finish(isSettled: true))
    }

    @Test func `a picture that is newer than the last answer is not trusted`() {
        var tracker = tracker()
        _ = tracker.begin()
        _ = tracker.stayedStill(at: .milliseconds(100))
        #expect(tracker.captured(9, at: .milliseconds(104)) == .wait(after: 9, within: .milliseconds(100)))
        #expect(tracker.stayedStill(at: .milliseconds(204)) == .capture)
        #expect(tracker.captured(9, at: .milliseconds(205)) == .finish(isSettled: true))
    }

    @Test func `the display's clock counts, not the caller's`() {
        var tracker = tracker()
        _ = tracker.begin()
        #expect(tracker.stayedStill(at: .zero) == .capture)
        #expect(tracker.captured(7, at: .zero) == .finish(isSettled: true))
    }

    @Test(arguments: [Duration.zero, .seconds(-3)])
    func `without a quiet time the picture is taken at once`(quiet: Duration) {
        var tracker = tracker(quiet: quiet)
        #expect(tracker.begin() == .capture)
        #expect(tracker.captured(12, at: .milliseconds(1)) == .finish(isSettled: true))
    }

    @Test func `without time the picture is taken at once, unsettled`() {
        var tracker = tracker(deadline: .zero)
        #expect(tracker.begin() == .capture)
        #expect(tracker.captured(7, at: .zero) == .finish(isSettled: false))
    }

    /// Whatever a display answers, the wait ends, and says "settled" only after a wait that nothing interrupted.
    @Test func `it ends whatever happens`() {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<500 {
            var tracker = tracker(
                quiet: .milliseconds(Int.random(in: 0...200, using: &random)),
                deadline: .milliseconds(Int.random(in: 0...2_000, using: &random)),
                reaction: .milliseconds(Int.random(in: 0...2_000, using: &random)))
            var now = Duration.zero
            var serial: UInt64 = 7
            var step = tracker.begin()
            var turns = 0
            loop: while turns < 10_000 {
                turns += 1
                switch step {
                case .wait(let after, let within):
                    #expect(within > .zero && after == serial)
                    if Bool.random(using: &random) {
                        now += min(within, .milliseconds(Int.random(in: 1...150, using: &random)))
                        serial += 1
                        step = tracker.changed(to: serial, at: now)
                    } else {
                        now += within
                        step = tracker.stayedStill(at: now)
                    }
                case .capture:
                    now += .milliseconds(1)
                    if Int.random(in: 0..<4, using: &random) == 0 { serial += 1 }
                    step = tracker.captured(serial, at: now)
                case .finish:
                    break loop
                }
            }
            #expect(turns < 10_000)
        }
    }
}
