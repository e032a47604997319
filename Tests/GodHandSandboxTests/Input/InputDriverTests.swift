import Foundation
import GodHandCore
import Synchronization
import Testing

@testable import GodHandSandbox

@Suite(
    .enabled(if: XvncServer.has("xev", "xdotool", "stdbuf"), "needs Xvnc, xev, xdotool and stdbuf"),
    .timeLimit(.minutes(1)))
struct InputDriverTests {
    /// What a program received of some actions.
    private func received(
        _ kind: DriverKind, _ actions: InputAction...
    ) async throws -> [EventReceiver.Event] {
        let bench = try await InputBench(kind)
        let receiver = try await EventReceiver(on: bench.server.shell)
        try await bench.input.perform(.move(to: Point(x: 300, y: 200)))
        try await bench.input.perform(.key("F11"))
        _ = try await receiver.events(until: 0xffc8)
        for action in actions { try await bench.input.perform(action) }
        try await bench.input.perform(.key("F12"))
        let events = try await receiver.events()
        await receiver.stop()
        // The release of F11 may come after its press.
        return events.filter { $0.detail != 0xffc8 }
    }

    private func summary(_ events: [EventReceiver.Event]) -> [String] {
        events.map { event in
            switch event.kind {
            case "ButtonPress": "+\(event.detail)@\(event.point.x),\(event.point.y)"
            case "ButtonRelease": "-\(event.detail)@\(event.point.x),\(event.point.y)"
            case "MotionNotify": "\(event.point.x),\(event.point.y)"
            case "KeyPress": "+\(String(event.detail, radix: 16))"
            default: "-\(String(event.detail, radix: 16))"
            }
        }
    }

    @Test(arguments: DriverKind.allCases) func `a click moves, presses and lets go`(kind: DriverKind) async throws {
        let events = try await received(kind, .click(at: Point(x: 123, y: 234)))
        #expect(summary(events) == ["123,234", "+1@123,234", "-1@123,234"])
    }

    @Test(arguments: DriverKind.allCases, MouseButton.allCases)
    func `every button arrives`(kind: DriverKind, button: MouseButton) async throws {
        let events = try await received(kind, .click(at: Point(x: 50, y: 60), button: button))
        #expect(summary(events) == ["50,60", "+\(button.number)@50,60", "-\(button.number)@50,60"])
    }

    @Test(arguments: DriverKind.allCases) func `a triple click is three within the time of one`(kind: DriverKind)
        async throws
    {
        let events = try await received(kind, .click(at: Point(x: 50, y: 60), count: 3))
        let presses = events.filter { $0.kind == "ButtonPress" }
        #expect(presses.count == 3)
        let first = try #require(presses.first)
        let last = try #require(presses.last)
        // By the X server's clock. Programs take presses for one multiple click within 250 to 500 ms.
        #expect(last.time - first.time < 500)
    }

    @Test(arguments: DriverKind.allCases) func `modifiers are down during a click`(kind: DriverKind) async throws {
        let events = try await received(kind, .click(at: Point(x: 50, y: 60), modifiers: "ctrl+shift"))
        let press = try #require(events.first { $0.kind == "ButtonPress" })
        #expect(press.state & 0b101 == 0b101)
        #expect(
            summary(events).filter { $0.hasPrefix("+ff") || $0.hasPrefix("-ff") } == [
                "+ffe3", "+ffe1", "-ffe1", "-ffe3",
            ])
    }

    @Test(arguments: DriverKind.allCases) func `press and release are one each`(kind: DriverKind) async throws {
        let events = try await received(
            kind, .press(button: .left), .move(to: Point(x: 310, y: 210)), .release(button: .left))
        #expect(summary(events) == ["+1@300,200", "310,210", "-1@310,210"])
        #expect(events[1].state & 0x100 != 0)
    }

    @Test(arguments: DriverKind.allCases) func `all places of a drag are seen`(kind: DriverKind) async throws {
        let path = (0..<12).map { Point(x: 100 + $0 * 10, y: 100 + $0 * 5) }
        let events = try await received(kind, .drag(path: path))
        let moves = path.map { "\($0.x),\($0.y)" }
        #expect(summary(events) == [moves[0], "+1@100,100"] + moves.dropFirst() + ["-1@210,155"])
    }

    @Test(arguments: DriverKind.allCases) func `the wheel turns in four directions`(kind: DriverKind) async throws {
        let here = Point(x: 300, y: 200)
        let events = try await received(
            kind, .scroll(at: nil, dx: 0, dy: 2), .scroll(at: here, dx: 0, dy: -1), .scroll(at: nil, dx: 3, dy: 0),
            .scroll(at: nil, dx: -1, dy: 0, modifiers: "ctrl"))
        let presses = events.filter { $0.kind == "ButtonPress" }
        #expect(presses.map(\.detail) == [5, 5, 4, 7, 7, 7, 6])
        #expect(presses.last.map { $0.state & 4 } == 4)
        #expect(presses.allSatisfy { $0.point == here })
    }

    @Test(arguments: DriverKind.allCases) func `chords press in order and let go in reverse`(kind: DriverKind)
        async throws
    {
        let events = try await received(kind, .key("ctrl+shift+t"), .key("Page_Down", repeat: 2))
        #expect(
            summary(events) == [
                "+ffe3", "+ffe1", "+54", "-54", "-ffe1", "-ffe3", "+ff56", "-ff56", "+ff56", "-ff56",
            ])
    }

    @Test(arguments: DriverKind.allCases) func `Shift with a digit is what the keyboard sends`(kind: DriverKind)
        async throws
    {
        let events = try await received(kind, .key("shift+1"))
        #expect(summary(events) == ["+ffe1", "+21", "-21", "-ffe1"])
    }

    @Test(arguments: DriverKind.allCases) func `a hold lasts`(kind: DriverKind) async throws {
        let events = try await received(kind, .hold("a", duration: .milliseconds(150)))
        let press = try #require(events.first { $0.kind == "KeyPress" })
        let release = try #require(events.last { $0.kind == "KeyRelease" })
        #expect(release.time - press.time >= 140)
    }

    @Test(arguments: DriverKind.allCases) func `a cancelled hold lets go`(kind: DriverKind) async throws {
        let bench = try await InputBench(kind)
        let receiver = try await EventReceiver(on: bench.server.shell)
        try await bench.input.perform(.move(to: Point(x: 300, y: 200)))
        let input = bench.input
        let holding = Task { try await input.perform(.hold("ctrl+a", duration: .seconds(60))) }
        // An event of xev is known to be whole when the next one begins: that of the second key.
        _ = try await receiver.events(until: 0xffe3)
        holding.cancel()
        await #expect(throws: CancellationError.self) { try await holding.value }
        try await bench.input.perform(.key("F12"))
        let events = try await receiver.events()
        #expect(events.filter { $0.kind == "KeyRelease" }.map(\.detail).suffix(2).sorted() == [0x61, 0xffe3])
        await receiver.stop()
    }

    @Test(arguments: DriverKind.allCases) func `what cannot be is refused before anything is sent`(kind: DriverKind)
        async throws
    {
        let bench = try await InputBench(kind)
        for action: InputAction in [
            .move(to: Point(x: 640, y: 0)), .click(at: Point(x: -1, y: 0)), .click(at: nil, count: 11),
            .key("no_such_key"), .type("\u{0}"), .scroll(at: nil, dx: 201, dy: 0),
        ] {
            let error = await #expect(throws: GodHandError.self) { try await bench.input.perform(action) }
            #expect(error?.code == .invalidRequest)
        }
    }

    @Test(arguments: DriverKind.allCases) func `a click without a place is where the pointer was left`(
        kind: DriverKind
    ) async throws {
        let events = try await received(
            kind, .click(at: Point(x: 77, y: 88), button: .back), .click(at: nil), .scroll(at: nil, dx: 0, dy: 1))
        #expect(events.filter { $0.kind == "ButtonPress" }.map(\.detail) == [8, 1, 5])
        #expect(events.allSatisfy { $0.kind == "MotionNotify" || $0.point == Point(x: 77, y: 88) })
    }

    @Test func `actions that are cancelled anywhere leave nothing pressed`() async throws {
        let bench = try await InputBench(.vnc)
        let receiver = try await EventReceiver(on: bench.server.shell)
        let input = bench.input
        let path = (0..<60).map { Point(x: 100 + $0 * 5, y: 100 + $0) }
        let actions: [InputAction] = [
            .drag(path: path, modifiers: "ctrl+shift"), .click(at: nil, count: 10, modifiers: "alt"),
            .key("ctrl+a", repeat: 50), .type(String(repeating: "Text ", count: 50)), .scroll(at: nil, dx: 20, dy: 20),
        ]
        for action in actions {
            for patience in 0..<12 {
                let task = Task { try await input.perform(action) }
                for _ in 0..<patience * patience { await Task.yield() }
                task.cancel()
                _ = await task.result
            }
        }
        try await input.perform(.move(to: Point(x: 300, y: 200)))
        try await input.perform(.key("F12"))
        let events = try await receiver.events()
        var down: [Int: Int] = [:]
        for event in events {
            let sign = ["ButtonPress": 1, "KeyPress": 1, "ButtonRelease": -1, "KeyRelease": -1][event.kind] ?? 0
            // A letter has one key, whatever Shift makes of it.
            let detail = (0x41...0x5a).contains(event.detail) ? event.detail + 0x20 : event.detail
            down[detail, default: 0] += sign
        }
        #expect(down.filter { $0.value != 0 }.isEmpty)
        #expect(events.last?.state == 0)
        await receiver.stop()
    }

    @Test func `a click that is cancelled before its modifier goes up lets it go`() async throws {
        let clicking = Mutex<Task<Void, any Error>?>(nil)
        // Nothing else waits for so short a time: a program is given it to see the button before the key.
        let clock = ShortSleepClock { clicking.withLock { $0?.cancel() } }
        let bench = try await InputBench(.vnc, clock: clock)
        let receiver = try await EventReceiver(on: bench.server.shell)
        let input = bench.input
        try await input.perform(.move(to: Point(x: 300, y: 200)))
        let task = clicking.withLock { clicking in
            let task = Task { try await input.perform(.click(at: nil, modifiers: "alt")) }
            clicking = task
            return task
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        try await input.perform(.key("F12"))
        let events = try await receiver.events()
        #expect(summary(events.filter { $0.kind.hasPrefix("Key") }).prefix(2) == ["+ffe9", "-ffe9"])
        await receiver.stop()
    }
}

/// The real clock, and a call whenever somebody begins to sleep for at most 20 ms.
private struct ShortSleepClock: Clock {
    let call: @Sendable () -> Void

    var now: ContinuousClock.Instant { .now }
    var minimumResolution: Duration { ContinuousClock().minimumResolution }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        if deadline - .now <= .milliseconds(20) { call() }
        try await ContinuousClock().sleep(until: deadline, tolerance: tolerance)
    }
}
